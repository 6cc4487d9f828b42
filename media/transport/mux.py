"""One port for everybody: which connection does a datagram belong to?

STUN goes by the user name fragment it names, everything else by the address it comes from, and an address
belongs to a connection only after a check that proved knowledge of its password (RFC 7983 §7). So a stranger's
datagram, whatever it holds, reaches no connection. TCP carries the same datagrams in RFC 4571 frames
(RFC 6544 §4.1, passive).
"""

import asyncio
import errno
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from media.transport import stun
from media.transport.icetcp import TcpPath
from media.transport.path import Address, Path, UdpPath

_BATCH = 64
_BUFFER_BYTES = 4 * 1024 * 1024
_READ_BYTES = 2048
_LONGEST_BYTES = 1500
_CONTROL_BYTES = 64
_SO_TIMESTAMPNS = 35
"""Linux, asm-generic/socket.h: a datagram comes with its time of arrival, a `struct timespec` of wall time."""

_TIMESPEC = struct.Struct("@ll")
_HOLD_S = 10.0
_TRIES = 20
_FORGET_S = 60.0
_TCP_CONNECTIONS = 500


class Listener(Protocol):
    """A connection, as the port sees it."""

    def checked(self, message: stun.StunMessage, path: Path, now: float) -> bool:
        """Judge and answer a STUN message that names this connection; True if the path is its own now."""
        ...

    def received(self, datagram: bytes, path: Path, now: float) -> None:
        """Take a DTLS, SRTP or SRTCP datagram from one of its own paths."""
        ...


@dataclass(slots=True)
class _Binding:
    listener: Listener
    path: Path
    checked_at: float


