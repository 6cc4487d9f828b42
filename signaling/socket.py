"""One WebSocket: its opening, its reader and its writer (RFC 6455).

Nothing a client sends ends more than its own line; a message that can't be understood is answered by a problem.
"""

import asyncio
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from runtime.clock import Clock
from signaling import errors
from signaling.ice_servers import ice_servers
from signaling.outgoing import frame
from signaling.rate import TokenBucket
from signaling.registry import Registry
from signaling.room.events import Pointed, Received, Request
from signaling.room.roster import SEAT_KEPT
from signaling.room.telling import problem_message
from signaling.session import Line, Session
from signaling.settings import SignalingSettings
from signaling.tickets import TicketGate
from wire.problems import Problem
from wire.signaling import ClientFrame, Hello, MovePointer, Ping, Pong, Resume, Welcome

MESSAGE_MAX_CHARS = 512 * 1024
MESSAGES_PER_S, MESSAGES_BURST = 50.0, 200.0
POINTERS_PER_S, POINTERS_BURST = 60.0, 60.0
FIELD_MAX_CHARS = 100
CLOSING_MAX_S = 2.0
NORMAL_CLOSURE = 1000

log = structlog.get_logger()


class _SeqOnly(BaseModel):
    """Finds the number of a frame whose message is broken."""

    model_config = ConfigDict(extra="ignore")

    seq: int = Field(default=0, ge=0)


