"""All rooms and sessions of this process: who joins, resumes, drops, and what becomes of it with time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from runtime.bus import Bus
from runtime.clock import Clock
from runtime.supervision import supervise
from signaling import errors
from signaling.hosted_room import HostedRoom
from signaling.room.events import Drained, Event, Joined, LineDropped, Resumed, Tick
from signaling.session import Line, Session
from signaling.settings import SignalingSettings
from wire.signaling import Resume, RoomPresence, ServerMessage
from wire.tickets import JoinTicket

TICK_S = 1.0
RESUME_AFTER_MS = 1000
SERVICE_RESTART = 1012
"""RFC 6455's registry of close codes: Service Restart."""


class Registry:
    """The rooms that this process hosts."""

    def __init__(self, bus: Bus, clock: Clock, settings: SignalingSettings) -> None:
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._rooms: dict[str, HostedRoom] = {}
        self._sessions: dict[str, Session] = {}
        self._lines: set[Line] = set()
        self._stopping = False
        self._announced: dict[str, tuple[str, ...]] = {}

    def join(self, ticket: JoinTicket) -> tuple[Session, Line]:
        """Seat the ticket's holder in a new session; where that is refused, the line is ending at once."""
        session = Session(room_id=ticket.room, participant_id=ticket.sub)
        line = self._attach(session)
        self._sessions[session.session_id] = session
        joined = Joined(
            session_id=session.session_id,
            participant_id=ticket.sub,
            name=ticket.name,
            role=ticket.role,
        )
        self._room(ticket.room).join(session, joined)
        return session, line

    def resume(self, resume: Resume, ack: int) -> tuple[Session, Line]:
        """Put the session on a new line, with what it missed after `ack` and the snapshot in its queue.

        Raises:
            Problem: `session/gone`, also where the client can't prove that the session is its own.
        """
        session = self._sessions.get(resume.session_id)
        if session is None or not session.is_proved_by(resume.resume_token):
            raise errors.session_gone()
        line = self._attach(session)
        session.outgoing.rewind(ack)
        self.apply(session, Resumed(session_id=session.session_id))
        return session, line

    def apply(self, session: Session, event: Event) -> None:
        """Let an event of this session happen to its room."""
        self._room(session.room_id).apply(event)

    def tell(self, session: Session, message: ServerMessage) -> None:
        """Say something to this session alone."""
        session.put(message, message.model_dump_json())

    def dropped(self, session: Session, line: Line) -> None:
        """Note, once, that a line is no use any more; the seat is kept unless another line has taken over."""
        self._lines.discard(line)
        if session.line is not line:
            return
        session.line = None
        if session.session_id in self._sessions:
            self.apply(session, LineDropped(session_id=session.session_id))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Let time pass in the rooms while open; on exit tell the clients to come back, and end all lines."""
        ticking = asyncio.create_task(supervise("signaling clock", self._tick, self._clock))
        try:
            yield
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            await self._drain()

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(TICK_S)
            for room_id, hosted in tuple(self._rooms.items()):
                hosted.apply(Tick())
                await self._announce(hosted)
                if hosted.is_over:
                    del self._rooms[room_id]
                    self._announced.pop(room_id, None)
                    await hosted.close()

    async def _announce(self, hosted: HostedRoom) -> None:
        room_id, present = hosted.room.room_id, tuple(hosted.room.seats)
        if self._announced.get(room_id, ()) != present:
            self._announced[room_id] = present
            await self._bus.publish(RoomPresence(room_id=room_id, participant_ids=present))

    async def _drain(self) -> None:
        self._stopping = True
        for hosted in self._rooms.values():
            hosted.apply(Drained(resume_after_ms=RESUME_AFTER_MS))
        lines = tuple(self._lines)
        for line in lines:
            line.end(None, flush=True, close_code=SERVICE_RESTART)
        await asyncio.gather(*(line.ended.wait() for line in lines))
        await asyncio.gather(*(hosted.close() for hosted in self._rooms.values()))

    def _attach(self, session: Session) -> Line:
        if self._stopping:
            raise errors.stopping()
        line = session.attach()
        self._lines.add(line)
        return line

    def _room(self, room_id: str) -> HostedRoom:
        hosted = self._rooms.get(room_id)
        if hosted is None:
            hosted = HostedRoom(
                room_id,
                bus=self._bus,
                clock=self._clock,
                settings=self._settings,
                ended=self._forget,
            )
            self._rooms[room_id] = hosted
        return hosted

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.session_id, None)
