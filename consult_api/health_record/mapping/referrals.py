"""A referral as ServiceRequest and Task, up to the hospital or back down (clinical.md, LOINC 57133-1)."""

from collections.abc import Mapping

from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.county import County, Mapped, loinc, moment, present
from wire.clinical import ReferralRecorded

PRIORITY: Mapping[str, str] = {"green": "stat", "urgent": "urgent", "elective": "routine"}
DIRECTION: Mapping[str, str] = {"up": "上转", "down": "下转"}
TASK_STATUS: Mapping[str, str] = {
    "draft": "draft",
    "submitted": "requested",
    "redirected": "requested",
    "accepted": "accepted",
    "transport_arranged": "accepted",
    "in_transit": "in-progress",
    "arrived": "in-progress",
    "admitted": "in-progress",
    "seen": "in-progress",
    "down_proposed": "in-progress",
    "down_accepted": "in-progress",
    "returned": "in-progress",
    "follow_up": "in-progress",
    "closed": "completed",
    "declined": "rejected",
    "cancelled": "cancelled",
    "superseded": "cancelled",
    "no_show": "failed",
    "external": "failed",
    "deceased": "failed",
}
REQUEST_STATUS: Mapping[str, str] = {
    "draft": "draft",
    "requested": "active",
    "accepted": "active",
    "in-progress": "active",
    "completed": "completed",
    "rejected": "revoked",
    "cancelled": "revoked",
    "failed": "revoked",
}
REFERRAL_NOTE = loinc("57133-1", "转诊单")


def referral(county: County, event_id: str, event: ReferralRecorded) -> Mapped:
    """Map a referral as it stands.

    Raises:
        KeyError: for a state that the record has no word for.
    """
    owned = (_request(county, event), _task(county, event))
    shared = [
        *people.concerned(county, event.patient, [event.requester]),
        people.episode(county, event.episode_id, event.patient),
        people.institution(county, event.to_institution_id, event.to_institution_name),
        people.department(county, event.to_department_id, event.to_department_name, event.to_institution_id),
    ]
    marker = people.provenance(county, event_id, targets=owned, by=event.requester, at=moment(event.at))
    return Mapped(owned=owned, shared=people.once(shared), provenance=marker, source_version=event.version)


def _request(county: County, event: ReferralRecorded) -> Resource:
    return present(
        {
            "resourceType": "ServiceRequest",
            "id": county.resource_id("ServiceRequest", event.referral_id),
            "identifier": [county.identifier("referral", event.referral_id, type_code="PLAC")],
            "basedOn": ([county.reference("ServiceRequest", event.consult_id)] if event.consult_id else None),
            "status": REQUEST_STATUS[TASK_STATUS[event.state]],
            "intent": "order",
            "category": [county.coded("service", "referral", "双向转诊")],
            "priority": PRIORITY[event.priority],
            "code": county.coded("referral-direction", event.direction, DIRECTION[event.direction]),
            "subject": county.reference("Patient", event.patient.patient_id),
            "occurrenceDateTime": moment(event.slot_at) if event.slot_at else None,
            "requester": people.role(county, event.requester),
            "performer": [county.reference("Organization", event.to_department_id)],
            "reasonCode": [{"text": event.reason}] if event.reason else None,
            "note": [{"text": event.summary}] if event.summary else None,
        }
    )


def _task(county: County, event: ReferralRecorded) -> Resource:
    return present(
        {
            "resourceType": "Task",
            "id": county.resource_id("Task", event.referral_id),
            "identifier": [county.identifier("referral", event.referral_id)],
            "basedOn": [county.reference("ServiceRequest", event.referral_id)],
            "status": TASK_STATUS[event.state],
            "businessStatus": county.coded("referral-state", event.state, event.state),
            "intent": "order",
            "priority": PRIORITY[event.priority],
            "code": REFERRAL_NOTE,
            "focus": county.reference("ServiceRequest", event.referral_id),
            "for": county.reference("Patient", event.patient.patient_id),
            "lastModified": moment(event.at),
            "requester": people.role(county, event.requester),
            "owner": county.reference("Organization", event.to_department_id),
            "restriction": {"period": {"end": moment(event.respond_by)}} if event.respond_by else None,
            "output": _agreed(event),
        }
    )


def _agreed(event: ReferralRecorded) -> list[Json]:
    """What the receiving side promised: a contact person, a time, a bed."""
    agreed: list[Json] = []
    if event.contact_name:
        telecom: Json = [{"system": "phone", "value": event.contact_phone}] if event.contact_phone else None
        contact = present({"name": event.contact_name, "telecom": telecom})
        agreed.append({"type": {"text": "接诊联系人"}, "valueContactDetail": contact})
    if event.slot_at:
        agreed.append({"type": {"text": "预约时间"}, "valueDateTime": moment(event.slot_at)})
    if event.bed_held_until:
        agreed.append({"type": {"text": "床位保留至"}, "valueDateTime": moment(event.bed_held_until)})
    return agreed
