"""Which search parameters the record offers for which type, and where they look (FHIR R4 `searchparameter-registry`).

Names and paths are R4's own. `patient` is R4's `subject` narrowed to patients. What isn't listed can't be searched;
a search by an unknown parameter is refused rather than silently widened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ParameterKind = Literal["token", "reference", "date", "string", "uri"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A search parameter: its kind, the dotted paths it looks at, and the types a reference may point to."""

    name: str
    kind: ParameterKind
    paths: tuple[str, ...]
    targets: frozenset[str] = frozenset()


def _token(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind="token", paths=paths or (name,))


def _date(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind="date", paths=paths)


def _string(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind="string", paths=paths or (name,))


def _uri(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind="uri", paths=paths)


def _reference(name: str, *paths: str, to: str = "") -> Parameter:
    return Parameter(name=name, kind="reference", paths=paths or (name,), targets=frozenset(to.split()))


_IDENTIFIER = _token("identifier")
_STATUS = _token("status")
_SUBJECT = (_reference("subject"), _reference("patient", "subject", to="Patient"))
_ENCOUNTER = _reference("encounter", "encounter", to="Encounter")
_PEOPLE = (
    _string("name", "name.text", "name.family", "name.given", "name.prefix", "name.suffix"),
    _string("family", "name.family"),
    _string("given", "name.given"),
    _token("telecom"),
    _token("gender"),
    _token("active"),
)

_DECLARED: Mapping[str, tuple[Parameter, ...]] = {
    "Patient": (
        _IDENTIFIER,
        *_PEOPLE,
        _date("birthdate", "birthDate"),
        _string("address", "address.text", "address.line", "address.city", "address.district"),
        _reference("organization", "managingOrganization", to="Organization"),
    ),
    "Practitioner": (_IDENTIFIER, *_PEOPLE),
    "PractitionerRole": (
        _IDENTIFIER,
        _reference("practitioner", to="Practitioner"),
        _reference("organization", to="Organization"),
        _token("active"),
        _token("role", "code"),
    ),
    "Organization": (
        _IDENTIFIER,
        _string("name", "name", "alias"),
        _token("type"),
        _token("active"),
        _reference("partof", "partOf", to="Organization"),
    ),
    "Endpoint": (_IDENTIFIER, _STATUS, _string("name"), _token("connection-type", "connectionType")),
    "ServiceRequest": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _ENCOUNTER,
        _token("intent"),
        _token("priority"),
        _token("category"),
        _token("code"),
        _date("authored", "authoredOn"),
        _date("occurrence", "occurrenceDateTime", "occurrencePeriod"),
        _reference("based-on", "basedOn"),
        _reference("replaces"),
        _reference("requester"),
        _reference("performer"),
        _token("requisition"),
    ),
    "Task": (
        _IDENTIFIER,
        _STATUS,
        _reference("subject", "for"),
        _reference("patient", "for", to="Patient"),
        _ENCOUNTER,
        _token("business-status", "businessStatus"),
        _token("intent"),
        _token("priority"),
        _token("code"),
        _date("authored-on", "authoredOn"),
        _date("modified", "lastModified"),
        _date("period", "executionPeriod"),
        _reference("based-on", "basedOn"),
        _reference("focus"),
        _reference("owner"),
        _reference("requester"),
        _reference("part-of", "partOf", to="Task"),
        _token("group-identifier", "groupIdentifier"),
    ),
    "Encounter": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _token("class"),
        _token("type"),
        _date("date", "period"),
        _reference("based-on", "basedOn", to="ServiceRequest"),
        _reference("episode-of-care", "episodeOfCare", to="EpisodeOfCare"),
        _reference("participant", "participant.individual"),
        _reference("service-provider", "serviceProvider", to="Organization"),
        _reference("part-of", "partOf", to="Encounter"),
    ),
    "EpisodeOfCare": (
        _IDENTIFIER,
        _STATUS,
        _reference("patient", to="Patient"),
        _date("date", "period"),
        _token("type"),
        _reference("organization", "managingOrganization", to="Organization"),
    ),
    "Composition": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _ENCOUNTER,
        _token("type"),
        _token("category"),
        _string("title"),
        _date("date", "date"),
        _reference("author"),
        _reference("attester", "attester.party"),
        _reference("entry", "section.entry"),
        _reference("related-ref", "relatesTo.targetReference", to="Composition"),
        _token("related-id", "relatesTo.targetIdentifier"),
    ),
    "DocumentReference": (
        _token("identifier", "masterIdentifier", "identifier"),
        _STATUS,
        *_SUBJECT,
        _token("type"),
        _token("category"),
        _date("date", "date"),
        _date("period", "context.period"),
        _reference("author"),
        _reference("authenticator"),
        _reference("custodian", "custodian", to="Organization"),
        _reference("encounter", "context.encounter", to="Encounter"),
        _reference("related", "context.related"),
        _reference("relatesto", "relatesTo.target", to="DocumentReference"),
        _token("relation", "relatesTo.code"),
        _uri("location", "content.attachment.url"),
        _token("contenttype", "content.attachment.contentType"),
    ),
    "Provenance": (
        _reference("target"),
        _reference("patient", "target", to="Patient"),
        _reference("agent", "agent.who"),
        _reference("entity", "entity.what"),
        _token("signature-type", "signature.type"),
        _date("recorded", "recorded"),
        _date("when", "occurredDateTime", "occurredPeriod"),
    ),
    "ImagingStudy": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _ENCOUNTER,
        _token("modality", "modality", "series.modality"),
        _token("series", "series.uid"),
        _token("instance", "series.instance.uid"),
        _date("started", "started"),
        _reference("basedon", "basedOn"),
        _reference("endpoint", "endpoint", "series.endpoint", to="Endpoint"),
    ),
    "Condition": (
        _IDENTIFIER,
        *_SUBJECT,
        _ENCOUNTER,
        _token("code"),
        _token("category"),
        _token("clinical-status", "clinicalStatus"),
        _token("verification-status", "verificationStatus"),
        _date("recorded-date", "recordedDate"),
        _date("onset-date", "onsetDateTime", "onsetPeriod"),
        _reference("asserter"),
        _reference("evidence-detail", "evidence.detail"),
    ),
    "Observation": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _ENCOUNTER,
        _token("code"),
        _token("category"),
        _date("date", "effectiveDateTime", "effectivePeriod", "effectiveInstant"),
        _reference("based-on", "basedOn"),
        _reference("performer"),
    ),
    "DiagnosticReport": (
        _IDENTIFIER,
        _STATUS,
        *_SUBJECT,
        _ENCOUNTER,
        _token("code"),
        _token("category"),
        _date("date", "effectiveDateTime", "effectivePeriod"),
        _date("issued", "issued"),
        _reference("based-on", "basedOn"),
        _reference("performer"),
        _reference("result", "result", to="Observation"),
    ),
    "Binary": (),
}

_EVERYWHERE = (
    _uri("_profile", "meta.profile"),
    _token("_security", "meta.security"),
    _token("_tag", "meta.tag"),
    _uri("_source", "meta.source"),
)
_ELSEWHERE = (_IDENTIFIER, _STATUS)

SEARCHABLE: tuple[str, ...] = tuple(sorted(_DECLARED))
"""The types with search parameters of their own; the others can be found by `identifier` and `status`."""


def parameters_of(resource_type: str) -> Mapping[str, Parameter]:
    """Return the indexed parameters of a type by name (`_id` and `_lastUpdated` need no index)."""
    declared = _DECLARED.get(resource_type, _ELSEWHERE)
    return {parameter.name: parameter for parameter in (*declared, *_EVERYWHERE)}