class Socket:
    """One client's WebSocket, from its opening to its end."""

    def __init__(
        self,
        websocket: WebSocket,
        *,
        registry: Registry,
        gate: TicketGate,
        clock: Clock,
        settings: SignalingSettings,
    ) -> None:
        self._websocket = websocket
        self._registry = registry
        self._gate = gate
        self._clock = clock
        self._settings = settings
        self._messages = TokenBucket.full(MESSAGES_PER_S, MESSAGES_BURST, clock.monotonic())
        self._pointers = TokenBucket.full(POINTERS_PER_S, POINTERS_BURST, clock.monotonic())
        self._heard_s = clock.monotonic()

    async def serve(self) -> None:
        """Carry the client's session until the line ends."""
        if not self._origin_allowed():
            await self._websocket.close()
            return
        try:
            await self._websocket.accept()
            session, line, resumed = await self._open()
        except Problem as problem:
            await self._close(problem.close_code, problem.code)
            return
        except WebSocketDisconnect:
            return
        try:
            if not line.ending.is_set():
                await self._welcome(session, resumed=resumed)
            await self._carry(session, line)
        except WebSocketDisconnect:
            return
        finally:
            self._registry.dropped(session, line)
            line.ended.set()

    def _origin_allowed(self) -> bool:
        """Browsers name the page's origin, and can't be made to lie about it (RFC 6455 §10.2)."""
        origin = self._websocket.headers.get("origin")
        if origin is None or origin in self._settings.allowed_origins:
            return True
        return urlsplit(origin).netloc == self._websocket.headers.get("host", "")

    async def _open(self) -> tuple[Session, Line, bool]:
        first = await self._first_frame()
        match first.message:
            case Hello():
                return (*self._registry.join(await self._gate.admit(first.message.ticket)), False)
            case Resume():
                return (*self._registry.resume(first.message, first.ack), True)
            case _:
                raise errors.opening_expected()

    async def _welcome(self, session: Session, *, resumed: bool) -> None:
        welcome = Welcome(
            type="welcome",
            protocol=1,
            session_id=session.session_id,
            resume_token=session.token,
            participant_id=session.participant_id,
            resumed=resumed,
            seat_kept_s=int(SEAT_KEPT.total_seconds()),
            ice_servers=ice_servers(self._settings, session.participant_id, self._clock.now()),
        )
        await self._websocket.send_text(frame(0, session.received, welcome.model_dump_json()))

    async def _first_frame(self) -> ClientFrame:
        receiving = asyncio.ensure_future(self._receive())
        waiting = asyncio.ensure_future(self._clock.sleep(self._settings.opening_timeout_s))
        try:
            await asyncio.wait({receiving, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                raise errors.opening_expected()
            return ClientFrame.model_validate_json(receiving.result())
        except ValidationError as error:
            raise errors.opening_expected() from error
        finally:
            receiving.cancel()
            waiting.cancel()

    async def _carry(self, session: Session, line: Line) -> None:
        reading = asyncio.create_task(self._read(session, line))
        writing = asyncio.create_task(self._write(session, line))
        watching = asyncio.create_task(self._watch(line))
        ending = asyncio.create_task(line.ending.wait())
        try:
            await asyncio.wait({reading, writing, ending}, return_when=asyncio.FIRST_COMPLETED)
            self._registry.dropped(session, line)
            if line.ending.is_set():
                await self._finish(session, line, writing)
        finally:
            for task in (reading, writing, watching, ending):
                task.cancel()
            await asyncio.gather(reading, writing, watching, ending, return_exceptions=True)

    async def _finish(self, session: Session, line: Line, writing: asyncio.Task[None]) -> None:
        if line.flush:
            session.waiting.set()
            await asyncio.wait({writing}, timeout=CLOSING_MAX_S)
        if line.problem is None:
            await self._close(line.close_code or NORMAL_CLOSURE, "")
        else:
            await self._close(line.problem.close_code, line.problem.code)

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(CLOSING_MAX_S):
                await self._websocket.close(code, reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            log.info("socket_gone_before_close", code=code, reason=reason)

    async def _write(self, session: Session, line: Line) -> None:
        while True:
            session.waiting.clear()
            while (text := session.next_frame()) is not None:
                await self._websocket.send_text(text)
            if line.ending.is_set():
                return
            await session.waiting.wait()

    async def _watch(self, line: Line) -> None:
        while (left_s := self._heard_s + self._settings.silence_timeout_s - self._clock.monotonic()) > 0:
            await self._clock.sleep(left_s)
        line.end(errors.silent(), flush=False)

    async def _read(self, session: Session, line: Line) -> None:
        try:
            while True:
                text = await self._receive()
                self._heard_s = self._clock.monotonic()
                self._take(session, text)
        except WebSocketDisconnect:
            return
        except Problem as problem:
            line.end(problem, flush=False)

    async def _receive(self) -> str:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        text = event.get("text")
        if text is None:
            return ""
        if len(text) > MESSAGE_MAX_CHARS:
            raise errors.too_large(MESSAGE_MAX_CHARS)
        return text

    def _take(self, session: Session, text: str) -> None:
        """Act on one message.

        Raises:
            Problem: the line has to end: `signaling/too-many-messages`.
        """
        try:
            received = ClientFrame.model_validate_json(text)
        except ValidationError as error:
            self._require_rate()
            self._misunderstood(session, _seq_of(text), errors.malformed(_first_wrong_field(error)))
            return
        session.outgoing.acknowledge(received.ack)
        message = received.message
        if isinstance(message, MovePointer):
            if self._pointers.take(self._clock.monotonic()):
                self._registry.apply(session, Pointed(session_id=session.session_id, pointer=message.pointer))
            return
        self._require_rate()
        if isinstance(message, Ping):
            self._registry.tell(session, Pong(type="pong"))
        elif isinstance(message, Hello | Resume) or received.seq == 0:
            wrong = "seq" if received.seq == 0 else "message.type"
            self._misunderstood(session, received.seq, errors.malformed(wrong))
        else:
            self._follow(session, received.seq, message)

    def _require_rate(self) -> None:
        if not self._messages.take(self._clock.monotonic()):
            raise errors.too_many_messages()

    def _follow(self, session: Session, seq: int, request: Request | Problem) -> None:
        try:
            event = Received(session_id=session.session_id, seq=seq, request=request)
            self._registry.apply(session, event)
        except Exception:  # the edge of a request: a defect ends neither the room nor the line
            log.exception("message_failed", type=type(request).__name__)
            failed = Received(session_id=session.session_id, seq=seq, request=errors.failed())
            self._registry.apply(session, failed)

    def _misunderstood(self, session: Session, seq: int, problem: Problem) -> None:
        if seq > 0:
            self._follow(session, seq, problem)
        else:
            self._registry.tell(session, problem_message(problem, None))


def _seq_of(text: str) -> int:
    try:
        return _SeqOnly.model_validate_json(text).seq
    except ValidationError:
        return 0


def _first_wrong_field(error: ValidationError) -> str:
    place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    return ".".join(str(part) for part in place)[:FIELD_MAX_CHARS]
