"""A line to the signalling service, as docs/protocol.md describes it, for one short visit to a room."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from server.doctor.finding import failure, within
from wire.problems import Problem
from wire.room import Part
from wire.signaling import (
    PROTOCOL_VERSION,
    ClientFrame,
    ClientMessage,
    Hello,
    Leave,
    MediaChanged,
    ProblemMessage,
    ServerFrame,
    ServerMessage,
    Snapshot,
)

M = TypeVar("M", bound=Part)

ANSWER_WITHIN_S = 5.0
LEAVE_WITHIN_S = 2.0

LOOK_INTO_THE_LOG = "look at the server's log"
ADVICE: Mapping[str, str] = {
    "ticket/invalid": "the server signs with another key; use its own DATA_DIR and DATABASE_URL",
    "ticket/expired": "set the clocks of this machine and the server by NTP",
    "ticket/used": "set the clocks of this machine and the server by NTP",
    "ticket/keys-unavailable": "see that the clinical service runs, and with the same BUS_URL",
    "media/unavailable": "see that a relay runs, and with the same BUS_URL",
}


class Line:
    """One participant's WebSocket: numbers what is sent, acknowledges what came."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self._received = 0

    async def join(self, ticket: str) -> int:
        """Enter the room and wait until a relay has it.

        Returns:
            The media epoch.
        """
        await self._send(0, Hello(type="hello", protocol=PROTOCOL_VERSION, ticket=ticket))
        async with within(ANSWER_WITHIN_S, "the room doesn't open", LOOK_INTO_THE_LOG):
            room = (await self.until(Snapshot)).room
        if room.media_available:
            return room.media_epoch
        async with within(ANSWER_WITHIN_S, "the room gets no relay", ADVICE["media/unavailable"]):
            while True:
                media = await self.until(MediaChanged)
                if media.available:
                    return media.media_epoch

    async def send(self, message: ClientMessage) -> None:
        """Send a numbered message."""
        self._sent += 1
        await self._send(self._sent, message)

    async def until(self, kind: type[M]) -> M:
        """Return the next message of this kind; a refusal on the way ends the visit.

        Raises:
            Problem: `doctor/check-failed`.
        """
        while True:
            message = await self._receive()
            if isinstance(message, kind):
                return message
            if isinstance(message, ProblemMessage):
                advice = ADVICE.get(message.code, LOOK_INTO_THE_LOG)
                raise failure(f"{message.detail.rstrip('.')} ({message.code})", advice)

    async def leave(self) -> None:
        """Give the seat up, so that the room is gone at once; a dead line is left as it is."""
        with suppress(ConnectionClosed, Problem):
            async with within(LEAVE_WITHIN_S, "the room doesn't let go", LOOK_INTO_THE_LOG):
                await self.send(Leave(type="leave"))
                await self._socket.wait_closed()

    async def _send(self, seq: int, message: ClientMessage) -> None:
        frame = ClientFrame(seq=seq, ack=self._received, message=message)
        try:
            await self._socket.send(frame.model_dump_json())
        except ConnectionClosed as closed:
            raise _ended(closed) from closed

    async def _receive(self) -> ServerMessage:
        try:
            frame = ServerFrame.model_validate_json(await self._socket.recv())
        except ConnectionClosed as closed:
            raise _ended(closed) from closed
        self._received = max(self._received, frame.seq)
        return frame.message


@asynccontextmanager
async def open_line(url: str) -> AsyncGenerator[Line]:
    """Open a line that is left and closed at the end; proxies that the environment names are left aside.

    Raises:
        Problem: `doctor/check-failed`.
    """
    opening = connect(
        url, proxy=None, compression=None, open_timeout=ANSWER_WITHIN_S, close_timeout=LEAVE_WITHIN_S
    )
    try:
        socket = await opening
    except InvalidHandshake as error:
        advice = "see that signalling runs behind this address, and that proxies pass WebSockets on"
        raise failure(f"{url} opens no WebSocket ({error})", advice) from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise failure(
            f"{url} doesn't answer ({error or type(error).__name__})", "see that it runs there"
        ) from error
    line = Line(socket)
    try:
        yield line
    finally:
        await line.leave()
        await socket.close()


def _ended(closed: ConnectionClosed) -> Problem:
    code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "the line was torn")
    return failure(f"signalling ended the visit ({code} {reason})", ADVICE.get(reason, LOOK_INTO_THE_LOG))
