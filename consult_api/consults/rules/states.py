"""The words of a consult: its states, who acts in it, and the events that move it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsultState(StrEnum):
    """Where a consult stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    OFFERED = "offered"
    INFO_NEEDED = "info_needed"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    NO_SHOW = "no_show"
    ANSWERING = "answering"
    IN_SESSION = "in_session"
    INTERRUPTED = "interrupted"
    AWAITING_REPORT = "awaiting_report"
    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Urgency(StrEnum):
    """How soon an answer is needed."""

    EMERGENT = "emergent"
    URGENT = "urgent"
    ROUTINE = "routine"


class Mode(StrEnum):
    """Whether both sides meet, or the specialist answers in writing."""

    LIVE = "live"
    STORE_AND_FORWARD = "store_and_forward"


class ConsultParty(StrEnum):
    """Who somebody is to one consult."""

    REQUESTER = "requester"
    OFFERED = "offered"
    SPECIALIST = "specialist"
    EXPERT = "expert"
    COORDINATOR = "coordinator"
    CLOCK = "clock"


class Verdict(StrEnum):
    """What the treating doctor does with the advice."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT = "not"


class Side(StrEnum):
    """Which side didn't come."""

    REQUESTER = "requester"
    SPECIALIST = "specialist"


class ConsultEventName(StrEnum):
    """The events by the names they have on the wire and in the history."""

    SUBMIT = "submit"
    OFFER = "offer"
    ESCALATE = "escalate"
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK_BACK = "ask_back"
    ANSWER_BACK = "answer_back"
    ROUTE = "route"
    RING = "ring"
    PROPOSE = "propose"
    SCHEDULE = "schedule"
    NO_SHOW = "no_show"
    START_SESSION = "start_session"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    FINISH = "finish"
    SIGN = "sign"
    CORRECT = "correct"
    ACKNOWLEDGE = "acknowledge"
    CANCEL = "cancel"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Submit:
    """The requester sends the draft."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The platform rings the first people of the ladder."""


@dataclass(frozen=True, slots=True)
class Escalate:
    """Nobody took it in time."""


@dataclass(frozen=True, slots=True)
class Accept:
    """One of the people rung takes the consult."""


@dataclass(frozen=True, slots=True)
class Decline:
    """One of the people rung can't take it."""

    by: str


@dataclass(frozen=True, slots=True)
class AskBack:
    """One of the people rung needs to know more first."""


@dataclass(frozen=True, slots=True)
class AnswerBack:
    """The requester answers that."""


@dataclass(frozen=True, slots=True)
class Route:
    """Another department is asked; the ladder begins anew there."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody is rung by name, beside whom the ladder rings."""

    person: str


@dataclass(frozen=True, slots=True)
class Propose:
    """A side says when it could meet."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The other side agrees: both will meet at that time."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NoShow:
    """A side didn't come at that time."""

    side: Side


@dataclass(frozen=True, slots=True)
class StartSession:
    """The specialist begins the meeting."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Somebody says that the meeting has to pause. Losing the line alone never does that."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The meeting goes on."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The specialist ends the meeting."""


@dataclass(frozen=True, slots=True)
class Sign:
    """The specialist signs the report."""


@dataclass(frozen=True, slots=True)
class Correct:
    """The specialist signs a new version of a signed report."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The treating doctor says what becomes of the advice."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Cancel:
    """The requester takes the question back."""


@dataclass(frozen=True, slots=True)
class Close:
    """The requester ends the consult after its outcome."""


Event = (
    Submit
    | Offer
    | Escalate
    | Accept
    | Decline
    | AskBack
    | AnswerBack
    | Route
    | Ring
    | Propose
    | Schedule
    | NoShow
    | StartSession
    | Interrupt
    | Resume
    | Finish
    | Sign
    | Correct
    | Acknowledge
    | Cancel
    | Close
)
