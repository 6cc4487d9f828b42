"""A signed report as a document: Composition, document Bundle in a Binary, DocumentReference, and the advice.

Every version is a document of its own that replaces the one before (FHIR R4 §3.3, Composition, DocumentReference);
nothing of an earlier version is written again.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from consult_api.health_record.fhir.canonical import canonical
from consult_api.health_record.fhir.references import rewrite
from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.county import (
    URI_SYSTEM,
    County,
    Mapped,
    concept,
    loinc,
    moment,
    present,
)
from consult_api.health_record.mapping.imaging import study_reference
from wire.clinical import PersonPart, ReportAcknowledged, ReportSigned

FHIR_JSON = "application/fhir+json"
CONSULT_NOTE = loinc("11488-4", "会诊意见")
TITLE = "远程会诊意见"
VERIFICATION = {"adopted": "confirmed", "partly": "provisional", "not": "unconfirmed"}


def report(county: County, event_id: str, event: ReportSigned) -> Mapped:
    """Map a signed version of a report."""
    composition = report_composition(county, event)
    advice = _advice(county, event, verification="provisional")
    needed = people.once(
        [
            *people.concerned(county, event.patient, [event.author]),
            people.episode(county, event.episode_id, event.patient),
        ]
    )
    document_id = county.resource_id("Bundle", event.report_id, event.report_version)
    document = _document(document_id, composition, [*advice, *(each.resource for each in needed)], event)
    data = canonical(document).encode()
    binary: Resource = {
        "resourceType": "Binary",
        "id": county.resource_id("Binary", event.report_id, event.report_version),
        "contentType": FHIR_JSON,
        "securityContext": county.reference("Patient", event.patient.patient_id),
        "data": base64.b64encode(data).decode(),
    }
    described = _document_reference(county, event, document_id, binary, data)
    owned = (composition, *advice, binary, described)
    return Mapped(
        owned=owned,
        shared=needed,
        provenance=signed_by(
            county,
            people.provenance(county, event_id, targets=owned, by=event.author, at=moment(event.signed_at)),
            Signature(
                kind="author", who=event.author, at=event.signed_at, content_sha256=event.content_sha256
            ),
        ),
        source_version=event.report_version,
    )


def acknowledgement(county: County, event_id: str, event: ReportAcknowledged) -> Mapped:
    """Map what the treating doctor made of the advice: it's theirs from now on, or stays unconfirmed."""
    decided = [
        present(
            {
                **advice,
                "asserter": people.role(county, event.by),
                "note": [{"text": event.reason}] if event.reason else None,
            }
        )
        for advice in _advice(county, event, verification=VERIFICATION[event.verdict])
    ]
    read = {
        "resourceType": "Composition",
        "id": county.resource_id("Composition", event.report_id, event.report_version),
    }
    return Mapped(
        owned=tuple(decided),
        shared=people.once(people.concerned(county, event.patient, [event.by])),
        provenance=people.provenance(
            county, event_id, targets=decided or [read], by=event.by, at=moment(event.at)
        ),
        source_version=event.report_version,
    )


def report_composition(county: County, event: ReportSigned) -> Resource:
    """The report as its author signed it, without what others said to it."""
    author = people.role(county, event.author)
    at = moment(event.signed_at)
    sections = [
        section("问题", "42349-1", event.question, []),
        section(
            "所见", "61149-1", event.findings, [study_reference(county, uid) for uid in event.study_uids]
        ),
        section(
            "判断",
            "51848-0",
            event.assessment,
            [county.reference("Condition", event.report_id, event.report_version)],
        ),
        section("建议", "18776-5", event.advice, []),
    ]
    return present(
        {
            "resourceType": "Composition",
            "id": county.resource_id("Composition", event.report_id, event.report_version),
            "identifier": county.identifier("report", event.report_id),
            "status": "final" if event.replaces_version is None else "amended",
            "type": CONSULT_NOTE,
            "subject": county.reference("Patient", event.patient.patient_id),
            "encounter": county.reference("Encounter", event.consult_id),
            "date": at,
            "author": [author],
            "title": TITLE,
            "attester": [{"mode": "legal", "time": at, "party": author}],
            "custodian": county.reference("Organization", event.author.institution_id),
            "relatesTo": _replaced(county, event, "Composition", "targetReference"),
            "section": [each for each in sections if each],
        }
    )


def _replaced(county: County, event: ReportSigned, resource_type: str, target: str) -> list[Json]:
    if event.replaces_version is None:
        return []
    earlier = county.reference(resource_type, event.report_id, event.replaces_version)
    return [{"code": "replaces", target: earlier}]


def section(title: str, code: str, text: str, entries: Sequence[Json]) -> Resource:
    """A section with its text as narrative; one without anything to say is left out."""
    if not text.strip():
        return {}
    return present(
        {"title": title, "code": loinc(code), "text": narrative(text), "entry": entries},
    )


