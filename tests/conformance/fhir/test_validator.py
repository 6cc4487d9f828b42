"""The validator against fhirclient's generated R4 models, which check members, types and cardinality.

Every resource that the clinic writes is broken in every place in several ways. Whatever the models refuse, the
validator refuses; whatever it accepts, they accept. It refuses more: formats, code lists, targets, which they don't
check.
"""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from clinical_events import (
    COUNTY,
    consult_recorded,
    patient_registered,
    referral_recorded,
    report_acknowledged,
    report_signed,
)
from fhirclient.models.fhirabstractbase import FHIRValidationError

from consult_api.health_record.fhir.canonical import canonical
from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.validation import check
from consult_api.health_record.mapping.events import map_event
from wire.envelope import Message

Json = Any
EVENTS: list[Message] = [
    patient_registered(),
    consult_recorded(),
    report_signed(),
    report_acknowledged(),
    referral_recorded(),
]


def written() -> dict[str, Json]:
    """Return one resource of each type that the clinic writes."""
    found: dict[str, Json] = {}
    for number, event in enumerate(EVENTS):
        mapped = map_event(COUNTY, f"event-{number}", event.subject, event.model_dump_json())
        for resource in [*(each.resource for each in mapped.shared), *mapped.owned, mapped.provenance]:
            copy = json.loads(canonical(resource))
            found[copy["resourceType"]] = copy
    return found


WRITTEN = written()


def broken(value: Json) -> Iterator[Json]:
    """Yield copies of a resource, each broken in one place: a member gone, of another type, renamed, wrapped."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "resourceType":
                continue
            yield {other: kept for other, kept in value.items() if other != name}
            yield {("un" + other if other == name else other): kept for other, kept in value.items()}
            yield {**value, name: [item]}
            yield {**value, name: {"odd": "thing"} if isinstance(item, str) else "odd"}
            yield {**value, name: 7}
            for inner in broken(item):
                yield {**value, name: inner}
    elif isinstance(value, list):
        for position, item in enumerate(value):
            for inner in broken(item):
                yield [*value[:position], inner, *value[position + 1 :]]


def model_accepts(resource: Json) -> bool:
    """Ask the generated model, read strictly."""
    kind = resource["resourceType"]
    model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
    try:
        model(resource)
    except FHIRValidationError:
        return False
    return True


def validator_accepts(resource: Json) -> bool:
    """Ask the validator."""
    try:
        check(resource)
    except FhirProblem:
        return False
    return True


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_what_the_clinic_writes_satisfies_both(kind: str):
    assert model_accepts(WRITTEN[kind])
    assert validator_accepts(WRITTEN[kind])


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_the_validator_refuses_whatever_the_generated_models_refuse(kind: str):
    copies = list(broken(WRITTEN[kind]))
    refused = [copy for copy in copies if not model_accepts(copy)]
    assert len(refused) > 10
    missed = [copy for copy in refused if validator_accepts(copy)]
    assert missed == []
