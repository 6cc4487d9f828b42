"""What the referrals' routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

from consult_api.directory.schemas import DepartmentSummary, PersonSummary, Practitioner
from consult_api.patients.schemas import Patient, PatientSummary
from consult_api.referrals.rules.states import (
    Direction,
    Priority,
    ReferralEvent,
    ReferralParty,
    ReferralState,
)

_LINE = 2_000
_TEXT = 20_000


# Named `from` on the wire, a keyword in Python.
FROM: Any = Field(validation_alias=AliasChoices("from", "from_state"), serialization_alias="from")


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ReferralDraft(_Input):
    """A new referral, not yet sent."""

    patient_id: str
    episode_id: str | None = None
    consult_id: str | None = None
    direction: Direction
    to_institution_id: str
    to_department_id: str
    priority: Priority
    reason: str = Field(min_length=1, max_length=_LINE)
    summary: str = Field(min_length=1, max_length=_TEXT)
    contact_name: str | None = Field(
        default=None,
        max_length=100,
        description="Who answers for the patient here; the writer if nobody else.",
    )
    contact_phone: str | None = Field(default=None, max_length=40)
    instructions: str | None = Field(
        default=None, max_length=_TEXT, description="On the way down: what the township is to do."
    )
    rehabilitation: str | None = Field(default=None, max_length=_TEXT)


class _ReferralStep(_Input):
    version: int = Field(description="The version the sender saw; a newer one refuses the event.")


class SubmitReferral(_ReferralStep):
    """Send the draft."""

    event: Literal["submit"]


class AcceptReferral(_ReferralStep):
    """Take the patient: who is in charge of the reception, and a bed or a time. One of the two is needed."""

    event: Literal["accept"]
    contact_name: str = Field(min_length=1, max_length=100)
    contact_phone: str = Field(min_length=1, max_length=40)
    bed_pool_id: str | None = None
    slot_at: AwareDatetime | None = None
    expected_at: AwareDatetime | None = Field(
        default=None, description="When the patient should arrive; a bed is held until two hours later."
    )


class DeclineReferral(_ReferralStep):
    """Don't take the patient; say why, and what to do instead."""

    event: Literal["decline"]
    reason: str = Field(min_length=1, max_length=_LINE)
    alternative: str = Field(min_length=1, max_length=_LINE)


class RedirectReferral(_ReferralStep):
    """Pass the request to a department that suits better."""

    event: Literal["redirect"]
    to_institution_id: str
    to_department_id: str
    reason: str = Field(min_length=1, max_length=_LINE)


class Rebook(_ReferralStep):
    """Another bed or time for a patient who is expected: the hold ran out, or the bed is needed. One of the two."""

    event: Literal["rebook"]
    bed_pool_id: str | None = None
    slot_at: AwareDatetime | None = None
    expected_at: AwareDatetime | None = None


class ArrangeTransport(_ReferralStep):
    """Say how the patient travels, with which vehicle, escorted by whom."""

    event: Literal["arrange_transport"]
    means: Literal["ambulance", "own", "escorted"]
    expected_at: AwareDatetime
    vehicle: str | None = Field(default=None, max_length=100, description="Its plate or call sign.")
    escort: str | None = Field(
        default=None, max_length=100, description="Who travels along, and their number."
    )


class UpdateEta(_ReferralStep):
    """The patient will arrive at another time; a held bed is kept accordingly."""

    event: Literal["update_eta"]
    expected_at: AwareDatetime


class Depart(_ReferralStep):
    """The patient has left."""

    event: Literal["depart"]
    expected_at: AwareDatetime | None = None


class Arrive(_ReferralStep):
    """The patient is here."""

    event: Literal["arrive"]


class Admit(_ReferralStep):
    """The patient is in the bed."""

    event: Literal["admit"]


class See(_ReferralStep):
    """The patient was seen without being admitted."""

    event: Literal["see"]
    note: str | None = Field(default=None, max_length=_TEXT)


class ProposeDown(_ReferralStep):
    """The patient may go back; what the township is to do."""

    event: Literal["propose_down"]
    instructions: str = Field(min_length=1, max_length=_TEXT)
    rehabilitation: str | None = Field(default=None, max_length=_TEXT)


class AcceptDown(_ReferralStep):
    """The township takes the patient back; who answers for the patient there."""

    event: Literal["accept_down"]
    contact_name: str | None = Field(default=None, max_length=100)
    contact_phone: str | None = Field(default=None, max_length=40)


class DeclineDown(_ReferralStep):
    """The township can't take the patient back yet."""

    event: Literal["decline_down"]
    reason: str = Field(min_length=1, max_length=_LINE)