def narrative(text: str) -> Resource:
    """What somebody wrote, as XHTML with its lines."""
    lines = "<br/>".join(escape(line) for line in text.splitlines())
    return {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'}


def _document(
    document_id: str, composition: Resource, others: Sequence[Resource], event: ReportSigned
) -> Resource:
    """A self-contained document: every reference to what is in it points into it (`urn:uuid:`)."""
    inside = [composition, *others]
    becomes = {f"{each['resourceType']}/{each['id']}": f"urn:uuid:{each['id']}" for each in inside}
    entries: list[Json] = [
        {
            "fullUrl": f"urn:uuid:{each['id']}",
            "resource": rewrite(each, lambda text: becomes.get(text, text)),
        }
        for each in inside
    ]
    return {
        "resourceType": "Bundle",
        "id": document_id,
        "identifier": {"system": URI_SYSTEM, "value": f"urn:uuid:{document_id}"},
        "type": "document",
        "timestamp": moment(event.signed_at),
        "entry": entries,
    }


def _document_reference(
    county: County, event: ReportSigned, document_id: str, binary: Resource, data: bytes
) -> Resource:
    author = people.role(county, event.author)
    digest = hashlib.sha1(
        data, usedforsecurity=False
    ).digest()  # Attachment.hash is SHA-1 by definition in R4
    return present(
        {
            "resourceType": "DocumentReference",
            "id": county.resource_id("DocumentReference", event.report_id, event.report_version),
            "masterIdentifier": {"system": URI_SYSTEM, "value": f"urn:uuid:{document_id}"},
            "identifier": [county.identifier("report", event.report_id)],
            "status": "current",
            "docStatus": "final" if event.replaces_version is None else "amended",
            "type": CONSULT_NOTE,
            "subject": county.reference("Patient", event.patient.patient_id),
            "date": moment(event.signed_at),
            "author": [author],
            "authenticator": author,
            "custodian": county.reference("Organization", event.author.institution_id),
            "relatesTo": _replaced(county, event, "DocumentReference", "target"),
            "content": [
                {
                    "attachment": {
                        "contentType": FHIR_JSON,
                        "url": f"Binary/{binary['id']}",
                        "size": len(data),
                        "hash": base64.b64encode(digest).decode(),
                        "title": TITLE,
                        "creation": moment(event.signed_at),
                    }
                }
            ],
            "context": {
                "encounter": [county.reference("Encounter", event.consult_id)],
                "related": [
                    county.reference("ServiceRequest", event.consult_id),
                    *(study_reference(county, uid) for uid in event.study_uids),
                ],
            },
        }
    )


def _advice(county: County, event: ReportSigned | ReportAcknowledged, *, verification: str) -> list[Resource]:
    """The assessment as a Condition, provisional until the treating doctor adopts it; none without words."""
    if not event.assessment.strip():
        return []
    about = (event.report_id, event.report_version)
    condition: Resource = {
        "resourceType": "Condition",
        "id": county.resource_id("Condition", *about),
        "identifier": [county.identifier("report", event.report_id)],
        "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "verificationStatus": concept(
            "http://terminology.hl7.org/CodeSystem/condition-ver-status", verification
        ),
        "category": [
            concept("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis")
        ],
        "code": {"text": event.assessment},
        "subject": county.reference("Patient", event.patient.patient_id),
        "encounter": county.reference("Encounter", event.consult_id),
        "evidence": [{"detail": [county.reference("Composition", *about)]}],
    }
    return [condition]


SIGNATURE_TYPES: Mapping[str, tuple[str, str]] = {
    "author": ("1.2.840.10065.1.12.1.1", "Author's Signature"),
    "countersigned": ("1.2.840.10065.1.12.1.5", "Verification Signature"),
    "dissented": ("1.2.840.10065.1.12.1.13", "Review Signature"),
}
"""The kinds of signature of ASTM E1762, as FHIR R4 Signature.type binds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a PIN stood for: who signed what kind of thing, when, and its SHA-256 in hexadecimal."""

    kind: Literal["author", "countersigned", "dissented"]
    who: PersonPart
    at: datetime
    content_sha256: str


def signed_by(county: County, marker: Resource, signature: Signature) -> Resource:
    """A commit marker with the signature that the PIN stood for and the hash of what was signed (RFC 6920)."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(signature.content_sha256)).decode().rstrip("=")
    code, display = SIGNATURE_TYPES[signature.kind]
    return {
        **marker,
        "entity": [
            {
                "role": "source",
                "what": {"identifier": {"system": URI_SYSTEM, "value": f"ni:///sha-256;{digest}"}},
            }
        ],
        "signature": [
            {
                "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": code, "display": display}],
                "when": moment(signature.at),
                "who": people.role(county, signature.who),
            }
        ],
    }
