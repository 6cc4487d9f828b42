"""A referral as ServiceRequest, Task and, where a time is agreed, Appointment (clinical.md, LOINC 57133-1)."""

from collections.abc import Mapping
from datetime import timedelta

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
APPOINTMENT_STATUS: Mapping[str, str] = {
    "accepted": "booked",
    "transport_arranged": "booked",
    "in_transit": "booked",
    "arrived": "arrived",
    "cancelled": "cancelled",
    "superseded": "cancelled",
    "external": "cancelled",
    "deceased": "cancelled",
    "no_show": "noshow",
}
RECEPTION_TAKES = timedelta(minutes=30)
TRANSPORT: Mapping[str, str] = {"ambulance": "救护车", "own": "自行前往", "escorted": "医护陪送"}
REFERRAL_NOTE = loinc("57133-1", "转诊单")


def referral(county: County, event_id: str, event: ReferralRecorded) -> Mapped:
    """Map a referral as it stands.

    Raises:
        KeyError: for a state that the record has no word for.
    """
    owned = (_request(county, event), _task(county, event), *_appointment(county, event))
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
            "patientInstruction": event.instructions,
        }
    )


def _appointment(county: County, event: ReferralRecorded) -> list[Resource]:
    """The agreed time. A booked appointment has a start and an end (FHIR R4 Appointment, app-3)."""
    start = event.slot_at or event.slot_given_up
    if start is None:
        return []
    status = APPOINTMENT_STATUS.get(event.state, "fulfilled") if event.slot_at else "cancelled"
    return [
        {
            "resourceType": "Appointment",
            "id": county.resource_id("Appointment", event.referral_id),
            "identifier": [county.identifier("referral", event.referral_id)],
            "status": status,
            "supportingInformation": [county.reference("Organization", event.to_department_id)],
            "start": moment(start),
            "end": moment(start + RECEPTION_TAKES),
            "basedOn": [county.reference("ServiceRequest", event.referral_id)],
            "participant": [
                {"actor": county.reference("Patient", event.patient.patient_id), "status": "accepted"}
            ],
        }
    ]


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
            "input": _sent_with(event),
            "output": _agreed(event),
        }
    )


def _contact(name: str, phone: str | None) -> Resource:
    telecom: Json = [{"system": "phone", "value": phone}] if phone else None
    return present({"name": name, "telecom": telecom})


def _sent_with(event: ReferralRecorded) -> list[Json]:
    """What the sending side said: a contact person, the transport, when the patient will be there."""
    said: list[Json] = []
    if event.origin_contact_name:
        contact = _contact(event.origin_contact_name, event.origin_contact_phone)
        said.append({"type": {"text": "转出联系人"}, "valueContactDetail": contact})
    if event.transport:
        means = " ".join(filter(None, (TRANSPORT[event.transport], event.vehicle)))
        said.append({"type": {"text": "转运方式"}, "valueString": means})
    if event.expected_at:
        said.append({"type": {"text": "预计到院"}, "valueDateTime": moment(event.expected_at)})
    return said


def _agreed(event: ReferralRecorded) -> list[Json]:
    """What the receiving side promised: a contact person, a time, a bed; and what it instructs on the way down."""
    agreed: list[Json] = []
    if event.contact_name:
        contact = _contact(event.contact_name, event.contact_phone)
        agreed.append({"type": {"text": "接诊联系人"}, "valueContactDetail": contact})
    for title, text in (("随访要求", event.instructions), ("康复指导", event.rehabilitation)):
        if text:
            agreed.append({"type": {"text": title}, "valueString": text})
    if event.slot_at:
        agreed.append({"type": {"text": "预约时间"}, "valueDateTime": moment(event.slot_at)})
    if event.bed_held_until:
        agreed.append({"type": {"text": "床位保留至"}, "valueDateTime": moment(event.bed_held_until)})
    return agreed
