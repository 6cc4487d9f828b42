"""From the outbox's row to resources: which message says what, and the transaction that writes it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from consult_api.health_record.fhir.canonical import canonical
from consult_api.health_record.fhir.references import Identity, etag
from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.attestations import attestation
from consult_api.health_record.mapping.consults import consult
from consult_api.health_record.mapping.county import County, Mapped, moment
from consult_api.health_record.mapping.referrals import referral
from consult_api.health_record.mapping.reports import acknowledgement, report
from consult_api.health_record.mapping.staff import institution, staff
from wire.clinical import (
    ConsultRecorded,
    InstitutionRecorded,
    PatientRegistered,
    ReferralRecorded,
    ReportAcknowledged,
    ReportAttested,
    ReportSigned,
    StaffRecorded,
)

_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class UnknownEvent(Exception):  # noqa: N818 - the caller parks it; nothing went wrong here
    """No resource says this; the text names the kind of message and nothing of its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteEntry:
    """One entry of the transaction that is to be sent."""

    resource: Resource
    if_match: str = ""
    if_none_match: str = ""

    @property
    def target(self) -> Identity:
        """What it writes."""
        return Identity(str(self.resource["resourceType"]), str(self.resource["id"]))


def map_event(county: County, event_id: str, subject: str, payload: str) -> Mapped:
    """Map a message of the outbox.

    Raises:
        UnknownEvent: for a kind, or a state within it, that the record has no word for.
        pydantic.ValidationError: for a payload that isn't that message.
    """
    payload = keepable(payload)
    try:
        match subject:
            case PatientRegistered.subject:
                return _patient(county, event_id, PatientRegistered.model_validate_json(payload))
            case ConsultRecorded.subject:
                return consult(county, event_id, ConsultRecorded.model_validate_json(payload))
            case ReportSigned.subject:
                return report(county, event_id, ReportSigned.model_validate_json(payload))
            case ReportAttested.subject:
                return attestation(county, event_id, ReportAttested.model_validate_json(payload))
            case ReportAcknowledged.subject:
                return acknowledgement(county, event_id, ReportAcknowledged.model_validate_json(payload))
            case ReferralRecorded.subject:
                return referral(county, event_id, ReferralRecorded.model_validate_json(payload))
            case StaffRecorded.subject:
                return staff(county, event_id, StaffRecorded.model_validate_json(payload))
            case InstitutionRecorded.subject:
                return institution(county, event_id, InstitutionRecorded.model_validate_json(payload))
            case _:
                raise UnknownEvent(subject)
    except KeyError as error:
        raise UnknownEvent(subject) from error


def keepable(payload: str) -> str:
    """Put U+FFFD where a text holds what neither a FHIR string nor XHTML may: most control characters."""
    return json.dumps(_keepable(json.loads(payload)), ensure_ascii=False)


def _keepable(value: object) -> object:
    match value:
        case str():
            return _UNKEEPABLE.sub("\ufffd", value)
        case dict():
            return {name: _keepable(item) for name, item in cast("dict[str, object]", value).items()}
        case list():
            return [_keepable(item) for item in cast("list[object]", value)]
        case _:
            return value


def transaction(entries: Sequence[WriteEntry]) -> str:
    """Return the transaction Bundle in canonical JSON: PUT by id, one entry for each identity."""
    return canonical(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "fullUrl": f"urn:uuid:{entry.target.resource_id}",
                    "resource": entry.resource,
                    "request": _request(entry),
                }
                for entry in entries
            ],
        }
    )


def _request(entry: WriteEntry) -> Mapping[str, Json]:
    request: dict[str, Json] = {"method": "PUT", "url": str(entry.target)}
    if entry.if_match:
        request["ifMatch"] = etag(entry.if_match)
    if entry.if_none_match:
        request["ifNoneMatch"] = entry.if_none_match
    return request


def _patient(county: County, event_id: str, event: PatientRegistered) -> Mapped:
    registered = people.patient(county, event.patient)
    return Mapped(
        owned=(),
        shared=people.once(people.concerned(county, event.patient, [event.by])),
        provenance=people.provenance(
            county, event_id, targets=[registered.resource], by=event.by, at=moment(event.at)
        ),
        source_version=event.patient.version,
    )
