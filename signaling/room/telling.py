"""The messages that more than one part of the room sends, and to whom they go."""

from signaling.room.effects import Tell
from signaling.room.state import Room, Seat
from wire.problems import Problem
from wire.signaling import (
    MediaChanged,
    ParticipantChanged,
    PointerMoved,
    PresenterChanged,
    ProblemMessage,
    ServerMessage,
    Snapshot,
)


def tell_all(room: Room, message: ServerMessage, *, but: str = "") -> tuple[Tell, ...]:
    """Address everybody who has a seat, away or not, except the session `but`."""
    sessions = tuple(seat.session_id for seat in room.seats.values() if seat.session_id != but)
    return (Tell(session_ids=sessions, message=message),) if sessions else ()


def tell(seat: Seat, *messages: ServerMessage) -> tuple[Tell, ...]:
    """Address one seat."""
    return tuple(Tell(session_ids=(seat.session_id,), message=message) for message in messages)


def problem_message(problem: Problem, seq: int | None) -> ProblemMessage:
    """Return the message that says why the client's message with this number wasn't followed."""
    return ProblemMessage(
        type="problem",
        in_reply_to=seq,
        code=problem.code,
        kind=problem.kind,
        detail=problem.detail,
        parameters=problem.parameters,
    )


def tell_problem(seat: Seat, seq: int, problem: Problem) -> tuple[Tell, ...]:
    """Say why the message with this number wasn't followed."""
    return tell(seat, problem_message(problem, seq))


def tell_changed(room: Room, seat: Seat, *, but: str = "") -> tuple[Tell, ...]:
    """Tell everybody how a participant is now."""
    message = ParticipantChanged(type="participant_changed", participant=seat.participant)
    return tell_all(room, message, but=but)


def tell_presenter(room: Room) -> tuple[Tell, ...]:
    """Tell everybody who presents."""
    viewing = room.viewing
    message = PresenterChanged(
        type="presenter_changed",
        version=viewing.version,
        term=viewing.term,
        presenter_id=viewing.presenter_id,
    )
    return tell_all(room, message)


def tell_pointer_gone(room: Room, participant_id: str) -> tuple[Tell, ...]:
    """Tell everybody that a pointer went away."""
    message = PointerMoved(type="pointer_moved", participant_id=participant_id, pointer=None)
    return tell_all(room, message)


def tell_media(room: Room, *, available: bool) -> tuple[Tell, ...]:
    """Tell everybody whether sound and picture can be had."""
    message = MediaChanged(type="media_changed", available=available, media_epoch=room.placement.epoch)
    return tell_all(room, message)


def tell_snapshot(room: Room, seat: Seat) -> tuple[Tell, ...]:
    """Give one seat the whole room, then what its connections wait for."""
    snapshot = Snapshot(type="snapshot", room=room.snapshot())
    return tell(seat, snapshot, *seat.negotiation.outstanding())
