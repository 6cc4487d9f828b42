"""What the consults' routes take and give."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

from consult_api.consults.rules.states import (
    ConsultEventName,
    ConsultParty,
    ConsultState,
    Mode,
    Side,
    Urgency,
    Verdict,
)
from consult_api.directory.schemas import DepartmentSummary, PersonSummary, Practitioner
from consult_api.patients.schemas import Patient, PatientSummary

_TEXT = 20_000
_LINE = 2_000


# Named `from` on the wire, a keyword in Python.
FROM: Any = Field(validation_alias=AliasChoices("from", "from_state"), serialization_alias="from")


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Vitals(_Input):
    """Vital signs; those not measured are left out."""

    temperature_c: float | None = Field(default=None, ge=20, le=46)
    pulse_bpm: int | None = Field(default=None, ge=0, le=350)
    respiration_per_min: int | None = Field(default=None, ge=0, le=150)
    systolic_mmhg: int | None = Field(default=None, ge=0, le=350)
    diastolic_mmhg: int | None = Field(default=None, ge=0, le=250)
    spo2_percent: int | None = Field(default=None, ge=0, le=100)


class ConsultDraft(_Input):
    """A new consult, not yet sent."""

    patient_id: str
    department_id: str
    urgency: Urgency
    mode: Mode
    question: str = Field(min_length=1, max_length=_LINE)
    complaint: str | None = Field(default=None, max_length=_LINE)
    vitals: Vitals | None = None
    episode_id: str | None = None


class ConsultChanges(_Input):
    """What to change in a draft; what is left out stays."""

    version: int
    department_id: str | None = None
    urgency: Urgency | None = None
    mode: Mode | None = None
    question: str | None = Field(default=None, min_length=1, max_length=_LINE)
    complaint: str | None = Field(default=None, max_length=_LINE)
    vitals: Vitals | None = None


class _ConsultEvent(_Input):
    version: int = Field(description="The version the sender saw; a newer one refuses the event.")


class SubmitConsult(_ConsultEvent):
    """Send the draft."""

    event: Literal["submit"]


class AcceptConsult(_ConsultEvent):
    """Take the consult."""

    event: Literal["accept"]


class DeclineConsult(_ConsultEvent):
    """Don't take it, and say why."""

    event: Literal["decline"]
    reason: str = Field(min_length=1, max_length=_LINE)


class AskBackConsult(_ConsultEvent):
    """Ask for more before deciding."""

    event: Literal["ask_back"]
    question: str = Field(min_length=1, max_length=_LINE)


class AnswerBackConsult(_ConsultEvent):
    """Answer what was asked back."""

    event: Literal["answer_back"]
    answer: str = Field(min_length=1, max_length=_LINE)


class ScheduleConsult(_ConsultEvent):
    """Agree on a time."""

    event: Literal["schedule"]
    at: AwareDatetime


class NoShowConsult(_ConsultEvent):
    """Say which side didn't come."""

    event: Literal["no_show"]
    side: Side


class StartConsultSession(_ConsultEvent):
    """Begin the meeting."""

    event: Literal["start_session"]


class InterruptConsultSession(_ConsultEvent):
    """Pause the meeting."""

    event: Literal["interrupt"]


class ResumeConsultSession(_ConsultEvent):
    """Go on with the meeting."""

    event: Literal["resume"]


class FinishConsultSession(_ConsultEvent):
    """End the meeting."""

    event: Literal["finish"]


class SignConsult(_ConsultEvent):
    """Sign the report draft as it stands."""

    event: Literal["sign"]
    pin: str = Field(min_length=4, max_length=32)


class CorrectConsult(_ConsultEvent):
    """Sign the report draft as a new version of the signed report."""

    event: Literal["correct"]
    pin: str = Field(min_length=4, max_length=32)
    reason: str = Field(min_length=1, max_length=_LINE)


class AcknowledgeConsult(_ConsultEvent):
    """Say what becomes of the advice; anything but `adopted` needs a reason."""

    event: Literal["acknowledge"]
    verdict: Verdict
    reason: str | None = Field(default=None, min_length=1, max_length=_LINE)


class CancelConsult(_ConsultEvent):
    """Take the question back."""

    event: Literal["cancel"]
    reason: str = Field(min_length=1, max_length=_LINE)


class CloseConsult(_ConsultEvent):
    """End the consult, with what became of the patient."""

    event: Literal["close"]
    outcome: str | None = Field(default=None, max_length=_LINE)


ConsultEvent = Annotated[
    SubmitConsult
    | AcceptConsult
    | DeclineConsult
    | AskBackConsult
    | AnswerBackConsult
    | ScheduleConsult
    | NoShowConsult
    | StartConsultSession
    | InterruptConsultSession
    | ResumeConsultSession
    | FinishConsultSession
    | SignConsult
    | CorrectConsult
    | AcknowledgeConsult
    | CancelConsult
    | CloseConsult,
    Field(discriminator="event"),
]


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
    offered_at: datetime
    answered_at: datetime | None
    reason: str | None


class ConsultDeadlines(BaseModel):
    """When what is due; null when that clock isn't running."""

    escalate_at: datetime | None
    breach_at: datetime | None
    report_due_at: datetime | None
    acknowledge_due_at: datetime | None


class StudyAttachment(_Input):
    """A study to show in a consult."""

    study_uid: str = Field(pattern=r"^[0-9.]{1,64}$")
    patient_mismatch_confirmed: bool = False


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


class ReportContent(_Input):
    """What the specialist writes."""

    findings: str = Field(default="", max_length=_TEXT)
    assessment: str = Field(default="", max_length=_TEXT)
    advice: str = Field(default="", max_length=_TEXT)


class ReportDraftChanges(ReportContent):
    """The draft to keep; with `version`, refused if another tab has saved since."""

    version: int | None = None


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


class Acknowledgement(BaseModel):
    """What the treating doctor said to the advice."""

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
    studies: list[StudyLink]
    reports: list[Report]
    acknowledgement: Acknowledgement | None
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
