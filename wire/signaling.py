"""Messages between a browser and the signalling service, one WebSocket per participant.

Every WebSocket message is one frame. ``seq`` counts the frames of one direction within one session, from 1,
and lives on through a resume; a frame whose ``seq`` was seen before is ignored, so any of them may come twice.
``seq`` 0 marks what isn't counted: the opening, ``ping`` and ``pong``, and the latest-wins messages
(``move_pointer``, ``pointer_moved``, ``view_changed``), which may be merged or lost: the snapshot makes up for
that. ``ack`` is the highest ``seq`` that the sender of the frame has from the other side.

``media_epoch`` rises whenever the room is set up on a relay anew; peer connections of an older epoch are
dead, and what is said about them is ignored. docs/protocol.md shows the conversation.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from wire.envelope import Message
from wire.media import PublishedTrack, SubscribedTrack
from wire.problems import Kind
from wire.room import (
    AnnotationOperation,
    ChatMessage,
    Identifier,
    ImageReference,
    Part,
    Participant,
    Pointer,
    Quality,
    RoomSnapshot,
    Viewport,
)

PROTOCOL_VERSION = 1

Sdp = Annotated[str, StringConstraints(min_length=1, max_length=200_000)]
"""A session description (RFC 8866) as one string, lines ended by CRLF."""


class IceServer(Part):
    """One entry of ``RTCConfiguration.iceServers``."""

    urls: tuple[str, ...]
    username: str | None
    credential: str | None


# From the browser


class Hello(Part):
    """First message of a new session. The ticket comes from the clinical service and works once."""

    type: Literal["hello"]
    protocol: Literal[1]
    ticket: Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Resume(Part):
    """First message on a new socket of a session whose line dropped; the frame's ``ack`` says what arrived."""

    type: Literal["resume"]
    protocol: Literal[1]
    session_id: Identifier
    resume_token: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Leave(Part):
    """Gives the seat up for good; the server closes with 1000."""

    type: Literal["leave"]


class SetState(Part):
    """What the others see of this participant. All values, always."""

    type: Literal["set_state"]
    microphone_on: bool
    camera_on: bool
    hand_raised: bool
    quality: Quality


class SendChat(Part):
    """Adds a line to the chat. ``message_id`` is a UUID by the client; the same id is added once."""

    type: Literal["send_chat"]
    message_id: Identifier
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class PublishOffer(Part):
    """The client's offer on its publish connection. ``revision`` rises with every offer of the session."""

    type: Literal["publish_offer"]
    media_epoch: Annotated[int, Field(ge=1)]
    revision: Annotated[int, Field(ge=1)]
    sdp: Sdp
    tracks: Annotated[tuple[PublishedTrack, ...], Field(max_length=32)]


class SubscribeAnswer(Part):
    """The answer to the server's offer of the same ``revision``; to an older one it is ignored."""

    type: Literal["subscribe_answer"]
    media_epoch: Annotated[int, Field(ge=1)]
    revision: Annotated[int, Field(ge=1)]
    sdp: Sdp


class RestartIce(Part):
    """Asks for a new subscribe offer with new ICE credentials (RFC 8445 §9).

    The publish connection is restarted by the client's own offer (``RTCPeerConnection.restartIce``).
    """

    type: Literal["restart_ice"]
    media_epoch: Annotated[int, Field(ge=1)]


class TakePresenter(Part):
    """Takes the presenter's role, whoever holds it. Observers and guests may not."""

    type: Literal["take_presenter"]


class GivePresenter(Part):
    """Hands the presenter's role to another participant, or lays it down (null)."""

    type: Literal["give_presenter"]
    participant_id: Identifier | None


class Show(Part):
    """The presenter shows this image this way. Send at most 20 a second, the latest only."""

    type: Literal["show"]
    term: Annotated[int, Field(ge=0)]
    image: ImageReference | None
    viewport: Viewport | None


class Annotate(Part):
    """Changes the annotations. Others' figures are changed, and all are cleared, by the presenter alone."""

    type: Literal["annotate"]
    operation: AnnotationOperation


class MovePointer(Part):
    """Moves or hides (null) the sender's pointer. Latest wins; at most 30 a second."""

    type: Literal["move_pointer"]
    pointer: Pointer | None


class Ping(Part):
    """Shows that the line lives; every 10 s when nothing else is sent. Answered by ``pong``."""

    type: Literal["ping"]


ClientMessage = Annotated[
    Hello
    | Resume
    | Leave
    | SetState
    | SendChat
    | PublishOffer
    | SubscribeAnswer
    | RestartIce
    | TakePresenter
    | GivePresenter
    | Show
    | Annotate
    | MovePointer
    | Ping,
    Field(discriminator="type"),
]


