"""Whether a resource has the shape of its definition: members, cardinality, types, formats, code lists, targets.

What a table can't say stands in `validation`: order of periods, narratives, syntax of references, emptiness. Rules in
FHIRPath and profiles aren't checked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from consult_api.health_record.fhir.definitions import Element, Kind, Structure, pattern, structure
from consult_api.health_record.fhir.instants import span
from consult_api.health_record.fhir.outcomes import Issue
from consult_api.health_record.fhir.references import literal_type
from consult_api.health_record.fhir.resource_types import RESOURCE_TYPES
from consult_api.health_record.fhir.values import Json, Resource, objects, text_at

_NUMBERS = frozenset({"integer", "unsignedInt", "positiveInt", "decimal"})
_BASE64 = re.compile(r"[0-9A-Za-z+/=\s]*")
_LARGEST_INTEGER = 2**31 - 1
_TIMES = frozenset({"date", "dateTime", "instant"})
_ANY_RESOURCE = "Resource"
_CODED = ("Coding", "CodeableConcept")


def shape_issues(resource: Resource, path: str) -> Iterator[Issue]:
    """Yield what differs from the definition of the resource's type.

    Args:
        resource: with a `resourceType`.
        path: the FHIRPath of the resource, its type at the outermost.
    """
    resource_type = resource.get("resourceType")
    shape = structure(resource_type) if isinstance(resource_type, str) else None
    if shape is None or resource_type not in RESOURCE_TYPES:
        yield _issue("structure", "R4 has no resource of this type.", path)
        return
    contained = {
        f"#{text_at(inner, 'id')}": text_at(inner, "resourceType")
        for inner in objects(resource.get("contained"))
    }
    members = {name: value for name, value in resource.items() if name != "resourceType"}
    yield from _members(members, shape, path, contained)


def _members(value: Resource, shape: Structure, path: str, contained: Mapping[str, str]) -> Iterator[Issue]:
    chosen: dict[str, str] = {}
    for name, item in value.items():
        element = shape.elements.get(name.removeprefix("_"))
        where = f"{path}.{name}"
        if element is None or (name.startswith("_") and pattern(element.kind.name) is None):
            yield _issue("structure", "R4 has no such element here.", where)
            continue
        if element.choice and chosen.setdefault(element.choice, name.removeprefix("_")) != name.removeprefix(
            "_"
        ):
            yield _issue("structure", "Only one of the choices may be given.", where)
        if name.startswith("_"):
            yield from _companion(item, element, where, contained)
        else:
            yield from _element(item, element, where, contained, value.get(f"_{name}"))
    for name, element in shape.elements.items():
        if element.needed and name not in value and f"_{name}" not in value:
            yield _issue("required", "A required element is missing.", f"{path}.{name}")
    for choice in shape.needed_choices:
        if choice not in chosen:
            yield _issue("required", "A required element is missing.", f"{path}.{choice}")


def _element(
    item: Json, element: Element, where: str, contained: Mapping[str, str], companion: Json
) -> Iterator[Issue]:
    if not element.repeats:
        yield from _value(item, element.kind, where, contained)
        return
    if not isinstance(item, Sequence) or isinstance(item, str):
        yield _issue("structure", "This must be a list.", where)
        return
    for position, one in enumerate(item):
        if one is None and _stands_for(companion, position):
            continue
        yield from _value(one, element.kind, f"{where}[{position}]", contained)


def _stands_for(companion: Json, position: int) -> bool:
    """Whether the extension of a primitive stands where its value is null (FHIR R4 §2.6.2.3)."""
    return isinstance(companion, list) and position < len(companion) and companion[position] is not None


def _companion(item: Json, element: Element, where: str, contained: Mapping[str, str]) -> Iterator[Issue]:
    """Check the id and extensions of primitives, which stand beside them as `_name`."""
    shape = structure("Element")
    listed = item if element.repeats and isinstance(item, list) else [item]
    for one in listed:
        if one is None and element.repeats:
            continue
        if not isinstance(one, Mapping) or shape is None:
            yield _issue("structure", "This must be an object.", where)
            continue
        yield from _members(one, shape, where, contained)


def _value(value: Json, kind: Kind, where: str, contained: Mapping[str, str]) -> Iterator[Issue]:
    wanted = pattern(kind.name)
    if wanted is not None:
        yield from _primitive(value, kind, wanted, where)
        return
    if not isinstance(value, Mapping):
        yield _issue("structure", "This must be an object.", where)
        return
    if not value:
        yield _issue("structure", "Nothing may be empty or null.", where)
        return
    if kind.name == _ANY_RESOURCE:
        yield from shape_issues(value, where)
        return
    shape = structure(kind.name)
    if shape is not None:
        yield from _members(value, shape, where, contained)
    if kind.name == "Reference":
        yield from _target(value, kind, where, contained)
    elif kind.codes and kind.name in _CODED:
        yield from _coded(value, kind, where)


def _primitive(value: Json, kind: Kind, wanted: re.Pattern[str], where: str) -> Iterator[Issue]:
    if kind.name == "boolean":
        if not isinstance(value, bool):
            yield _issue("structure", "This must be true or false.", where)
        return
    if kind.name in _NUMBERS:
        yield from _number(value, kind, wanted, where)
        return
    if not isinstance(value, str):
        yield _issue("structure", "This must be a text.", where)
        return
    matches = _BASE64.fullmatch(value) if kind.name == "base64Binary" else wanted.fullmatch(value)
    if matches is None or (kind.name in _TIMES and span(value) is None):
        yield _issue("value", f"This isn't spelt as R4 spells a {kind.name}.", where)
    elif kind.codes and value not in kind.codes:
        yield _issue("code-invalid", "The code isn't in R4's required list.", where)


def _number(value: Json, kind: Kind, wanted: re.Pattern[str], where: str) -> Iterator[Issue]:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        yield _issue("structure", "This must be a number.", where)
    elif kind.name != "decimal" and (
        not isinstance(value, int) or not wanted.fullmatch(str(value)) or abs(value) > _LARGEST_INTEGER
    ):
        yield _issue("value", f"This isn't a {kind.name} of R4.", where)


def _target(value: Resource, kind: Kind, where: str, contained: Mapping[str, str]) -> Iterator[Issue]:
    """Check whither a reference may point; what is known only elsewhere (`urn:`, by identifier) passes."""
    text = text_at(value, "reference")
    found = {literal_type(text) or contained.get(text, ""), text_at(value, "type")} - {""}
    if kind.targets and any(each in RESOURCE_TYPES and each not in kind.targets for each in found):
        yield _issue("value", "This may not refer to a resource of that type.", where)


def _coded(value: Resource, kind: Kind, where: str) -> Iterator[Issue]:
    """At least one code of a required binding must be of its list; text alone is a CodeableConcept without one."""
    codings = [value] if kind.name == "Coding" else list(objects(value.get("coding")))
    codes = [text_at(coding, "code") for coding in codings]
    if any(codes) and not kind.codes.intersection(codes):
        yield _issue("code-invalid", "No code is in R4's required list.", where)


def _issue(code: str, diagnostics: str, where: str) -> Issue:
    return Issue(code=code, diagnostics=diagnostics, expression=where)
