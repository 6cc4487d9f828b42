"""What a resource is found by: the rows of the search index, computed from its content alone."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consult_api.health_record.fhir.instants import BEGINNING_US, END_US, Span, span
from consult_api.health_record.fhir.parameters import Parameter, parameters_of
from consult_api.health_record.fhir.references import local_target
from consult_api.health_record.fhir.values import Json, Resource, at_path, text_at

MAX_VALUE_LENGTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One findable value. For a token, `system|value`; for a reference, type and id; for a date, the span."""

    parameter: str
    system: str = ""
    value: str = ""
    low_us: int | None = None
    high_us: int | None = None


def index_rows(resource: Resource, base_url: str = "") -> frozenset[IndexRow]:
    """Return the index rows of a resource.

    Args:
        resource: a checked resource.
        base_url: the record's own address, so that absolute references to itself are understood.
    """
    rows: set[IndexRow] = set()
    for parameter in parameters_of(text_at(resource, "resourceType")).values():
        for path in parameter.paths:
            for value in at_path(resource, path):
                rows.update(_rows(parameter, value, base_url))
    return frozenset(rows)


def normal(text: str) -> str:
    """Fold case, accents and width away for string searches (FHIR R4 §3.1.1.4.8)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _rows(parameter: Parameter, value: Json, base_url: str) -> Iterator[IndexRow]:
    match parameter.kind:
        case "token":
            for system, code in _tokens(value):
                yield IndexRow(parameter=parameter.name, system=_cut(system), value=_cut(code))
        case "reference":
            row = _reference_row(parameter, value, base_url)
            if row is not None:
                yield row
        case "date":
            covered = _covered(value)
            if covered is not None:
                yield IndexRow(parameter=parameter.name, low_us=covered.low_us, high_us=covered.high_us)
        case "string":
            if isinstance(value, str):
                yield IndexRow(parameter=parameter.name, system=_cut(value), value=_cut(normal(value)))
        case "uri":
            if isinstance(value, str):
                yield IndexRow(parameter=parameter.name, value=_cut(value))


def _cut(text: str) -> str:
    return text[:MAX_VALUE_LENGTH]


def _tokens(value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield "", "true" if value else "false"
    elif isinstance(value, str):
        yield "", value
    elif isinstance(value, Mapping):
        for coding in at_path(value, "coding"):
            yield text_at(coding, "system"), text_at(coding, "code")
        if "value" in value:  # Identifier, ContactPoint
            yield text_at(value, "system"), text_at(value, "value")
        elif "code" in value:  # Coding
            yield text_at(value, "system"), text_at(value, "code")


def _reference_row(parameter: Parameter, value: Json, base_url: str) -> IndexRow | None:
    literal = text_at(value, "reference")
    target = local_target(literal, base_url)
    if target is not None:
        if parameter.targets and target.resource_type not in parameter.targets:
            return None
        return IndexRow(parameter=parameter.name, system=target.resource_type, value=target.resource_id)
    if literal and not literal.startswith("#") and not parameter.targets:
        return IndexRow(parameter=parameter.name, value=_cut(literal))
    return None


def _covered(value: Json) -> Span | None:
    if isinstance(value, str):
        return span(value)
    if not isinstance(value, Mapping):
        return None
    start, end = text_at(value, "start"), text_at(value, "end")
    first = span(start) if start else Span(BEGINNING_US, END_US)
    last = span(end) if end else Span(BEGINNING_US, END_US)
    if first is None or last is None:
        return None
    return Span(first.low_us, last.high_us)
