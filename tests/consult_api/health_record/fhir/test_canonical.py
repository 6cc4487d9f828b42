"""Canonical JSON: one spelling, every digit kept, everything else refused."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.health_record.fhir.canonical import canonical, content_sha256, decimal_text, parse
from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.values import Json

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r"))
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**18), 10**18),
    st.integers(-30, 30),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | DECIMALS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def same(one: object, other: object) -> bool:
    """Equal, and every decimal with the same digits: 1.0 isn't 1.00."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return Decimal(str(one)).as_tuple() == Decimal(str(other)).as_tuple()
    return type(one) is type(other) and one == other


@given(VALUES)
def test_what_is_written_reads_back_the_same_to_the_last_digit(value: Json):
    assert same(parse(canonical(value)), value)


@given(VALUES)
def test_the_canonical_form_is_its_own_canonical_form(value: Json):
    once = canonical(value)
    assert canonical(parse(once)) == once


@given(st.dictionaries(TEXTS, VALUES, max_size=6))
def test_the_order_of_members_does_not_matter(value: dict[str, Json]):
    backwards = dict(reversed(list(value.items())))
    assert canonical(value) == canonical(backwards)


@given(VALUES)
def test_spaces_between_tokens_do_not_matter(value: Json):
    text = canonical(value)
    spaced = json.dumps(json.loads(text, parse_float=str), indent=2)
    if "." not in text and "E" not in text:
        assert canonical(parse(spaced)) == text


@pytest.mark.parametrize(
    "literal", ["1.0", "1.00", "0.10", "-0.0", "0.000001", "100.000", "3.14159265358979323846264338327950288"]
)
def test_a_plain_decimal_keeps_its_spelling(literal: str):
    assert canonical(parse(literal)) == literal


@pytest.mark.parametrize(("literal", "spelt"), [("1e2", "1E+2"), ("1.50E1", "15.0"), ("2e-3", "0.002")])
def test_an_exponent_stays_only_where_zeros_would_invent_precision(literal: str, spelt: str):
    assert canonical(parse(literal)) == spelt
    assert decimal_text(Decimal(literal)) == spelt


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[1,]", "NaN", "Infinity", "-Infinity", '{"a":1,"a":2}', '"\\u0000"', '"\\u0007"'),
        *('"\\ud800"', '{"\\u0001":1}', "1e99999999999999999999", "9" * 65, "0." + "1" * 65, "01", "1 2"),
        *("[" * 100 + "]" * 100, "[" * 100_000, '{"a":' * 100 + "1" + "}" * 100),
    ],
)
def test_what_is_not_strict_json_is_refused_with_our_own_problem(text: str):
    with pytest.raises(FhirProblem) as refusal:
        parse(text)
    assert refusal.value.code == "fhir/not-json"


@given(st.binary(max_size=200))
def test_only_our_own_problem_leaves_the_parser(data: bytes):
    with suppress(FhirProblem):
        parse(data)


def test_the_hash_of_the_content_ignores_what_servers_add():
    written = {"resourceType": "Patient", "id": "p1", "active": True}
    answered = {**written, "meta": {"versionId": "7", "lastUpdated": "2026-03-02T08:00:00Z"}}
    assert content_sha256(written) == content_sha256(answered)
    assert content_sha256(written) != content_sha256({**written, "active": False})
