"""Reading a search from its query string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.searching import MAX_COUNT, Include, Wanted, read_search, split, unescape


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("identifier", "x", Wanted(value="x")),
        ("identifier", "s|x", Wanted(system="s", value="x")),
        ("identifier", "|x", Wanted(system="", value="x")),
        ("identifier", "s|", Wanted(system="s")),
        ("identifier", r"a\|b", Wanted(value="a|b")),
        ("subject", "Patient/1", Wanted(system="Patient", value="1")),
        ("subject", "1", Wanted(value="1")),
        ("subject", "https://here/fhir/Patient/1", Wanted(system="Patient", value="1")),
        ("subject:Patient", "1", Wanted(system="Patient", value="1")),
        ("subject", "https://there/x", Wanted(system="", value="https://there/x")),
    ],
)
def test_each_form_of_a_value_is_understood(name: str, text: str, wanted: Wanted):
    search = read_search("Task", [(name, text)], base_url="https://here/fhir/")
    assert search.criteria[0].wanted == (wanted,)


def test_commas_mean_or_and_repetition_means_and():
    search = read_search("Task", [("status", "requested,accepted"), ("status:not", "draft")])
    assert [len(criterion.wanted) for criterion in search.criteria] == [2, 1]
    assert search.criteria[1].modifier == "not"


def test_dates_take_their_prefix():
    (criterion,) = read_search("Task", [("authored-on", "ge2026-03")]).criteria
    assert criterion.wanted[0].prefix == "ge"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("authored-on", "ap2026"), ("authored-on", "x"), ("authored-on:not", "2026"), ("status:exact", "x"),
        ("status", ""), ("subject:Task", "Patient/1"), ("subject:Wizard", "1"), ("_count", "-1"),
        ("_count", "many"), ("_include", "Task"), ("_include", "Task:status"), ("_include", "Wizard:x"),
        ("_sort", "colour"), ("_summary", "text"), ("focus:ServiceRequest.code", "x"), ("status:missing", "no"),
        ("_lastUpdated", "gt"), ("status", ",".join("x" * 201)),
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused_rather_than_ignored(name: str, text: str):
    with pytest.raises(FhirProblem):
        read_search("Task", [(name, text)])


def test_an_unknown_parameter_is_dropped_only_when_the_client_says_so():
    with pytest.raises(FhirProblem):
        read_search("Task", [("colour", "blue")])
    lenient = read_search("Task", [("colour", "blue"), ("status", "draft")], lenient=True)
    assert lenient.applied == (("status", "draft"),)


def test_pages_are_bounded_and_controls_are_read():
    search = read_search(
        "Task", [("_count", "99999"), ("_offset", "20"), ("_include", "Task:focus:ServiceRequest")]
    )
    assert (search.count, search.offset) == (MAX_COUNT, 20)
    assert search.includes == (Include(source="Task", parameter="focus", target="ServiceRequest"),)
    assert read_search("Task", [("_count", "0")]).only_total
    assert read_search("Task", [("_summary", "count")]).only_total


@given(st.lists(st.text(), min_size=1))
def test_escaped_values_survive_splitting(values: list[str]):
    escaped = [value.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|") for value in values]
    assert [unescape(part) for part in split(",".join(escaped), ",")] == values
