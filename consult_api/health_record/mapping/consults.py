"""A consult as ServiceRequest, Task and Encounter, with the vital signs that came with it (clinical.md)."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.county import (
    County,
    Mapped,
    concept,
    loinc,
    moment,
    present,
)
from consult_api.health_record.mapping.imaging import endpoint, study, study_reference
from wire.clinical import ConsultRecorded, VitalsPart

PRIORITY: Mapping[str, str] = {"emergent": "stat", "urgent": "urgent", "routine": "routine"}
TASK_STATUS: Mapping[str, str] = {
    "draft": "draft",
    "submitted": "requested",
    "offered": "requested",
    "info_needed": "on-hold",
    "accepted": "accepted",
    "scheduled": "accepted",
    "no_show": "on-hold",
    "answering": "in-progress",
    "in_session": "in-progress",
    "interrupted": "in-progress",
    "awaiting_report": "in-progress",
    "reported": "completed",
    "acknowledged": "completed",
    "closed": "completed",
    "declined": "rejected",
    "cancelled": "cancelled",
}
REQUEST_STATUS: Mapping[str, str] = {
    "draft": "draft",
    "requested": "active",
    "on-hold": "on-hold",
    "accepted": "active",
    "in-progress": "active",
    "completed": "completed",
    "rejected": "revoked",
    "cancelled": "revoked",
}
_ENCOUNTER_STATUS: Mapping[str, str] = {
    "in_session": "in-progress",
    "interrupted": "onleave",
    "answering": "in-progress",
    "awaiting_report": "finished",
    "reported": "finished",
    "acknowledged": "finished",
    "closed": "finished",
    "declined": "cancelled",
    "cancelled": "cancelled",
}
UNITS_SYSTEM = "http://unitsofmeasure.org"
ACT_CODE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def consult(county: County, event_id: str, event: ConsultRecorded) -> Mapped:
    """Map a consult as it stands.

    Raises:
        KeyError: for a state that the record has no word for.
    """
    vitals = _vital_signs(county, event)
    owned: list[Resource] = [
        _request(county, event, vitals),
        _encounter(county, event),
        _task(county, event),
        *_appointment(county, event),
        *vitals,
    ]
    named = [event.requester, *([event.specialist] if event.specialist else []), *event.experts]
    shared = [
        *people.concerned(county, event.patient, named),
        people.episode(county, event.episode_id, event.patient),
        people.institution(county, event.performing_institution_id, event.performing_institution_name),
        people.department(
            county, event.department_id, event.department_name, event.performing_institution_id
        ),
        *([endpoint(county)] if event.studies else []),
        *(study(county, part, event.patient) for part in event.studies),
    ]
    marker = people.provenance(county, event_id, targets=owned, by=event.requester, at=moment(event.at))
    return Mapped(
        owned=tuple(owned), shared=people.once(shared), provenance=marker, source_version=event.version
    )


def _request(county: County, event: ConsultRecorded, vitals: list[Resource]) -> Resource:
    identifiers: list[Json] = [county.identifier("consult", event.consult_id, type_code="PLAC")]
    if event.specialist:
        identifiers.append(county.identifier("consult", event.consult_id, type_code="FILL"))
    performers = [county.reference("Organization", event.department_id)]
    if event.specialist:
        performers.append(people.role(county, event.specialist))
    return present(
        {
            "resourceType": "ServiceRequest",
            "id": county.resource_id("ServiceRequest", event.consult_id),
            "identifier": identifiers,
            "status": REQUEST_STATUS[TASK_STATUS[event.state]],
            "intent": "order",
            "category": [county.coded("service", "consult", "远程会诊")],
            "priority": PRIORITY[event.urgency],
            "code": county.coded("service", event.mode, _MODE_TEXT[event.mode]),
            "orderDetail": [{"text": event.question}] if event.question else None,
            "subject": county.reference("Patient", event.patient.patient_id),
            "authoredOn": moment(event.submitted_at) if event.submitted_at else None,
            "requester": people.role(county, event.requester),
            "performer": performers,
            "reasonCode": [{"text": event.complaint}] if event.complaint else None,
            "supportingInfo": [
                *(study_reference(county, part.study_uid) for part in event.studies),
                *({"reference": f"Observation/{each['id']}"} for each in vitals),
            ],
        }
    )


_MODE_TEXT: Mapping[str, str] = {"live": "视频会诊", "store_and_forward": "书面会诊"}


def _task(county: County, event: ConsultRecorded) -> Resource:
    output: list[Json] = []
    if event.report_id is not None:
        document = county.reference("DocumentReference", event.report_id, event.report_version)
        output.append({"type": loinc("11488-4"), "valueReference": document})
    return present(
        {
            "resourceType": "Task",
            "id": county.resource_id("Task", event.consult_id),
            "identifier": [county.identifier("consult", event.consult_id)],
            "basedOn": [county.reference("ServiceRequest", event.consult_id)],
            "status": TASK_STATUS[event.state],
            "businessStatus": county.coded("consult-state", event.state, event.state),
            "intent": "order",
            "priority": PRIORITY[event.urgency],
            "code": concept("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"),
            "focus": county.reference("ServiceRequest", event.consult_id),
            "for": county.reference("Patient", event.patient.patient_id),
            "encounter": county.reference("Encounter", event.consult_id),
            "authoredOn": moment(event.submitted_at) if event.submitted_at else None,
            "lastModified": moment(event.at),
            "requester": people.role(county, event.requester),
            "owner": (
                people.role(county, event.specialist)
                if event.specialist
                else county.reference("Organization", event.department_id)
            ),
            "restriction": {"period": {"end": moment(event.respond_by)}} if event.respond_by else None,
            "output": output,
        }
    )


def _appointment(county: County, event: ConsultRecorded) -> list[Resource]:
    """The time that both sides agreed on, and what became of it."""
    if event.scheduled_for is None or event.specialist is None:
        return []
    ends = event.scheduled_for + timedelta(minutes=event.scheduled_minutes or 0)
    who = [people.role(county, event.requester), people.role(county, event.specialist)]
    appointment: Resource = {
        "resourceType": "Appointment",
        "id": county.resource_id("Appointment", event.consult_id),
        "identifier": [county.identifier("consult", event.consult_id)],
        "status": _APPOINTMENT_STATUS.get(event.state, "fulfilled"),
        "start": moment(event.scheduled_for),
        "end": moment(ends),
        "basedOn": [county.reference("ServiceRequest", event.consult_id)],
        "participant": [
            {"actor": county.reference("Patient", event.patient.patient_id), "status": "accepted"},
            *({"actor": actor, "status": "accepted"} for actor in who),
        ],
    }
    return [appointment]


_APPOINTMENT_STATUS: Mapping[str, str] = {
    "scheduled": "booked",
    "no_show": "noshow",
    "cancelled": "cancelled",
}


def _encounter(county: County, event: ConsultRecorded) -> Resource:
    """The meeting; written advice has one too, without a time of its own."""
    period = present(
        {
            "start": moment(event.session_started_at) if event.session_started_at else None,
            "end": moment(event.session_ended_at) if event.session_ended_at else None,
        }
    )
    participants: list[Json] = [_participant("REF", people.role(county, event.requester))]
    if event.specialist:
        participants.append(_participant("CON", people.role(county, event.specialist)))
    participants += [_participant("CON", people.role(county, expert)) for expert in event.experts]
    return present(
        {
            "resourceType": "Encounter",
            "id": county.resource_id("Encounter", event.consult_id),
            "identifier": [county.identifier("consult", event.consult_id)],
            "status": _ENCOUNTER_STATUS.get(event.state, "planned"),
            "class": {"system": ACT_CODE_SYSTEM, "code": "VR"},
            "subject": county.reference("Patient", event.patient.patient_id),
            "episodeOfCare": [county.reference("EpisodeOfCare", event.episode_id)],
            "basedOn": [county.reference("ServiceRequest", event.consult_id)],
            "participant": participants,
            "period": period,
            "serviceProvider": county.reference("Organization", event.performing_institution_id),
        }
    )


def _participant(code: str, who: Resource) -> Resource:
    return {"type": [concept(PARTICIPATION_SYSTEM, code)], "individual": who}


def _vital_signs(county: County, event: ConsultRecorded) -> list[Resource]:
    """The vital signs as Observations with the LOINC and UCUM codes of FHIR R4's vital signs profile."""
    measured = event.vitals
    if measured is None:
        return []
    found = [
        _observation(county, event, code, _quantity(value, unit))
        for code, value, unit in (
            ("8310-5", measured.temperature_c, "Cel"),
            ("8867-4", measured.pulse_bpm, "/min"),
            ("9279-1", measured.respiration_per_min, "/min"),
            ("2708-6", measured.spo2_percent, "%"),
        )
        if value is not None
    ]
    pressure = _pressure(measured)
    if pressure:
        found.append(_observation(county, event, "85354-9", {"component": pressure}))
    return found


def _pressure(measured: VitalsPart) -> list[Json]:
    return [
        {"code": loinc(code), **_quantity(value, "mm[Hg]")}
        for code, value in (("8480-6", measured.systolic_mmhg), ("8462-4", measured.diastolic_mmhg))
        if value is not None
    ]


def _quantity(value: float, unit: str) -> Resource:
    """A measured value; the shortest decimal that means this float is what was typed."""
    number = value if isinstance(value, int) else Decimal(repr(value))
    return {"valueQuantity": {"value": number, "unit": unit, "system": UNITS_SYSTEM, "code": unit}}


def _observation(county: County, event: ConsultRecorded, code: str, said: Mapping[str, Json]) -> Resource:
    return {
        "resourceType": "Observation",
        "id": county.resource_id("Observation", f"{event.consult_id}/{code}"),
        "status": "final",
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
        "code": loinc(code),
        "subject": county.reference("Patient", event.patient.patient_id),
        "effectiveDateTime": moment(event.submitted_at or event.at),
        "performer": [people.role(county, event.requester)],
        **said,
    }
