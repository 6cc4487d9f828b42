"""Short words for playing a room's story in tests."""

from collections.abc import Iterable
from datetime import UTC, datetime

from signaling.room.effects import Effect, Tell
from signaling.room.events import Event, Joined, Received, RelayPlaced, Request
from signaling.room.machine import step
from signaling.room.state import Room, open_room
from wire.problems import Problem
from wire.signaling import ServerMessage, TakePresenter
from wire.tickets import RoomRole

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def joined(person: str, role: RoomRole = "requester", session: str = "") -> Joined:
    return Joined(session_id=session or f"{person}-1", participant_id=person, name=person, role=role)


def said(session: str, seq: int, request: Request | Problem) -> Received:
    return Received(session_id=session, seq=seq, request=request)


def placed(worker: str = "w1", *, kept: bool = False) -> RelayPlaced:
    return RelayPlaced(worker_id=worker, kept=kept)


def played(events: Iterable[Event], room: Room | None = None, now: datetime = START) -> Room:
    """Return the room after these events."""
    room = room or open_room("room-1", START)
    for event in events:
        room, _ = step(room, event, now)
    return room


def told(effects: Iterable[Effect], session: str) -> list[ServerMessage]:
    """Return what this session is told."""
    return [e.message for e in effects if isinstance(e, Tell) and session in e.session_ids]


def kinds(effects: Iterable[Effect], session: str) -> list[str]:
    """Return the types of what this session is told."""
    return [message.type for message in told(effects, session)]


def commands(effects: Iterable[Effect]) -> list[Effect]:
    """Return what isn't telling."""
    return [effect for effect in effects if not isinstance(effect, Tell)]


def meeting(*more: Event) -> Room:
    """Return a room with doctor and specialist; the specialist presents."""
    take = said("specialist-1", 1, TakePresenter(type="take_presenter"))
    return played([joined("doctor"), joined("specialist", "specialist"), take, *more])
