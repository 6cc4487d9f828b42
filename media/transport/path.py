"""Where a peer can be reached: a UDP address, or one TCP connection."""

import socket
from typing import Protocol

Address = tuple[str, int] | tuple[str, int, int, int]
"""A socket address of IPv4 or IPv6, as the operating system gives it."""


class Path(Protocol):
    """One way to a browser. Sending never waits: what doesn't fit is lost, as datagrams are."""

    @property
    def host(self) -> str:
        """The remote IP address."""
        ...

    @property
    def port(self) -> int:
        """The remote port."""
        ...

    def send(self, datagram: bytes) -> None:
        """Send one datagram, or lose it."""
        ...


class UdpPath:
    """A remote address as seen from one of our sockets."""

    __slots__ = ("_address", "_socket", "host", "port")

    def __init__(self, local: socket.socket, address: Address) -> None:
        self._socket = local
        self._address = address
        self.host = address[0]
        self.port = address[1]

    def send(self, datagram: bytes) -> None:
        """Send one datagram; a full buffer or an unreachable address loses it."""
        try:
            self._socket.sendto(datagram, self._address)
        except OSError:
            return
