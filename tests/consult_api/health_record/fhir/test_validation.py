"""The basic check: each rule has something that breaks it."""

from typing import Any

import pytest

from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.validation import check, check_update

TASK = {"resourceType": "Task", "status": "requested", "intent": "order"}


@pytest.mark.parametrize(
    ("resource", "expression"),
    [
        ({**TASK, "id": "a_b"}, "Task.id"),
        ({**TASK, "id": 7}, "Task.id"),
        ({"resourceType": "Task", "intent": "order"}, "Task.status"),
        ({**TASK, "status": "dreaming"}, "Task.status"),
        ({**TASK, "status": ["requested"]}, "Task.status"),
        ({**TASK, "for": {}}, "Task.for"),
        ({**TASK, "note": []}, "Task.note"),
        ({**TASK, "description": ""}, "Task.description"),
        ({**TASK, "description": None}, "Task.description"),
        ({**TASK, "for": {"reference": "the old man"}}, "Task.for.reference"),
        (
            {**TASK, "input": [{"valueReference": {"reference": "Wizard/1"}}]},
            "Task.input[0].valueReference.reference",
        ),
        ({**TASK, "authoredOn": "tomorrow"}, "Task.authoredOn"),
        ({**TASK, "executionPeriod": {"start": "2026-03-02", "end": "2026-03-01"}}, "Task.executionPeriod"),
        ({**TASK, "text": {"status": "generated", "div": "<p>x</p>"}}, "Task.text.div"),
        (
            {**TASK, "contained": [{"resourceType": "Patient", "text": {"div": "<b/>"}}]},
            "Task.contained[0].text.div",
        ),
    ],
)
def test_each_broken_rule_is_found_where_it_is(resource: dict[str, Any], expression: str):
    with pytest.raises(FhirProblem) as refusal:
        check(resource)
    assert refusal.value.status == 422
    assert expression in [issue.expression for issue in refusal.value.issues]


def test_several_faults_come_together_and_hold_no_values():
    secret = "李秀英"
    with pytest.raises(FhirProblem) as refusal:
        check({"resourceType": "Task", "id": f"{secret}", "status": secret, "for": {"reference": secret}})
    assert len(refusal.value.issues) >= 4
    assert secret not in str(refusal.value) + "".join(issue.diagnostics for issue in refusal.value.issues)


@pytest.mark.parametrize("resource", [{}, {"resourceType": 7}, {"resourceType": "Wizard"}, {"id": "1"}])
def test_what_is_no_resource_is_a_bad_request(resource: dict[str, Any]):
    with pytest.raises(FhirProblem) as refusal:
        check(resource)
    assert refusal.value.status == 400


def test_a_body_for_another_address_is_refused():
    for address in (("Task", "t2"), ("Patient", "t1")):
        with pytest.raises(FhirProblem) as refusal:
            check_update({**TASK, "id": "t1"}, *address)
        assert refusal.value.code == "fhir/address-differs"
