"""What the consults' routes give: a consult with all that its page shows, and its lists."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, Field

from consult_api.consults.rules.invitations import InvitationState
from consult_api.consults.rules.states import (
    ConsultEventName,
    ConsultParty,
    ConsultState,
    Mode,
    Side,
    Urgency,
    Verdict,
)
from consult_api.consults.schemas.inputs import Vitals
from consult_api.consults.schemas.invitations import Attestation, Invitation
from consult_api.directory.schemas import DepartmentSummary, PersonSummary, Practitioner
from consult_api.patients.schemas import Patient, PatientSummary

# Named `from` on the wire, a keyword in Python.
FROM: Any = Field(validation_alias=AliasChoices("from", "from_state"), serialization_alias="from")


class ConsultTransition(BaseModel):
    """One cell of the transition table."""

    from_state: ConsultState = FROM
    event: ConsultEventName
    to: list[ConsultState] = Field(description="Where it may lead; more than one when a guard decides.")
    roles: list[ConsultParty]


class ConsultOffer(BaseModel):
    """Somebody whom the platform rang for this consult."""

    person: PersonSummary
    tier: int = Field(description="Rung of the ladder, from 1.")
    is_director: bool
    by_phone: bool = Field(description="The client should also show the phone button.")
    phone: str | None = Field(description="The person's number, where it is known.")
    status: Literal["ringing", "accepted", "declined", "withdrawn"]
    called_by: PersonSummary | None = Field(description="Who had this person rung by name.")
    offered_at: datetime
    answered_at: datetime | None
    reason: str | None


class ConsultDeadlines(BaseModel):
    """When what is due; null when that clock isn't running."""

    escalate_at: datetime | None
    breach_at: datetime | None
    report_due_at: datetime | None
    acknowledge_due_at: datetime | None


class ConsultSlot(BaseModel):
    """A time at which one side could meet; the other may agree to it."""

    at: datetime
    minutes: int
    side: Side
    proposed_by: PersonSummary


class StudyLink(BaseModel):
    """A study shown in a consult."""

    study_uid: str
    description: str
    modalities: list[str]
    study_date: date | None
    series: int
    instances: int
    patient_mismatch_confirmed: bool
    linked_at: datetime
    linked_by: PersonSummary


class ReportDraft(BaseModel):
    """The report as written so far; version 0 while nothing has been saved."""

    version: int
    findings: str
    assessment: str
    advice: str
    saved_at: datetime | None


class Report(BaseModel):
    """A signed version of a report; it never changes."""

    id: str
    consult_id: str
    version: int
    findings: str
    assessment: str
    advice: str
    correction_reason: str | None
    signed_by: Practitioner
    signed_at: datetime
    content_sha256: str
    attestations: list[Attestation] = Field(description="What the other experts said to this version.")


class Acknowledgement(BaseModel):
    """What the treating doctor said to the advice, of the newest version that they said anything to."""

    report_version: int
    verdict: Verdict
    reason: str | None
    by: PersonSummary
    at: datetime


class ConsultHistoryEntry(BaseModel):
    """One step the consult went."""

    at: datetime
    event: ConsultEventName
    by: PersonSummary | None = Field(description="Null for what the platform did by itself.")
    from_state: ConsultState = FROM
    to: ConsultState
    note: str | None


class ConsultSummary(BaseModel):
    """A consult in a list."""

    id: str
    version: int
    state: ConsultState
    urgency: Urgency
    mode: Mode
    question: str
    patient: PatientSummary
    department: DepartmentSummary
    requester: Practitioner
    specialist: Practitioner | None
    rings_me: bool
    my_invitation: InvitationState | None = Field(description="Where the invitation of the reader stands.")
    created_at: datetime
    submitted_at: datetime | None
    deadlines: ConsultDeadlines


class Consult(BaseModel):
    """A consult with all that its page shows."""

    id: str
    version: int
    state: ConsultState
    patient: Patient
    episode_id: str
    urgency: Urgency
    mode: Mode
    question: str
    complaint: str | None
    vitals: Vitals | None
    department: DepartmentSummary
    requester: Practitioner
    specialist: Practitioner | None
    offers: list[ConsultOffer]
    deadlines: ConsultDeadlines
    scheduled_for: datetime | None
    scheduled_minutes: int | None
    slots: list[ConsultSlot] = Field(description="Proposed and not yet agreed to.")
    studies: list[StudyLink]
    reports: list[Report]
    acknowledgement: Acknowledgement | None
    invitations: list[Invitation]
    may_invite: bool
    outcome: str | None
    my_roles: list[ConsultParty]
    available_events: list[ConsultEventName]
    history: list[ConsultHistoryEntry]
    referral_id: str | None
    room_id: str
    can_meet: bool
    created_at: datetime
    submitted_at: datetime | None


class RoomTicket(BaseModel):
    """A one-time ticket into the consult's room, valid for a minute."""

    ticket: str
    room_id: str
    url: str
