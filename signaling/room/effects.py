"""What a room wants done; the registry does it, in order."""

from dataclasses import dataclass

from wire.media import PublishedTrack
from wire.problems import Problem
from wire.signaling import ServerMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Put the message into these sessions' queues."""

    session_ids: tuple[str, ...]
    message: ServerMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """Send what is queued, close the socket and forget the session. ``problem`` None: the client left."""

    session_id: str
    problem: Problem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOnRelay:
    """Ask the worker that had the room last ("": none), then all workers, until one takes the room."""

    last_worker_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOnRelay:
    """Let the worker release the room ("": there is none) and stop asking for one."""

    worker_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayCommand:
    """Something for one participant on the worker that has the room in this epoch, in order."""

    worker_id: str
    epoch: int
    participant_id: str
    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(RelayCommand):
    """Begin to send to the participant what the others publish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(RelayCommand):
    """Release both of the participant's connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(RelayCommand):
    """Pass on a publish offer and bring back the answer."""

    seq: int
    revision: int
    sdp: str
    tracks: tuple[PublishedTrack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(RelayCommand):
    """Pass on the answer to a subscribe offer."""

    seq: int
    revision: int
    sdp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(RelayCommand):
    """Ask for a subscribe offer with new ICE credentials."""

    seq: int


Effect = Tell | EndSession | PlaceOnRelay | CloseOnRelay | Subscribe | Release | Offer | Answer | Restart
