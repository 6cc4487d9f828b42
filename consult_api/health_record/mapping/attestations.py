"""What other experts said to a signed report: an attester who agrees, a section of his own who doesn't.

FHIR R4 Composition.attester attests that the document is accurate, so only a countersignature is one. A dissent is
a section whose author is the dissenting expert; Provenance carries either signature. What the report's author signed,
the document Bundle and its hash, stays as it is.
"""

from consult_api.health_record.fhir.values import Json, Resource, objects
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.county import County, Mapped, moment, present
from consult_api.health_record.mapping.reports import Signature, narrative, report_composition, signed_by
from wire.clinical import AttestationPart, ReportAttested

DISSENT = "不同意见"
AGREES = "professional"  # http://hl7.org/fhir/R4/valueset-composition-attestation-mode.html


def attestation(county: County, event_id: str, event: ReportAttested) -> Mapped:
    """Map all that was said to a version of a report; the newest word is the event."""
    composition = _attested(county, event)
    newest = event.attestations[-1]
    marker = people.provenance(
        county, event_id, targets=[composition], by=newest.by, at=moment(newest.signed_at)
    )
    signature = Signature(
        kind=newest.stance, who=newest.by, at=newest.signed_at, content_sha256=newest.content_sha256
    )
    named = [event.author, *(each.by for each in event.attestations)]
    return Mapped(
        owned=(composition,),
        shared=people.once(people.concerned(county, event.patient, named)),
        provenance=signed_by(county, marker, signature),
        source_version=event.report_version,
    )


def _attested(county: County, event: ReportAttested) -> Resource:
    composition = report_composition(county, event)
    attesters: list[Json] = [
        {"mode": AGREES, "time": moment(each.signed_at), "party": people.role(county, each.by)}
        for each in event.attestations
        if each.stance == "countersigned"
    ]
    dissents: list[Json] = [
        _dissent(county, each) for each in event.attestations if each.stance == "dissented"
    ]
    return {
        **composition,
        "attester": [*objects(composition.get("attester")), *attesters],
        "section": [*objects(composition.get("section")), *dissents],
    }


def _dissent(county: County, said: AttestationPart) -> Resource:
    return present(
        {
            "title": DISSENT,
            "author": [people.role(county, said.by)],
            "text": narrative(said.reason or ""),
        }
    )
