"""What the record says of itself: the CapabilityStatement, built from the tables that the code runs on."""

from datetime import datetime

from consult_api.health_record.fhir.instants import instant_text
from consult_api.health_record.fhir.parameters import SEARCHABLE, parameters_of
from consult_api.health_record.fhir.resource_types import RESOURCE_TYPES
from consult_api.health_record.fhir.values import Json, Resource

FHIR_VERSION = "4.0.1"
_INTERACTIONS = ("read", "vread", "update", "create", "history-instance", "history-type", "search-type")
_SYSTEM_INTERACTIONS = ("transaction", "batch", "history-system")
_SPECIAL = (("_id", "token"), ("_lastUpdated", "date"))
_NOT_STORED = frozenset({"OperationOutcome", "Parameters"})

STORED_TYPES = tuple(sorted(RESOURCE_TYPES - _NOT_STORED))
"""The types that may be stored; the others only travel."""


def capability_statement(base_url: str, software_version: str, published: datetime) -> Resource:
    """Build the CapabilityStatement.

    Args:
        base_url: the record's own address.
        software_version: of the project.
        published: when this process started to offer it.
    """
    rest: Json = {
        "mode": "server",
        "documentation": "PUT by id. No delete, no patch, no conditional create or update.",
        "security": {
            "cors": False,
            "description": "Authorization: Bearer with a machine token of scope fhir (RFC 6750).",
        },
        "resource": [_resource(name) for name in STORED_TYPES],
        "interaction": [{"code": code} for code in _SYSTEM_INTERACTIONS],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant_text(published),
        "kind": "instance",
        "software": {"name": "Lianzhen", "version": software_version},
        "implementation": {"description": "The county's shared health record", "url": base_url.rstrip("/")},
        "fhirVersion": FHIR_VERSION,
        "format": ["application/fhir+json"],
        "rest": [rest],
    }


def _resource(name: str) -> Resource:
    parameters = parameters_of(name)
    listed: list[Json] = [{"name": special, "type": kind} for special, kind in _SPECIAL]
    listed += [{"name": parameter.name, "type": parameter.kind} for parameter in parameters.values()]
    entry: dict[str, Json] = {
        "type": name,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": False,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchParam": listed,
    }
    includes = [
        f"{name}:{parameter.name}" for parameter in parameters.values() if parameter.kind == "reference"
    ]
    if includes:
        entry["searchInclude"] = includes
    reverse = [
        f"{source}:{parameter.name}"
        for source in SEARCHABLE
        for parameter in parameters_of(source).values()
        if parameter.kind == "reference" and name in parameter.targets
    ]
    if name in SEARCHABLE:
        entry["searchRevInclude"] = sorted({*reverse, "Provenance:target"})
    if name == "Patient":
        entry["operation"] = [
            {
                "name": "everything",
                "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
            }
        ]
    return entry
