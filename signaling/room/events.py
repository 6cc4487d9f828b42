"""What happens to a room."""

from dataclasses import dataclass

from wire.media import ConnectionChanged, SubscribeOffered
from wire.problems import Problem
from wire.room import Pointer
from wire.signaling import (
    Annotate,
    GivePresenter,
    Leave,
    PublishOffer,
    RestartIce,
    SendChat,
    SetState,
    Show,
    SubscribeAnswer,
    TakePresenter,
)
from wire.tickets import RoomRole

Request = (
    Leave
    | SetState
    | SendChat
    | PublishOffer
    | SubscribeAnswer
    | RestartIce
    | TakePresenter
    | GivePresenter
    | Show
    | Annotate
)
"""What a client asks for in a numbered message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody presented a ticket; a seat the person has already passes to the new session."""

    session_id: str
    participant_id: str
    name: str
    role: RoomRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A session is back on a new socket."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDropped:
    """A session's socket ended without a word."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A client's numbered message; the problem stands for one that couldn't be understood."""

    session_id: str
    seq: int
    request: Request | Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A client's pointer moved, or is hidden (None)."""

    session_id: str
    pointer: Pointer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """The server is about to stop."""

    resume_after_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPlaced:
    """A relay worker has the room; ``kept``: the same as before, with the connections it had."""

    worker_id: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayFailed:
    """No relay worker took the room this time; it is being asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayLost:
    """The worker that had the room in this epoch doesn't answer, or has forgotten the room."""

    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReleased:
    """The worker has let go of the connections that the participant had before this session."""

    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayAnswered:
    """The worker's answer to a publish offer."""

    session_id: str
    epoch: int
    revision: int
    sdp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRefused:
    """The worker refused what this message asked for."""

    session_id: str
    seq: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOffered:
    """The worker offers to send to a participant."""

    offer: SubscribeOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayConnectionChanged:
    """A media connection came up or went down."""

    change: ConnectionChanged


Event = (
    Joined
    | Resumed
    | LineDropped
    | Received
    | Pointed
    | Tick
    | Drained
    | RelayPlaced
    | RelayFailed
    | RelayLost
    | RelayReleased
    | RelayAnswered
    | RelayRefused
    | RelayOffered
    | RelayConnectionChanged
)
