"""Media over TCP for sites that let no UDP out: passive candidates (RFC 6544 §4.1) in RFC 4571 frames."""

import asyncio
from typing import Protocol

from media.transport.framing import Deframer, frame

_BACKLOG_BYTES = 256 * 1024


class StreamOwner(Protocol):
    """The port that accepted the connection."""

    def connected(self, stream: "TcpPath") -> bool:
        """Admit a connection, or not when there are too many."""
        ...

    def disconnected(self, stream: "TcpPath") -> None:
        """Forget a connection."""
        ...

    def stream_arrived(self, datagram: bytes, stream: "TcpPath") -> None:
        """Take one frame."""
        ...


class TcpPath(asyncio.Protocol):
    """One TCP connection of a browser (RFC 6544), as a `Path`."""

    def __init__(self, owner: StreamOwner) -> None:
        self._owner = owner
        self._deframer = Deframer()
        self._transport: asyncio.Transport | None = None
        self.host = ""
        self.port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who it is; refuse when the port is full."""
        if not isinstance(transport, asyncio.Transport) or not self._owner.connected(self):
            transport.close()
            return
        self._transport = transport
        self.host, self.port = transport.get_extra_info("peername")[:2]

    def data_received(self, data: bytes) -> None:
        """Cut the stream into datagrams."""
        for datagram in self._deframer.feed(data):
            self._owner.stream_arrived(datagram, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._transport = None
        self._owner.disconnected(self)

    def send(self, datagram: bytes) -> None:
        """Send one frame; lose it while the browser doesn't read."""
        transport = self._transport
        if transport is not None and transport.get_write_buffer_size() < _BACKLOG_BYTES:
            transport.write(frame(datagram))

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()