class Mux:
    """The relay's port."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._sockets: list[socket.socket] = []
        self._everywhere: set[socket.AddressFamily] = set()
        self._server: asyncio.Server | None = None
        self._streams: set[TcpPath] = set()
        self._by_ufrag: dict[str, Listener] = {}
        self._bindings: dict[Address | TcpPath, _Binding] = {}
        self.dropped: Counter[str] = Counter()
        """Datagrams that reached no connection, by reason."""

    @property
    def port(self) -> int:
        """The port that was bound."""
        return self._sockets[0].getsockname()[1]

    async def open(self, port: int, addresses: Sequence[str]) -> None:
        """Bind UDP on each of these addresses, and TCP.

        A socket of its own for each address, so that an answer leaves from where the question went. An address
        that isn't this machine's (a router maps it here) is served by one on all addresses.

        Raises:
            OSError: the port is taken.
        """
        for tries_left in reversed(range(_TRIES if port == 0 else 1)):
            try:
                return await self._open(port, addresses)
            except OSError as refused:
                # A port of the system's choice is free for UDP; for TCP somebody may have it.
                if refused.errno != errno.EADDRINUSE or tries_left == 0:
                    raise
        return None

    async def _open(self, port: int, addresses: Sequence[str]) -> None:
        loop = asyncio.get_running_loop()
        try:
            for address in addresses:
                self._bind(address, self.port if self._sockets else port)
            for bound in self._sockets:
                loop.add_reader(bound.fileno(), self._readable, bound)
            self._server = await loop.create_server(lambda: TcpPath(self), port=self.port)
        except OSError:
            await self.close()
            raise

    def _bind(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            self._sockets.append(_bound(family, address, port))
        except OSError as refused:
            if refused.errno != errno.EADDRNOTAVAIL:
                raise
            if family not in self._everywhere:
                self._everywhere.add(family)
                self._sockets.append(_bound(family, "::" if family == socket.AF_INET6 else "", port))

    async def close(self) -> None:
        """Release the port."""
        loop = asyncio.get_running_loop()
        for bound in self._sockets:
            loop.remove_reader(bound.fileno())
            bound.close()
        self._sockets.clear()
        self._everywhere.clear()
        if self._server is not None:
            self._server.close()
        for stream in list(self._streams):
            stream.abort()
        if self._server is not None:
            await self._server.wait_closed()

    def listen(self, ufrag: str, listener: Listener) -> None:
        """Give messages that name this fragment to a connection."""
        self._by_ufrag[ufrag] = listener

    def unlisten(self, ufrag: str) -> None:
        """Forget a fragment."""
        self._by_ufrag.pop(ufrag, None)

    def forget(self, listener: Listener) -> None:
        """Forget a connection and every path to it."""
        self._by_ufrag = {name: one for name, one in self._by_ufrag.items() if one is not listener}
        self._bindings = {key: one for key, one in self._bindings.items() if one.listener is not listener}

    def sweep(self, now: float) -> None:
        """Forget paths without a check for a minute."""
        self._bindings = {
            key: binding for key, binding in self._bindings.items() if now - binding.checked_at < _FORGET_S
        }

    def _readable(self, bound: socket.socket) -> None:
        """Take a batch from one socket, each datagram with the time at which the kernel got it.

        A busy process reads late, and congestion control must not take that for a full line.
        """
        now, wall = self._monotonic(), time.time()
        for _ in range(_BATCH):
            try:
                datagram, ancillary, _flags, address = bound.recvmsg(_READ_BYTES, _CONTROL_BYTES)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an ICMP error that belongs to an earlier datagram
            arrival = now
            if ancillary:
                seconds, nanoseconds = _TIMESPEC.unpack_from(ancillary[0][2])
                arrival = min(now, now - wall + seconds + nanoseconds * 1e-9)
            binding = self._bindings.get(address)
            if binding is None or not datagram or not 20 <= datagram[0] < 192:
                self.arrived(datagram, address, binding.path if binding else UdpPath(bound, address), arrival)
            elif len(datagram) <= _LONGEST_BYTES:
                binding.listener.received(datagram, binding.path, arrival)
            else:
                self.dropped["oversized"] += 1

    def arrived(self, datagram: bytes, key: Address | TcpPath, path: Path, now: float) -> None:
        """Take one datagram from anywhere. Nothing that it may hold raises or disturbs a connection."""
        if stun.looks_like(datagram):
            self._checked(datagram, key, path, now)
            return
        binding = self._bindings.get(key)
        if not datagram or len(datagram) > _LONGEST_BYTES:
            self.dropped["empty" if not datagram else "oversized"] += 1
        elif not 20 <= datagram[0] < 192:
            self.dropped["unknown protocol"] += 1
        elif binding is None:
            self.dropped["stranger"] += 1
        else:
            binding.listener.received(datagram, binding.path, now)

    def _checked(self, datagram: bytes, key: Address | TcpPath, path: Path, now: float) -> None:
        message = stun.parse(datagram) if len(datagram) <= _LONGEST_BYTES else None
        listener = self._by_ufrag.get(message.local_username) if message else None
        if message is None or listener is None:
            self.dropped["stun"] += 1
            return
        binding = self._bindings.get(key)
        if binding is not None and binding.listener is not listener and now - binding.checked_at < _HOLD_S:
            self.dropped["address of another"] += 1  # a forged source must not take a living path away
            return
        if listener.checked(message, path, now):
            self._bindings[key] = _Binding(listener, path, now)
        else:
            self.dropped["stun"] += 1

    def connected(self, stream: TcpPath) -> bool:
        """Admit a TCP connection, or not when there are too many."""
        if len(self._streams) >= _TCP_CONNECTIONS:
            return False
        self._streams.add(stream)
        return True

    def disconnected(self, stream: TcpPath) -> None:
        """Forget a TCP connection."""
        self._streams.discard(stream)
        self._bindings.pop(stream, None)

    def stream_arrived(self, datagram: bytes, stream: TcpPath) -> None:
        """Take one frame of a TCP connection."""
        self.arrived(datagram, stream, stream, self._monotonic())


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":
            bound.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            bound.setsockopt(socket.SOL_SOCKET, option, _BUFFER_BYTES)
        bound.settimeout(0)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound
