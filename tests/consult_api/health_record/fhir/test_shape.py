from decimal import Decimal
from typing import Any

import pytest

from consult_api.health_record.fhir.shape import shape_issues

TASK: dict[str, Any] = {"resourceType": "Task", "status": "requested", "intent": "order"}
OBSERVATION: dict[str, Any] = {"resourceType": "Observation", "status": "final", "code": {"text": "体温"}}


def found(resource: dict[str, Any]) -> list[tuple[str, str]]:
    return [(issue.code, issue.expression) for issue in shape_issues(resource, resource["resourceType"])]


@pytest.mark.parametrize(
    "resource",
    [
        TASK,
        {**TASK, "for": {"reference": "Patient/1"}, "restriction": {"period": {"end": "2026-03-02"}}},
        {**TASK, "focus": {"reference": "urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11"}},
        {**TASK, "input": [{"type": {"text": "床"}, "valueString": "一张"}]},
        {**OBSERVATION, "valueQuantity": {"value": Decimal("36.50"), "unit": "Cel"}},
        {**OBSERVATION, "component": [{"code": {"text": "收缩压"}, "valueInteger": 120}]},
        {
            "resourceType": "Patient",
            "birthDate": "1991",
            "_birthDate": {"extension": [{"url": "http://x.example/about", "valueBoolean": True}]},
            "name": [{"given": ["秀", None], "_given": [None, {"id": "a"}]}],
        },
        {"resourceType": "Patient", "_birthDate": {"id": "b"}},
        {"resourceType": "Bundle", "type": "document", "entry": [{"resource": TASK}]},
        {
            **TASK,
            "contained": [{"resourceType": "Patient", "id": "p"}],
            "for": {"reference": "#p"},
            "requester": {"identifier": {"value": "7"}, "type": "Practitioner"},
        },
    ],
)
def test_what_r4_allows_passes(resource: dict[str, Any]):
    assert found(resource) == []


@pytest.mark.parametrize(
    ("resource", "issue"),
    [
        ({"resourceType": "Task", "intent": "order"}, ("required", "Task.status")),
        ({**TASK, "mood": "good"}, ("structure", "Task.mood")),
        ({**TASK, "_for": {"id": "a"}}, ("structure", "Task._for")),
        ({**TASK, "status": ["requested"]}, ("structure", "Task.status")),
        ({**TASK, "note": {"text": "x"}}, ("structure", "Task.note")),
        ({**TASK, "note": [{}]}, ("structure", "Task.note[0]")),
        ({**TASK, "note": [{"authorString": "x"}]}, ("required", "Task.note[0].text")),
        ({**TASK, "status": "dreaming"}, ("code-invalid", "Task.status")),
        ({**TASK, "authoredOn": "2026-02-30"}, ("value", "Task.authoredOn")),
        ({**TASK, "authoredOn": "2026-03-02T08:00"}, ("value", "Task.authoredOn")),
        ({**TASK, "description": 7}, ("structure", "Task.description")),
        ({**TASK, "encounter": {"reference": "Patient/1"}}, ("value", "Task.encounter")),
        (
            {**TASK, "encounter": {"reference": "https://x.example/fhir/Patient/1"}},
            ("value", "Task.encounter"),
        ),
        ({**TASK, "encounter": {"type": "Patient"}}, ("value", "Task.encounter")),
        ({**TASK, "restriction": {"repetitions": 0}}, ("value", "Task.restriction.repetitions")),
        ({**TASK, "restriction": {"repetitions": 2**31}}, ("value", "Task.restriction.repetitions")),
        ({**TASK, "input": [{"type": {"text": "床"}}]}, ("required", "Task.input[0].value[x]")),
        ({**TASK, "contained": [{"resourceType": "Wizard"}]}, ("structure", "Task.contained[0]")),
        (
            {**TASK, "contained": [{"resourceType": "Group", "id": "g"}], "encounter": {"reference": "#g"}},
            ("value", "Task.encounter"),
        ),
        (
            {"resourceType": "Bundle", "type": "document", "entry": [{"resource": {**TASK, "intent": "?"}}]},
            ("code-invalid", "Bundle.entry[0].resource.intent"),
        ),
        ({**OBSERVATION, "valueString": "a", "valueInteger": 1}, ("structure", "Observation.valueInteger")),
        (
            {**OBSERVATION, "valueQuantity": {"value": "36.5"}},
            ("structure", "Observation.valueQuantity.value"),
        ),
        ({**OBSERVATION, "valueBoolean": "true"}, ("structure", "Observation.valueBoolean")),
        ({**OBSERVATION, "valueInteger": Decimal("1.5")}, ("value", "Observation.valueInteger")),
        ({**OBSERVATION, "valueInteger": True}, ("structure", "Observation.valueInteger")),
        ({"resourceType": "Patient", "name": [{"given": [None]}]}, ("structure", "Patient.name[0].given[0]")),
        ({"resourceType": "Patient", "gender": "man"}, ("code-invalid", "Patient.gender")),
        ({"resourceType": "Binary", "contentType": "a/b", "data": "不"}, ("value", "Binary.data")),
        ({"resourceType": "Patient", "_birthDate": "x"}, ("structure", "Patient._birthDate")),
    ],
)
def test_what_r4_forbids_is_found_where_it_is(resource: dict[str, Any], issue: tuple[str, str]):
    assert issue in found(resource)
