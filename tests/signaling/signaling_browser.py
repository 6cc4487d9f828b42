"""A client of the signalling protocol, as a browser would be, on a real WebSocket."""

import asyncio
import contextlib
import json
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from wire.signaling import ServerFrame

WAIT_S = 5.0


@dataclass
class Browser:
    """Numbers what it sends and acknowledges what it gets; `receive_buffer_bytes` makes a narrow line."""

    url: str
    seq: int = 0
    ack: int = 0
    session_id: str = ""
    resume_token: str = ""
    participant_id: str = ""
    receive_buffer_bytes: int = 0
    socket: ClientConnection = field(init=False)
    seen: list[Any] = field(default_factory=list)

    async def open(self) -> None:
        address = urlsplit(self.url)
        line = socket.socket()
        if self.receive_buffer_bytes:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer_bytes)
        line.settimeout(0)
        await asyncio.get_running_loop().sock_connect(line, (address.hostname, address.port))
        self.socket = await connect(self.url, sock=line, max_size=None, compression=None)

    async def hello(self, ticket: str) -> Any:
        """Open a socket and join; returns the welcome."""
        await self.open()
        await self.send_frame(0, {"type": "hello", "protocol": 1, "ticket": ticket})
        welcome = await self.until("welcome")
        self.session_id, self.resume_token = welcome.session_id, welcome.resume_token
        self.participant_id = welcome.participant_id
        return welcome

    async def join(self, ticket: str) -> Any:
        """Join; returns the snapshot."""
        await self.hello(ticket)
        return (await self.until("snapshot")).room

    async def resume(self) -> Any:
        """Open a socket and resume; returns the welcome."""
        await self.open()
        message = {
            "type": "resume",
            "protocol": 1,
            "session_id": self.session_id,
            "resume_token": self.resume_token,
        }
        await self.send_frame(0, message)
        return await self.until("welcome")

    async def send(self, kind: str, **fields: Any) -> int:
        """Send a numbered message; returns its number."""
        self.seq += 1
        await self.send_frame(self.seq, {"type": kind, **fields})
        return self.seq

    async def send_frame(self, seq: int, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps({"seq": seq, "ack": self.ack, "message": message}))

    async def receive(self) -> ServerFrame:
        """Return the next frame."""
        async with asyncio.timeout(WAIT_S):
            frame = ServerFrame.model_validate_json(await self.socket.recv())
        if frame.seq:
            assert frame.seq == self.ack + 1 or frame.message.type == "snapshot", "a number is missing"
            self.ack = frame.seq
        self.seen.append(frame.message)
        return frame

    async def until(self, kind: str, **fields: Any) -> Any:
        """Return the next message of this kind whose fields have these values."""
        while True:
            message = (await self.receive()).message
            if message.type == kind and all(
                getattr(message, name) == value for name, value in fields.items()
            ):
                return message

    async def synced(self) -> list[Any]:
        """Return all messages that the server had sent by now."""
        await self.send_frame(0, {"type": "ping"})
        before = len(self.seen)
        await self.until("pong")
        return self.seen[before:-1]

    async def closed(self) -> tuple[int, str]:
        """Read to the end; returns close code and reason."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.receive()
        code, reason = self.socket.close_code, self.socket.close_reason
        assert code is not None
        return code, reason or ""

    async def cut(self) -> None:
        """Tear the TCP connection, as a cable does."""
        self.socket.transport.abort()
        await self.socket.wait_closed()


async def rejected_status(url: str, **options: Any) -> int:
    """Return the HTTP status with which a handshake is refused."""
    try:
        async with connect(url, **options):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code
