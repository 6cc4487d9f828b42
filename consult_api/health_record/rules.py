"""The record's own decisions: whether a write may go on, what a stored version looks like, what a county shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from consult_api.health_record.fhir.canonical import canonical, content_sha256
from consult_api.health_record.fhir.instants import instant_text
from consult_api.health_record.fhir.outcomes import precondition
from consult_api.health_record.fhir.references import Identity, version_of
from consult_api.health_record.fhir.values import Resource

PATIENT_INDEX = "_patient"
"""The index parameter that names the patients a resource speaks of; no client can search by it."""

DIRECTORY_TYPES = frozenset(
    {"Organization", "Practitioner", "PractitionerRole", "Endpoint", "Location", "HealthcareService"}
)
"""Types that say nothing of a patient; every token of the record's scope may read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What is stored of a resource now."""

    version: int
    sha256: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One version as it is kept and answered. `body` is its canonical JSON."""

    identity: Identity
    version: int
    updated_at: datetime
    body: str
    method: str = "PUT"


def check_preconditions(current: Current | None, *, if_match: str, if_none_match: str) -> None:
    """Let a write go on only as its conditions say (RFC 9110 §13.1.1 and §13.1.2, FHIR R4 §3.1.0.5).

    Raises:
        FhirProblem: `fhir/version-differs`, `fhir/exists` (412).
    """
    if if_match:
        wanted = version_of(if_match)
        if current is None or str(current.version) != wanted:
            raise precondition("fhir/version-differs", "The resource has another version than If-Match says.")
    if if_none_match == "*":
        if current is not None:
            raise precondition("fhir/exists", "The resource exists, and If-None-Match: * wants it not to.")
    elif if_none_match and current is not None and version_of(if_none_match) == str(current.version):
        raise precondition("fhir/exists", "The resource has the version that If-None-Match excludes.")


def is_unchanged(current: Current | None, resource: Resource) -> bool:
    """Whether a write would say nothing new; then no version is made."""
    return current is not None and current.sha256 == content_sha256(resource)


def stamped(resource: Resource, target: Identity, version: int, now: datetime) -> str:
    """Return the canonical JSON of a new version: the content, with the server's id, version and time."""
    meta = resource.get("meta")
    kept: Resource = meta if isinstance(meta, Mapping) else {}
    return canonical(
        {
            **resource,
            "id": target.resource_id,
            "meta": {**kept, "versionId": str(version), "lastUpdated": instant_text(now)},
        }
    )
