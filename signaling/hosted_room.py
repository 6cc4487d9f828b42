"""One room at work: feeds events to the pure machine and does what it asks for.

An event is applied at once and as a whole, in one turn of the event loop, so effects keep the machine's order.
"""

import asyncio
from collections.abc import Callable

from runtime.bus import Bus
from runtime.clock import Clock
from signaling.relay_link import RelayLink
from signaling.room.effects import CloseOnRelay, Effect, EndSession, PlaceOnRelay, Tell
from signaling.room.events import Event, Joined, Received
from signaling.room.machine import step
from signaling.room.roster import is_over
from signaling.room.state import Room, open_room
from signaling.session import Session
from signaling.settings import SignalingSettings
from wire.problems import Problem


class HostedRoom:
    """A room with its sessions and its link to the relay.

    Args:
        ended: told of every session that is over.
    """

    def __init__(
        self,
        room_id: str,
        *,
        bus: Bus,
        clock: Clock,
        settings: SignalingSettings,
        ended: Callable[[Session], None],
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._ended = ended
        self._sessions: dict[str, Session] = {}
        self._link: RelayLink | None = None
        self._closing: asyncio.Task[None] | None = None
        self.room: Room = open_room(room_id, clock.now())

    @property
    def is_over(self) -> bool:
        """Whether nobody will miss the room."""
        return is_over(self.room, self._clock.now())

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions that hold seats."""
        return tuple(self._sessions.values())

    def join(self, session: Session, event: Joined) -> None:
        """Let a new session in."""
        self._sessions[session.session_id] = session
        self.apply(event)

    def apply(self, event: Event) -> None:
        """Take the step that this event makes, and do what it asks for."""
        self.room, effects = step(self.room, event, self._clock.now())
        if isinstance(event, Received):
            self._note_received(event.session_id)
        for effect in effects:
            self._run(effect)

    async def close(self) -> None:
        """End the link to the relay; media that flows there goes on until the clients come back."""
        self._close_link("")
        if self._closing is not None:
            await self._closing

    def _note_received(self, session_id: str) -> None:
        session, seat = self._sessions.get(session_id), self.room.seat_of_session(session_id)
        if session is not None and seat is not None:
            session.received = seat.received

    def _run(self, effect: Effect) -> None:
        match effect:
            case Tell():
                self._tell(effect)
            case EndSession():
                self._end(effect.session_id, effect.problem)
            case PlaceOnRelay():
                self._open_link().place(effect.last_worker_id, self._closing)
            case CloseOnRelay():
                self._close_link(effect.worker_id)
            case _:
                if self._link is not None:
                    self._link.run(effect)

    def _tell(self, effect: Tell) -> None:
        body = effect.message.model_dump_json()
        for session_id in effect.session_ids:
            session = self._sessions.get(session_id)
            if session is not None:
                session.put(effect.message, body)

    def _end(self, session_id: str, problem: Problem | None) -> None:
        session = self._sessions.pop(session_id, None)
        if session is None:
            return
        self._ended(session)
        if session.line is not None:
            session.line.end(problem, flush=True)

    def _open_link(self) -> RelayLink:
        if self._link is None:
            self._link = RelayLink(
                self.room.room_id,
                bus=self._bus,
                clock=self._clock,
                settings=self._settings,
                happened=self.apply,
                placement=lambda: self.room.placement,
            )
            self._link.open()
        return self._link

    def _close_link(self, worker_id: str) -> None:
        link, before = self._link, self._closing
        self._link = None
        if link is not None:
            self._closing = asyncio.create_task(_close(link, worker_id, before))


async def _close(link: RelayLink, worker_id: str, before: asyncio.Task[None] | None) -> None:
    await link.close(worker_id)
    if before is not None:
        await before
