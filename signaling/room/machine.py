"""The room's state machine: every event in every state has one answer, and none of them raises.

A client's messages carry numbers: one that came before is ignored, one whose forerunner is missing is refused,
and everything else counts as received even if it can't be followed, so that nothing has to be sent twice.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from signaling import errors
from signaling.room import relaying, roster
from signaling.room.chat import said
from signaling.room.events import (
    Drained,
    Event,
    Joined,
    LineDropped,
    Pointed,
    Received,
    RelayAnswered,
    RelayConnectionChanged,
    RelayFailed,
    RelayLost,
    RelayOffered,
    RelayPlaced,
    RelayRefused,
    RelayReleased,
    Request,
    Resumed,
    Tick,
)
from signaling.room.roster import Step
from signaling.room.state import Room, Seat
from signaling.room.telling import tell_all, tell_changed, tell_presenter, tell_problem
from signaling.room.viewing import annotated, pointed, require_presenting_role, shown, with_presenter
from wire.problems import Problem
from wire.signaling import (
    Annotate,
    AnnotationsChanged,
    ChatAdded,
    Draining,
    GivePresenter,
    Leave,
    PointerMoved,
    PublishOffer,
    RestartIce,
    SendChat,
    SetState,
    Show,
    SubscribeAnswer,
    TakePresenter,
    ViewChanged,
)


def step(room: Room, event: Event, now: datetime) -> Step:
    """Return the room after the event, and what has to be done about it, in order."""
    match event:
        case Joined():
            return roster.join(room, event, now)
        case Resumed():
            return roster.resume(room, event.session_id)
        case LineDropped():
            return roster.drop(room, event.session_id, now)
        case Received():
            return _received(room, event, now)
        case Pointed():
            return _pointed(room, event)
        case Tick():
            return roster.expire(room, now)
        case Drained():
            return room, tell_all(room, Draining(type="draining", resume_after_ms=event.resume_after_ms))
        case _:
            return _relay_step(room, event)


def _relay_step(
    room: Room,
    event: RelayPlaced
    | RelayFailed
    | RelayLost
    | RelayReleased
    | RelayAnswered
    | RelayRefused
    | RelayOffered
    | RelayConnectionChanged,
) -> Step:
    match event:
        case RelayPlaced():
            return relaying.placed(room, event)
        case RelayFailed():
            return relaying.failed(room)
        case RelayLost():
            return relaying.lost(room, event.epoch)
        case RelayReleased():
            return relaying.released(room, event.session_id)
        case RelayAnswered():
            return relaying.answered(room, event)
        case RelayRefused():
            seat = room.seat_of_session(event.session_id)
            return room, () if seat is None else tell_problem(seat, event.seq, event.problem)
        case RelayOffered():
            return relaying.offered(room, event)
        case RelayConnectionChanged():
            return relaying.connection_changed(room, event)
        case _:
            assert_never(event)


def _received(room: Room, event: Received, now: datetime) -> Step:
    seat = room.seat_of_session(event.session_id)
    if seat is None or event.seq <= seat.received:
        return room, ()
    if event.seq > seat.received + 1:
        return room, tell_problem(seat, event.seq, errors.out_of_order(seat.received + 1))
    seat = replace(seat, received=event.seq)
    room = room.with_seat(seat)
    try:
        if isinstance(event.request, Problem):
            raise event.request
        return _follow(room, seat, event.seq, event.request, now)
    except Problem as problem:
        return room, tell_problem(seat, event.seq, problem)


def _follow(room: Room, seat: Seat, seq: int, request: Request, now: datetime) -> Step:
    match request:
        case Leave():
            return roster.leave(room, seat, now)
        case SetState():
            return _set_state(room, seat, request)
        case SendChat():
            return _send_chat(room, seat, request, now)
        case PublishOffer():
            return relaying.publish(room, seat, seq, request)
        case SubscribeAnswer():
            return relaying.accept(room, seat, seq, request)
        case RestartIce():
            return relaying.restart(room, seat, seq, request)
        case TakePresenter() | GivePresenter() | Show() | Annotate():
            require_presenting_role(seat.participant.role)
            return _view(room, seat, request)
        case _:
            assert_never(request)


def _set_state(room: Room, seat: Seat, request: SetState) -> Step:
    participant = seat.participant.model_copy(
        update={
            "microphone_on": request.microphone_on,
            "camera_on": request.camera_on,
            "hand_raised": request.hand_raised,
            "quality": request.quality,
        }
    )
    if participant == seat.participant:
        return room, ()
    seat = replace(seat, participant=participant)
    room = room.with_seat(seat)
    return room, tell_changed(room, seat)


def _send_chat(room: Room, seat: Seat, request: SendChat, now: datetime) -> Step:
    chat = said(room.chat, seat.participant, request, now)
    if chat is room.chat:
        return room, ()
    room = replace(room, chat=chat)
    return room, tell_all(room, ChatAdded(type="chat_added", message=chat[-1]))


def _view(room: Room, seat: Seat, request: TakePresenter | GivePresenter | Show | Annotate) -> Step:
    match request:
        case TakePresenter():
            return _hand_over(room, seat.participant_id)
        case GivePresenter():
            return _give(room, seat, request.participant_id)
        case Show():
            return _show(room, seat, request)
        case Annotate():
            return _annotate(room, seat, request)
        case _:
            assert_never(request)


def _give(room: Room, seat: Seat, to: str | None) -> Step:
    if room.viewing.presenter_id != seat.participant_id:
        raise errors.presenter_only()
    if to is not None:
        if to not in room.seats:
            raise errors.not_in_room()
        require_presenting_role(room.seats[to].participant.role)
    return _hand_over(room, to)


def _hand_over(room: Room, to: str | None) -> Step:
    viewing = with_presenter(room.viewing, to)
    if viewing is room.viewing:
        return room, ()
    room = replace(room, viewing=viewing)
    return room, tell_presenter(room)


def _show(room: Room, seat: Seat, request: Show) -> Step:
    viewing = shown(room.viewing, seat.participant_id, request)
    if viewing is room.viewing:
        return room, ()
    room = replace(room, viewing=viewing)
    message = ViewChanged(
        type="view_changed",
        version=viewing.version,
        term=viewing.term,
        image=viewing.image,
        viewport=viewing.viewport,
    )
    return room, tell_all(room, message, but=seat.session_id)


def _annotate(room: Room, seat: Seat, request: Annotate) -> Step:
    viewing = annotated(room.viewing, seat.participant_id, request.operation)
    if viewing is room.viewing:
        return room, ()
    room = replace(room, viewing=viewing)
    message = AnnotationsChanged(
        type="annotations_changed",
        version=viewing.version,
        participant_id=seat.participant_id,
        operation=request.operation,
    )
    return room, tell_all(room, message)


def _pointed(room: Room, event: Pointed) -> Step:
    seat = room.seat_of_session(event.session_id)
    if seat is None or seat.dropped_at is not None:
        return room, ()
    try:
        require_presenting_role(seat.participant.role)
    except Problem:
        return room, ()
    room = replace(room, viewing=pointed(room.viewing, seat.participant_id, event.pointer))
    message = PointerMoved(type="pointer_moved", participant_id=seat.participant_id, pointer=event.pointer)
    return room, tell_all(room, message, but=seat.session_id)
