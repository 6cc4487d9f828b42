"""Who has a seat: joining, a second tab, a dropped line, coming back, leaving, running out of time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from signaling import errors
from signaling.room.effects import CloseOnRelay, Effect, EndSession, PlaceOnRelay, Release, Subscribe, Tell
from signaling.room.events import Joined
from signaling.room.negotiation import Negotiation
from signaling.room.placement import Occurrence, Phase
from signaling.room.state import Room, Seat
from signaling.room.telling import (
    tell_all,
    tell_changed,
    tell_pointer_gone,
    tell_presenter,
    tell_snapshot,
)
from signaling.room.viewing import pointed, points, with_presenter
from wire.room import MediaState, Participant, Presence, Quality
from wire.signaling import ParticipantLeft, SeatTaken

SEAT_KEPT = timedelta(seconds=60)
"""How long a seat waits for a dropped line."""
ROOM_KEPT = timedelta(minutes=30)
"""How long the chat and the shared view of an empty room wait for somebody to come back."""
SEATS_MAX = 32

Step = tuple[Room, tuple[Effect, ...]]


def join(room: Room, event: Joined, now: datetime) -> Step:
    """Seat a new session; the person's earlier session, if there is one, loses the seat to it."""
    earlier = room.seats.get(event.participant_id)
    if earlier is not None and earlier.session_id == event.session_id:
        return room, ()
    if earlier is None and len(room.seats) >= SEATS_MAX:
        return room, (EndSession(session_id=event.session_id, problem=errors.room_full()),)
    ended: tuple[Effect, ...] = ()
    if earlier is not None:
        told = Tell(session_ids=(earlier.session_id,), message=SeatTaken(type="seat_taken"))
        ended = (told, EndSession(session_id=earlier.session_id, problem=errors.seat_taken()))
    seat = _new_seat(event, now if earlier is None else earlier.participant.joined_at)
    room, unpointed = _without_pointer(room, event.participant_id)
    if earlier is not None:
        seat = replace(seat, negotiation=Negotiation(releasing=True))
    room, connecting = _connect(room.with_seat(seat), seat, anew=earlier is not None)
    told = tell_changed(room, seat, but=seat.session_id)
    return room, (*ended, *unpointed, *told, *tell_snapshot(room, seat), *connecting)


def resume(room: Room, session_id: str) -> Step:
    """Bring a session back to its seat and give it the whole room."""
    seat = room.seat_of_session(session_id)
    if seat is None:
        return room, (EndSession(session_id=session_id, problem=errors.session_gone()),)
    if seat.dropped_at is None:
        return room, tell_snapshot(room, seat)
    seat = _with_presence(seat, Presence.CONNECTED, None)
    room = room.with_seat(seat)
    return room, (*tell_changed(room, seat, but=session_id), *tell_snapshot(room, seat))


def drop(room: Room, session_id: str, now: datetime) -> Step:
    """Keep the seat of a session whose line is gone, and tell the others that it is away."""
    seat = room.seat_of_session(session_id)
    if seat is None or seat.dropped_at is not None:
        return room, ()
    seat = _with_presence(seat, Presence.DROPPED, now)
    room, unpointed = _without_pointer(room.with_seat(seat), seat.participant_id)
    return room, (*unpointed, *tell_changed(room, seat, but=session_id))


def leave(room: Room, seat: Seat, now: datetime) -> Step:
    """Free the seat of somebody who says goodbye."""
    room, effects = _vacate(room, seat, "left", now)
    return room, (EndSession(session_id=seat.session_id, problem=None), *effects)


def expire(room: Room, now: datetime) -> Step:
    """Free the seats whose lines have been away for too long."""
    effects: tuple[Effect, ...] = ()
    for seat in tuple(room.seats.values()):
        if seat.dropped_at is not None and now - seat.dropped_at >= SEAT_KEPT:
            room, vacated = _vacate(room, seat, "timed_out", now)
            ended = EndSession(session_id=seat.session_id, problem=errors.session_gone())
            effects = (*effects, ended, *vacated)
    return room, effects


def is_over(room: Room, now: datetime) -> bool:
    """Tell whether the room has been empty long enough to be forgotten."""
    return room.empty_since is not None and now - room.empty_since >= ROOM_KEPT


def _vacate(room: Room, seat: Seat, reason: Literal["left", "timed_out"], now: datetime) -> Step:
    room, effects = _without_pointer(room, seat.participant_id)
    room = room.without_seat(seat.participant_id, now)
    left = ParticipantLeft(type="participant_left", participant_id=seat.participant_id, reason=reason)
    effects = (*effects, *tell_all(room, left))
    if room.viewing.presenter_id == seat.participant_id:
        room = replace(room, viewing=with_presenter(room.viewing, None))
        effects = (*effects, *tell_presenter(room))
    room, disconnecting = _disconnect(room, seat)
    return room, (*effects, *disconnecting)


def _connect(room: Room, seat: Seat, *, anew: bool) -> Step:
    """Ask for a relay, or let the one there is begin with this participant."""
    needed = room.placement.after(Occurrence.NEEDED)
    if needed is not None:
        return replace(room, placement=needed), (PlaceOnRelay(last_worker_id=""),)
    if room.placement.phase is not Phase.PLACED:
        return room, ()
    return room, (*((release(room, seat),) if anew else ()), subscribe(room, seat))


def _disconnect(room: Room, seat: Seat) -> Step:
    placement = room.placement
    if room.seats:
        return room, (release(room, seat),) if placement.phase is Phase.PLACED else ()
    left = placement.left()
    if left is None:
        return room, ()
    return replace(room, placement=left), (CloseOnRelay(worker_id=placement.worker_id),)


def subscribe(room: Room, seat: Seat) -> Subscribe:
    """Return the command that begins to send to a participant."""
    return Subscribe(
        worker_id=room.placement.worker_id,
        epoch=room.placement.epoch,
        participant_id=seat.participant_id,
        session_id=seat.session_id,
    )


def release(room: Room, seat: Seat) -> Release:
    """Return the command that releases what an earlier session, or the one that left, has on the relay."""
    return Release(
        worker_id=room.placement.worker_id,
        epoch=room.placement.epoch,
        participant_id=seat.participant_id,
        session_id=seat.session_id,
    )


def _without_pointer(room: Room, participant_id: str) -> tuple[Room, tuple[Tell, ...]]:
    if not points(room.viewing, participant_id):
        return room, ()
    room = replace(room, viewing=pointed(room.viewing, participant_id, None))
    return room, tell_pointer_gone(room, participant_id)


def _with_presence(seat: Seat, presence: Presence, dropped_at: datetime | None) -> Seat:
    participant = seat.participant.model_copy(update={"presence": presence})
    return replace(seat, participant=participant, dropped_at=dropped_at)


def _new_seat(event: Joined, joined_at: datetime) -> Seat:
    participant = Participant(
        participant_id=event.participant_id,
        name=event.name,
        role=event.role,
        presence=Presence.CONNECTED,
        microphone_on=False,
        camera_on=False,
        hand_raised=False,
        quality=Quality.UNKNOWN,
        publishing=(),
        publish_state=MediaState.NEW,
        subscribe_state=MediaState.NEW,
        joined_at=joined_at,
    )
    return Seat(
        participant=participant,
        session_id=event.session_id,
        received=0,
        dropped_at=None,
        negotiation=Negotiation(),
    )
