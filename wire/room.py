"""What a room holds, as browsers see it: participants, the shared view, annotations, chat.

Coordinates are those of the stored image, so that every screen shows the same place whatever its size.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from wire.media import Purpose
from wire.tickets import RoomRole

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64)]
DicomUid = Annotated[str, StringConstraints(pattern=r"^[0-9.]{1,64}$")]
"""DICOM PS3.5 §9.1: digits and full stops, at most 64 characters."""
DisplayName = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Point = Annotated[tuple[FiniteFloat, ...], Field(min_length=2, max_length=2)]
"""[column, row] in pixels of the stored image; [0, 0] is the top left corner of the top left pixel and
[1, 1] its bottom right corner (DICOM PS3.3 §C.10.5, Graphic Annotation Units PIXEL)."""


class Quality(StrEnum):
    """How a participant's line does, by that participant's own measurement."""

    UNKNOWN = "unknown"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Presence(StrEnum):
    """``dropped``: the socket is gone and the seat is kept; whoever leaves is no longer in the roster."""

    CONNECTED = "connected"
    DROPPED = "dropped"


class MediaState(StrEnum):
    """The state of one media connection as the relay sees it."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


class Part(BaseModel):
    """A value inside a message: every field always there, nothing else let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Participant(Part):
    """One seat. The same person in a second tab is the same participant."""

    participant_id: Identifier
    name: DisplayName
    role: RoomRole
    presence: Presence
    microphone_on: bool
    camera_on: bool
    hand_raised: bool
    quality: Quality
    publishing: tuple[Purpose, ...]
    publish_state: MediaState
    subscribe_state: MediaState
    joined_at: datetime


class ChatMessage(Part):
    """One line of the room's chat, in the server's order and with the server's time."""

    message_id: Identifier
    participant_id: Identifier
    name: DisplayName
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    sent_at: datetime


class ImageReference(Part):
    """One frame of one stored image. ``frame`` counts from 1, as DICOMweb does."""

    study_uid: DicomUid
    series_uid: DicomUid
    sop_uid: DicomUid
    frame: Annotated[int, Field(ge=1)]


class Viewport(Part):
    """How the presenter looks at the image, apart from the size of the presenter's screen.

    ``voi_lower`` and ``voi_upper`` bound the window, in output units of the modality transformation; null:
    the image's own window. ``zoom`` 1 fits the image into the pane. ``center`` is the image point in the
    middle of the pane; null centres the image. ``rotation_deg`` turns clockwise.
    """

    voi_lower: FiniteFloat | None
    voi_upper: FiniteFloat | None
    invert: bool
    zoom: Annotated[FiniteFloat, Field(gt=0, le=1000)]
    center: Point | None
    rotation_deg: Annotated[FiniteFloat, Field(ge=0, lt=360)]
    flip_horizontal: bool
    flip_vertical: bool


class Pointer(Part):
    """Where a participant points at."""

    sop_uid: DicomUid
    frame: Annotated[int, Field(ge=1)]
    at: Point


class AnnotationKind(StrEnum):
    """The figure that the points span."""

    LENGTH = "length"
    ANGLE = "angle"
    ARROW = "arrow"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    FREEHAND = "freehand"
    TEXT = "text"


class Annotation(Part):
    """One figure drawn on one frame; its author chooses the id (a UUID)."""

    annotation_id: Identifier
    image: ImageReference
    kind: AnnotationKind
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=512)]
    label: Annotated[str, StringConstraints(max_length=200)]


class PutAnnotation(Part):
    """Adds the figure, or replaces the one with the same id."""

    op: Literal["put"]
    annotation: Annotation


class RemoveAnnotation(Part):
    """Takes one figure away."""

    op: Literal["remove"]
    annotation_id: Identifier


class ClearAnnotations(Part):
    """Takes all figures of the room away."""

    op: Literal["clear"]


AnnotationOperation = Annotated[
    PutAnnotation | RemoveAnnotation | ClearAnnotations, Field(discriminator="op")
]


class AuthoredAnnotation(Part):
    """An annotation that stands, with who put it there first."""

    participant_id: Identifier
    annotation: Annotation


class ParticipantPointer(Part):
    """A pointer that is shown at the moment."""

    participant_id: Identifier
    pointer: Pointer


class Viewing(Part):
    """The shared view, held by the server.

    ``version`` rises with every change of presenter, view or annotations. ``term`` rises whenever the role
    of the presenter changes hands: a view sent in an older term is refused. ``annotations`` stand in the
    order in which they were first put.
    """

    version: Annotated[int, Field(ge=0)]
    term: Annotated[int, Field(ge=0)]
    presenter_id: Identifier | None
    image: ImageReference | None
    viewport: Viewport | None
    annotations: tuple[AuthoredAnnotation, ...]
    pointers: tuple[ParticipantPointer, ...]


class RoomSnapshot(Part):
    """All a client needs to draw the room anew. ``chat`` holds the latest messages, oldest first.

    ``media_epoch`` is 0 until a relay has taken the room.
    """

    room_id: Identifier
    participants: tuple[Participant, ...]
    viewing: Viewing
    chat: tuple[ChatMessage, ...]
    media_available: bool
    media_epoch: Annotated[int, Field(ge=0)]