# From the server


class Welcome(Part):
    """First answer to ``hello`` and ``resume``; missed messages follow, then always a ``snapshot``.

    The frame's ``ack`` is the last ``seq`` the server has: the client sends again what came after it.
    ``seat_kept_s``: how long a dropped line may stay away. ``resume_token`` stays the same for the session.
    """

    type: Literal["welcome"]
    protocol: Literal[1]
    session_id: Identifier
    resume_token: str
    participant_id: Identifier
    resumed: bool
    seat_kept_s: int
    ice_servers: tuple[IceServer, ...]


class Snapshot(Part):
    """The whole room as it stands; replaces all the client has."""

    type: Literal["snapshot"]
    room: RoomSnapshot


class ParticipantChanged(Part):
    """A participant joined or changed."""

    type: Literal["participant_changed"]
    participant: Participant


class ParticipantLeft(Part):
    """A participant is no longer in the room. ``timed_out``: the line dropped and the seat's time ran out."""

    type: Literal["participant_left"]
    participant_id: Identifier
    reason: Literal["left", "timed_out"]


class ChatAdded(Part):
    """A new line in the chat, also for its sender."""

    type: Literal["chat_added"]
    message: ChatMessage


class PresenterChanged(Part):
    """The presenter's role changed hands."""

    type: Literal["presenter_changed"]
    version: int
    term: int
    presenter_id: Identifier | None


class AnnotationsChanged(Part):
    """One annotation operation, in the server's order."""

    type: Literal["annotations_changed"]
    version: int
    participant_id: Identifier
    operation: AnnotationOperation


class PublishAnswered(Part):
    """The relay's answer to the publish offer of the same ``revision``."""

    type: Literal["publish_answered"]
    media_epoch: int
    revision: int
    sdp: str


class SubscribeOffered(Part):
    """The relay's offer for the subscribe connection. ``tracks`` names every live section."""

    type: Literal["subscribe_offered"]
    media_epoch: int
    revision: int
    sdp: str
    tracks: tuple[SubscribedTrack, ...]


class MediaChanged(Part):
    """Whether sound and picture can be had now. With a new ``media_epoch``, connect both ways anew."""

    type: Literal["media_changed"]
    available: bool
    media_epoch: int


class ProblemMessage(Part):
    """A message of the client could not be followed; the session goes on.

    ``in_reply_to``: that message's ``seq``, null when it had none.
    """

    type: Literal["problem"]
    in_reply_to: int | None
    code: str
    kind: Kind
    detail: str
    parameters: dict[str, str | int]


class SeatTaken(Part):
    """The same person joined elsewhere; the server closes with 4409 and this session is over."""

    type: Literal["seat_taken"]


class Draining(Part):
    """The server is about to stop and closes with 1012. Resume after that time, as after any drop."""

    type: Literal["draining"]
    resume_after_ms: int


class ViewChanged(Part):
    """The presenter's view. Latest wins: apply it if ``version`` is above the last one applied."""

    type: Literal["view_changed"]
    version: int
    term: int
    image: ImageReference | None
    viewport: Viewport | None


class PointerMoved(Part):
    """A participant's pointer moved or went away (null). Latest wins."""

    type: Literal["pointer_moved"]
    participant_id: Identifier
    pointer: Pointer | None


class Pong(Part):
    """Answers ``ping``."""

    type: Literal["pong"]


ServerMessage = Annotated[
    Welcome
    | Snapshot
    | ParticipantChanged
    | ParticipantLeft
    | ChatAdded
    | PresenterChanged
    | AnnotationsChanged
    | PublishAnswered
    | SubscribeOffered
    | MediaChanged
    | ProblemMessage
    | SeatTaken
    | Draining
    | ViewChanged
    | PointerMoved
    | Pong,
    Field(discriminator="type"),
]


class ClientFrame(Part):
    """One WebSocket message from the browser."""

    seq: Annotated[int, Field(ge=0)]
    ack: Annotated[int, Field(ge=0)]
    message: ClientMessage


class ServerFrame(Part):
    """One WebSocket message to the browser. A ``snapshot`` may jump in ``seq``: it replaces all before it."""

    seq: Annotated[int, Field(ge=0)]
    ack: Annotated[int, Field(ge=0)]
    message: ServerMessage


class RoomPresence(Message):
    """A hint to the other services: who holds a seat in the room now. Nothing clinical may depend on it."""

    subject: ClassVar[str] = "signaling.room_presence"

    room_id: str
    participant_ids: tuple[str, ...]
