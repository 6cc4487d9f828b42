"""The record's check of a resource, before it is sent and before it is stored.

Checked: it has the shape of R4's own snapshots (`shape`: members, cardinality, types, formats, required code lists, the
types that references may point at); ids and references are spelt as R4 wants; nothing is empty or null; periods are in
order; narratives hold no script. Not checked: profiles, the rest of R4's FHIRPath invariants, and code lists that can't
be listed, such as UCUM or languages.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from consult_api.health_record.fhir.instants import span
from consult_api.health_record.fhir.narrative import narrative_fault
from consult_api.health_record.fhir.outcomes import FhirProblem, Issue, bad_request, unprocessable
from consult_api.health_record.fhir.references import ID, is_reference, known_type
from consult_api.health_record.fhir.shape import shape_issues
from consult_api.health_record.fhir.values import Json, Resource, members

MAX_ISSUES = 50


def check(resource: Resource) -> str:
    """Check one resource and return its type.

    Raises:
        FhirProblem: 400 when it can't be a resource at all, 422 with one finding for each broken rule.
    """
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str):
        raise bad_request("fhir/invalid", "A resource names its resourceType.", issue="required")
    known_type(resource_type)
    issues = list(_issues(resource, resource_type))[:MAX_ISSUES]
    if issues:
        raise unprocessable(issues)
    return resource_type


def check_update(resource: Resource, resource_type: str, resource_id: str) -> None:
    """Check a resource that is to be stored at `resource_type/resource_id`.

    Raises:
        FhirProblem: also when the body is of another type or id (FHIR R4 §3.1.0.4: 400).
    """
    if check(resource) != resource_type:
        raise _differs("The body is of another type than the address.", "resourceType")
    if resource.get("id") != resource_id:
        raise _differs("The body's id is not the address's id.", f"{resource_type}.id")


def _differs(detail: str, expression: str) -> FhirProblem:
    return bad_request("fhir/address-differs", detail, expression=expression)


def _issues(resource: Resource, resource_type: str) -> Iterator[Issue]:
    resource_id = resource.get("id")
    if resource_id is not None and not (isinstance(resource_id, str) and ID.fullmatch(resource_id)):
        yield Issue(
            code="value",
            diagnostics="An id is 1 to 64 letters, digits, '-' or '.'.",
            expression=f"{resource_type}.id",
        )
    yield from shape_issues(resource, resource_type)
    for owner, name, value in members(resource, resource_type):
        where = f"{owner}.{name}"
        if _is_empty(value):
            yield Issue(code="structure", diagnostics="Nothing may be empty or null.", expression=where)
        elif name == "reference":
            yield from _reference(value, where)
        elif name == "div" and owner.endswith(".text"):
            fault = narrative_fault(value) if isinstance(value, str) else "A narrative is a text."
            if fault:
                yield Issue(code="security", diagnostics=fault, expression=where)
        if isinstance(value, Mapping) and name.lower().endswith("period"):
            yield from _period(value, where)


def _is_empty(value: Json) -> bool:
    return value is None or (not isinstance(value, bool | int | Decimal) and not value)


def _reference(value: Json, where: str) -> Iterator[Issue]:
    if isinstance(value, str) and not is_reference(value):
        yield Issue(code="value", diagnostics="This isn't the syntax of a reference.", expression=where)


def _period(value: Resource, where: str) -> Iterator[Issue]:
    start, end = value.get("start"), value.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return
    first, last = span(start), span(end)
    if first and last and last.high_us <= first.low_us:
        yield Issue(code="invariant", diagnostics="A period ends before it starts (per-1).", expression=where)
