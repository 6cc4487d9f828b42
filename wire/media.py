"""What signalling asks of the media relay, and what the relay announces.

A room lives on one worker: `PlaceRoom` is taken by whichever worker is free first, every later question goes
to the worker that took it (`to=worker_id`), hints come back addressed to the room (`to=room_id`).
"""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from wire.envelope import Message

Purpose = Literal["camera", "microphone", "exam", "screen", "screen_audio"]


class PublishedTrack(BaseModel):
    """One m-section of a publisher's offer: `mid` is its media identification tag (RFC 5888 §4)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mid: str
    kind: Literal["audio", "video"]
    purpose: Purpose


class SubscribedTrack(BaseModel):
    """One m-section of an offer to a subscriber: whose track it carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mid: str
    kind: Literal["audio", "video"]
    purpose: Purpose
    participant_id: str
    publication_id: str


class PlaceRoom(Message):
    """Take this room. Idempotent for the worker that has it already."""

    subject: ClassVar[str] = "media.place_room"

    room_id: str


class RoomPlaced(Message):
    """The worker that has the room."""

    subject: ClassVar[str] = "media.room_placed"

    worker_id: str


class PublishOffer(Message):
    """A participant's offer to send; replaces the participant's earlier one, keeping ICE and DTLS alive."""

    subject: ClassVar[str] = "media.publish_offer"

    room_id: str
    participant_id: str
    sdp: str
    tracks: list[PublishedTrack]


class PublishAnswer(Message):
    """The relay's answer to a publisher."""

    subject: ClassVar[str] = "media.publish_answer"

    sdp: str


class Subscribe(Message):
    """Begin to send this participant what the others publish; offers follow as `SubscribeOffered`."""

    subject: ClassVar[str] = "media.subscribe"

    room_id: str
    participant_id: str


class SubscribeOffered(Message):
    """A hint to the room: offer this to the participant. A newer revision replaces an unanswered one."""

    subject: ClassVar[str] = "media.subscribe_offered"

    room_id: str
    participant_id: str
    revision: int
    sdp: str
    tracks: list[SubscribedTrack]


class SubscribeAnswer(Message):
    """A participant's answer to the offer of that revision."""

    subject: ClassVar[str] = "media.subscribe_answer"

    room_id: str
    participant_id: str
    revision: int
    sdp: str


class RestartIce(Message):
    """Give new ICE credentials for the subscribe connection (RFC 8445 §9); a new offer follows as a hint.

    A publisher restarts by sending a new `PublishOffer` with new credentials.
    """

    subject: ClassVar[str] = "media.restart_ice"

    room_id: str
    participant_id: str


class DropParticipant(Message):
    """The participant has left: release both connections."""

    subject: ClassVar[str] = "media.drop_participant"

    room_id: str
    participant_id: str


class CloseRoom(Message):
    """Nobody is left: release everything of the room."""

    subject: ClassVar[str] = "media.close_room"

    room_id: str


class ConnectionChanged(Message):
    """A hint to the room: a participant's media connection changed."""

    subject: ClassVar[str] = "media.connection_changed"

    room_id: str
    participant_id: str
    direction: Literal["publish", "subscribe"]
    state: Literal["connecting", "connected", "disconnected", "failed"]


class StatsQuestion(Message):
    """What has the worker forwarded for this room?"""

    subject: ClassVar[str] = "media.stats"

    room_id: str


class PublicationStats(BaseModel):
    """Counters of one publication since it began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publication_id: str
    participant_id: str
    kind: Literal["audio", "video"]
    packets_received: int
    bytes_received: int
    packets_forwarded: int
    packets_lost: int
    key_frames_requested: int


class RoomStats(Message):
    """The counters of every publication in a room."""

    subject: ClassVar[str] = "media.room_stats"

    publications: list[PublicationStats]
