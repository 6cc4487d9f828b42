"""The words of a referral: its states, events, parties, clocks, and what a step asks of the shell."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    TRANSPORT_ARRANGED = "transport_arranged"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    SEEN = "seen"
    DOWN_PROPOSED = "down_proposed"
    DOWN_ACCEPTED = "down_accepted"
    RETURNED = "returned"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXTERNAL = "external"
    DECEASED = "deceased"
    SUPERSEDED = "superseded"


class Direction(StrEnum):
    """To a larger hospital, or back to the township."""

    UP = "up"
    DOWN = "down"


class Priority(StrEnum):
    """How fast; `green` is the green channel: reception, examination and admission come first."""

    GREEN = "green"
    URGENT = "urgent"
    ELECTIVE = "elective"


class ReferralParty(StrEnum):
    """Who somebody is to one referral."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class ReferralEvent(StrEnum):
    """What moves a referral."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDIRECT = "redirect"
    REBOOK = "rebook"
    ARRANGE_TRANSPORT = "arrange_transport"
    DEPART = "depart"
    UPDATE_ETA = "update_eta"
    ARRIVE = "arrive"
    ADMIT = "admit"
    SEE = "see"
    PROPOSE_DOWN = "propose_down"
    ACCEPT_DOWN = "accept_down"
    DECLINE_DOWN = "decline_down"
    WITHDRAW_DOWN = "withdraw_down"
    DISCHARGE = "discharge"
    RETURN = "return"
    START_FOLLOW_UP = "start_follow_up"
    CLOSE = "close"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    GO_EXTERNAL = "go_external"
    RECORD_DEATH = "record_death"
    SUPERSEDE = "supersede"


class ReferralTimer(StrEnum):
    """The clocks a referral may have running."""

    RESPOND = "respond"
    OVERDUE = "overdue"
    HOLD = "hold"
    BACK_REPORT = "back_report"


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the referral at a time."""

    kind: ReferralTimer
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StopTimers:
    """Those clocks don't matter any more."""

    kinds: tuple[ReferralTimer, ...]


@dataclass(frozen=True, slots=True)
class HoldBed:
    """Keep a bed until a time, or keep the one that is held until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class UseBed:
    """The patient lies in the held bed, or in another one of that department."""


@dataclass(frozen=True, slots=True)
class ReleaseBed:
    """The bed is free for others, whether it was held or the patient lay in it."""


@dataclass(frozen=True, slots=True)
class OpenAccess:
    """The receiving side may see the patient."""


@dataclass(frozen=True, slots=True)
class EndAccess:
    """The receiving side sees the patient only for a while longer, shorter when it never had them."""

    refused: bool


Effect = StartTimer | StopTimers | HoldBed | UseBed | ReleaseBed | OpenAccess | EndAccess

FINAL_STATES = frozenset(
    {
        ReferralState.CLOSED,
        ReferralState.DECLINED,
        ReferralState.CANCELLED,
        ReferralState.NO_SHOW,
        ReferralState.EXTERNAL,
        ReferralState.DECEASED,
        ReferralState.SUPERSEDED,
    }
)
OPEN_STATES = frozenset(ReferralState) - FINAL_STATES - {ReferralState.DRAFT}