class WithdrawDown(_ReferralStep):
    """The patient stays in hospital after all."""

    event: Literal["withdraw_down"]
    reason: str = Field(min_length=1, max_length=_LINE)


class Discharge(_ReferralStep):
    """The patient has left the hospital; the bed is free."""

    event: Literal["discharge"]
    instructions: str | None = Field(default=None, max_length=_TEXT)
    rehabilitation: str | None = Field(default=None, max_length=_TEXT)


class ReturnPatient(_ReferralStep):
    """The patient is back."""

    event: Literal["return"]


class StartFollowUp(_ReferralStep):
    """The township follows the patient up."""

    event: Literal["start_follow_up"]
    note: str | None = Field(default=None, max_length=_LINE)


class CloseReferral(_ReferralStep):
    """It is over."""

    event: Literal["close"]
    note: str | None = Field(default=None, max_length=_LINE)


class CancelReferral(_ReferralStep):
    """Take the request back."""

    event: Literal["cancel"]
    reason: str = Field(min_length=1, max_length=_LINE)


class ReferralNoShow(_ReferralStep):
    """The patient never came."""

    event: Literal["no_show"]


class GoExternal(_ReferralStep):
    """The patient goes to a hospital outside the county."""

    event: Literal["go_external"]
    reason: str = Field(min_length=1, max_length=_LINE)


class RecordDeath(_ReferralStep):
    """The patient has died."""

    event: Literal["record_death"]


class Supersede(_ReferralStep):
    """Another request takes this one's place."""

    event: Literal["supersede"]
    reason: str = Field(min_length=1, max_length=_LINE)
    superseded_by: str | None = Field(
        default=None, description="The draft that takes its place, of the same patient from the same origin."
    )


ReferralStep = Annotated[
    SubmitReferral
    | AcceptReferral
    | DeclineReferral
    | RedirectReferral
    | Rebook
    | ArrangeTransport
    | Depart
    | UpdateEta
    | Arrive
    | Admit
    | See
    | ProposeDown
    | AcceptDown
    | DeclineDown
    | WithdrawDown
    | Discharge
    | ReturnPatient
    | StartFollowUp
    | CloseReferral
    | CancelReferral
    | ReferralNoShow
    | GoExternal
    | RecordDeath
    | Supersede,
    Field(discriminator="event"),
]


class ReferralTransition(BaseModel):
    """One cell of a transition table; a cell that leads to two places is two of these."""

    direction: Direction
    from_state: ReferralState = FROM
    event: ReferralEvent
    to: ReferralState
    roles: list[ReferralParty]


class HeldBed(BaseModel):
    """A bed kept for the patient."""

    pool_id: str
    department_name: str
    status: Literal["held", "used", "left", "released", "expired"] = Field(
        description="`left`: the patient lay in it and has gone."
    )
    held_until: datetime


class Contact(BaseModel):
    """Who answers for the patient on one side."""

    name: str
    phone: str | None


class ReferralReception(BaseModel):
    """Who takes the patient, where and when."""

    contact_name: str
    contact_phone: str
    slot_at: datetime | None
    bed: HeldBed | None


class ReferralDeadlines(BaseModel):
    """When what is due; null when that clock isn't running."""

    respond_at: datetime | None
    overdue_at: datetime | None
    back_report_at: datetime | None


class ReferralHistoryEntry(BaseModel):
    """One step the referral went."""

    at: datetime
    event: ReferralEvent
    by: PersonSummary
    from_state: ReferralState = FROM
    to: ReferralState
    note: str | None


class ReferralSummary(BaseModel):
    """A referral in a list."""

    id: str
    version: int
    state: ReferralState
    direction: Direction
    priority: Priority
    reason: str
    patient: PatientSummary
    requester: Practitioner
    to_department: DepartmentSummary
    created_at: datetime
    submitted_at: datetime | None
    deadlines: ReferralDeadlines


class Referral(BaseModel):
    """A referral with all that its page shows."""

    id: str
    version: int
    state: ReferralState
    direction: Direction
    priority: Priority
    reason: str
    summary: str
    patient: Patient
    episode_id: str
    consult_id: str | None
    requester: Practitioner
    origin_contact: Contact | None
    to_department: DepartmentSummary
    reception: ReferralReception | None
    decline_reason: str | None
    alternative: str | None
    transport: Literal["ambulance", "own", "escorted"] | None
    vehicle: str | None
    escort: str | None
    expected_at: datetime | None
    admitted_at: datetime | None
    discharged_at: datetime | None
    instructions: str | None
    rehabilitation: str | None
    superseded_by: str | None
    deadlines: ReferralDeadlines
    my_roles: list[ReferralParty]
    available_events: list[ReferralEvent]
    history: list[ReferralHistoryEntry]
    created_at: datetime
    submitted_at: datetime | None
