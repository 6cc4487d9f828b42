"""When a write may go on, and what a stored version looks like."""

import json
from datetime import UTC, datetime

import pytest

from consult_api.health_record.fhir.canonical import content_sha256
from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.rules import Current, check_preconditions, is_unchanged, stamped

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TASK = {"resourceType": "Task", "id": "t1", "status": "requested"}
THIRD = Current(version=3, sha256=content_sha256(TASK), updated_at=NOW)


@pytest.mark.parametrize(
    ("current", "if_match", "if_none_match"),
    [
        (None, "", ""),
        (THIRD, "", ""),
        (THIRD, 'W/"3"', ""),
        (None, "", "*"),
        (THIRD, "", 'W/"2"'),
        (None, "", 'W/"2"'),
    ],
)
def test_a_write_whose_conditions_hold_goes_on(current: Current | None, if_match: str, if_none_match: str):
    check_preconditions(current, if_match=if_match, if_none_match=if_none_match)


@pytest.mark.parametrize(
    ("current", "if_match", "if_none_match", "code"),
    [
        (THIRD, 'W/"2"', "", "fhir/version-differs"),
        (None, 'W/"1"', "", "fhir/version-differs"),
        (THIRD, "", "*", "fhir/exists"),
        (THIRD, "", 'W/"3"', "fhir/exists"),
    ],
)
def test_a_write_whose_conditions_fail_is_a_412(
    current: Current | None, if_match: str, if_none_match: str, code: str
):
    with pytest.raises(FhirProblem) as refusal:
        check_preconditions(current, if_match=if_match, if_none_match=if_none_match)
    assert (refusal.value.status, refusal.value.code) == (412, code)


def test_only_a_change_of_content_is_a_change():
    assert is_unchanged(THIRD, {**TASK, "meta": {"versionId": "9"}})
    assert not is_unchanged(THIRD, {**TASK, "status": "accepted"})
    assert not is_unchanged(None, TASK)


def test_a_version_carries_the_servers_number_and_time_and_keeps_the_authors_tags():
    tagged = {**TASK, "meta": {"tag": [{"code": "x"}], "versionId": "forged"}}
    stored = json.loads(stamped(tagged, Identity("Task", "t1"), 4, NOW))
    assert stored["meta"] == {
        "tag": [{"code": "x"}],
        "versionId": "4",
        "lastUpdated": "2026-03-02T08:00:00.000Z",
    }
