"""RFC 4571 §2: datagrams on a byte stream, each after its 16-bit length. Pure."""


class Deframer:
    """Cuts a stream into datagrams. Holds at most one unfinished frame of 65,535 bytes."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived; return the datagrams that are whole, empty ones left out."""
        self._buffer += data
        found: list[bytes] = []
        position = 0
        while position + 2 <= len(self._buffer):
            end = position + 2 + int.from_bytes(self._buffer[position : position + 2], "big")
            if end > len(self._buffer):
                break
            if end > position + 2:
                found.append(bytes(self._buffer[position + 2 : end]))
            position = end
        del self._buffer[:position]
        return found


def frame(datagram: bytes) -> bytes:
    """Put the length before a datagram of at most 65,535 bytes."""
    return len(datagram).to_bytes(2, "big") + datagram
