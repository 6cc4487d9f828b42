"""What a room is: seats, the shared view, the chat and where its media lies. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from signaling.room.negotiation import Negotiation
from signaling.room.placement import Phase, Placement
from wire.room import ChatMessage, Participant, RoomSnapshot, Viewing


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One participant's place.

    Attributes:
        participant: what the others see.
        session_id: the session that holds the seat now.
        received: the highest number of the session's messages that was acted on.
        dropped_at: since when the line is away; None while it stands.
        negotiation: where the two media connections are in their offers and answers.
    """

    participant: Participant
    session_id: str
    received: int
    dropped_at: datetime | None
    negotiation: Negotiation

    @property
    def participant_id(self) -> str:
        """Whose seat it is."""
        return self.participant.participant_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room. `seats` stand in the order of joining; `empty_since` is None while anybody has a seat."""

    room_id: str
    seats: Mapping[str, Seat]
    viewing: Viewing
    chat: tuple[ChatMessage, ...]
    placement: Placement
    empty_since: datetime | None

    def seat_of_session(self, session_id: str) -> Seat | None:
        """Return the seat that this session holds, if it still holds one."""
        return next((seat for seat in self.seats.values() if seat.session_id == session_id), None)

    def with_seat(self, seat: Seat) -> "Room":
        """Return the room with this seat added, or in the place of the participant's earlier one."""
        return replace(self, seats={**self.seats, seat.participant_id: seat}, empty_since=None)

    def without_seat(self, participant_id: str, now: datetime) -> "Room":
        """Return the room without this participant's seat."""
        seats = {key: seat for key, seat in self.seats.items() if key != participant_id}
        return replace(self, seats=seats, empty_since=None if seats else now)

    def snapshot(self) -> RoomSnapshot:
        """Return all that a client needs to draw the room anew."""
        return RoomSnapshot(
            room_id=self.room_id,
            participants=tuple(seat.participant for seat in self.seats.values()),
            viewing=self.viewing,
            chat=self.chat,
            media_available=self.placement.phase is Phase.PLACED,
            media_epoch=self.placement.epoch,
        )


def open_room(room_id: str, now: datetime) -> Room:
    """Return an empty room."""
    return Room(
        room_id=room_id,
        seats={},
        viewing=Viewing(
            version=0, term=0, presenter_id=None, image=None, viewport=None, annotations=(), pointers=()
        ),
        chat=(),
        placement=Placement(),
        empty_since=now,
    )
