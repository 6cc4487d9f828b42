"""What the indicators are counted from: one frozen row a case, as the tables tell it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from consult_api.consults.rules.states import ConsultState, Mode, Urgency, Verdict
from consult_api.referrals.rules.states import Direction, Priority, ReferralState


class CaseKind(StrEnum):
    """What a case is."""

    CONSULT = "consult"
    REFERRAL = "referral"
    HOLD = "hold"
    EPISODE = "episode"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What every case has. `at` decides the month; the asking side is the one below."""

    kind: CaseKind
    id: str
    at: datetime
    patient_id: str | None
    asking_institution_id: str | None
    institution_id: str | None
    department_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultFacts(Case):
    """A consult that was sent; `at` is when. Times are of the first such event."""

    urgency: Urgency
    mode: Mode
    state: ConsultState
    accepted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    reported_at: datetime | None
    acknowledged_at: datetime | None
    cancelled_at: datetime | None
    acknowledge_due_at: datetime | None
    verdict: Verdict | None
    escalated: bool
    rang_director: bool
    missed_appointment: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts(Case):
    """A referral that was sent; `at` is when. Times are of the first such event."""

    direction: Direction
    priority: Priority
    state: ReferralState
    accepted_at: datetime | None
    answered_at: datetime | None
    arrived_at: datetime | None
    admitted_at: datetime | None
    discharged_at: datetime | None
    returned_at: datetime | None
    missed_at: datetime | None
    down_accepted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts(Case):
    """A bed that was kept for somebody; `at` is since when."""

    status: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFacts(Case):
    """A patient's story with a consult or a referral in the month; `at` is the first of them."""

    went_outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts(Case):
    """A message to the shared health record; `at` is when it was written."""

    delivered_at: datetime | None
    is_dead: bool
