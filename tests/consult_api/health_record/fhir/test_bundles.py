"""Bundles: what a transaction asks, in which order, and its references resolved."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.health_record.fhir.bundles import (
    EntryRequest,
    entries_of,
    in_order,
    paged_links,
    read_entry,
    resolve,
)
from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.references import references
from consult_api.health_record.fhir.values import Json


def put(resource_type: str, resource_id: str, position: int, **more: Any) -> EntryRequest:
    resource = {"resourceType": resource_type, "id": resource_id, **more.pop("content", {})}
    return EntryRequest(
        position=position, method="PUT", resource_type=resource_type, resource_id=resource_id,
        resource=resource, **more,
    )  # fmt: skip


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10), st.data())
def test_every_reference_to_an_entry_becomes_that_entrys_own_address(links: list[int], data: st.DataObject):
    count = len(links)
    urns = [f"urn:uuid:00000000-0000-4000-8000-{number:012d}" for number in range(count)]
    requests = [
        put("Task", f"t{number}", number, full_url=urns[number],
            content={"partOf": [{"reference": urns[link % count]}]})
        for number, link in enumerate(links)
    ]  # fmt: skip
    shuffled = data.draw(st.permutations(requests))
    resolved = {request.resource_id: request for request in resolve(shuffled)}
    for number, link in enumerate(links):
        found = [text for _, text in references(resolved[f"t{number}"].resource, "Task")]
        assert found == [f"Task/t{link % count}"]


def test_writes_come_before_reads_and_the_provenance_after_what_it_is_about():
    requests = [
        EntryRequest(position=0, method="GET", resource_type="Task"),
        put("Provenance", "v", 1),
        put("Task", "t", 2),
        EntryRequest(position=3, method="POST", resource_type="Patient", resource_id="p"),
    ]
    assert [request.position for request in in_order(requests)] == [3, 2, 1, 0]


def test_one_identity_may_be_written_once_and_every_urn_must_lead_somewhere():
    with pytest.raises(FhirProblem):
        resolve([put("Task", "t", 0), put("Task", "t", 1)])
    with pytest.raises(FhirProblem):
        resolve([put("Task", "t", 0, full_url="urn:x"), put("Task", "u", 1, full_url="urn:x")])
    lost = {"focus": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"}}
    with pytest.raises(FhirProblem) as refusal:
        resolve([put("Task", "t", 0, content=lost)])
    assert refusal.value.issues[0].expression == "Bundle.entry[0].resource.focus"


@pytest.mark.parametrize(
    "entry",
    [
        {},
        "x",
        {"request": {"method": "PUT", "url": "Task/1"}},
        {"request": {"method": "DELETE", "url": "Task/1"}},
        {"request": {"method": "GET", "url": "Wizard/1"}},
        {"request": {"method": "GET", "url": "../../etc"}},
        {"request": {"method": "POST", "url": "Task/1"}, "resource": {}},
        {"request": {"method": "POST", "url": "Task", "ifNoneExist": "identifier=x"}, "resource": {}},
        {"request": {"method": "PUT", "url": "Task?identifier=x"}, "resource": {}},
    ],
)
def test_what_the_record_does_not_offer_is_refused_at_its_entry(entry: Json):
    with pytest.raises(FhirProblem) as refusal:
        read_entry(entry, 4, lambda: "new")
    assert refusal.value.issues[0].expression.startswith("Bundle.entry[4].request")


def test_a_bundle_has_a_bounded_number_of_entries():
    with pytest.raises(FhirProblem):
        entries_of({"entry": [{}] * 2001})


@given(st.integers(0, 500), st.integers(1, 50))
def test_following_next_visits_every_match_once(total: int, count: int):
    visited, offset = 0, 0
    while True:
        visited += min(count, total - offset)
        links = {
            link["relation"]: str(link["url"])
            for link in paged_links("x", [], count=count, offset=offset, total=total)
        }
        if "next" not in links:
            break
        offset = int(links["next"].partition("_offset=")[2])
    assert visited == total
