"""The RTP packet (RFC 3550 §5.1), read from bytes and written as a header before an untouched payload.

Knows no codec and no stream. The payload is a slice of what arrived: nothing here looks into it.
"""

import struct

HEADER = struct.Struct("!BBHII")
_EXTENSION_HEADER = struct.Struct("!HH")


class RtpError(ValueError):
    """The bytes are not an RTP packet."""


class RtpPacket:
    """One received RTP packet, header fields apart from the payload.

    Attributes:
        marker: 0 or 1.
        extension_profile: the 16 bits "defined by profile", 0 without an extension.
        extension: the extension's words, without its four-byte header.
        payload: without padding.
    """

    __slots__ = (
        "extension",
        "extension_profile",
        "marker",
        "payload",
        "payload_type",
        "sequence",
        "ssrc",
        "timestamp",
    )

    def __init__(
        self,
        marker: int,
        payload_type: int,
        sequence: int,
        timestamp: int,
        ssrc: int,
        payload: bytes,
        extension_profile: int = 0,
        extension: bytes = b"",
    ) -> None:
        self.marker = marker
        self.payload_type = payload_type
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.payload = payload
        self.extension_profile = extension_profile
        self.extension = extension

    def __repr__(self) -> str:
        return (
            f"RtpPacket(ssrc={self.ssrc:#x}, pt={self.payload_type}, seq={self.sequence}, "
            f"ts={self.timestamp}, marker={self.marker}, payload={len(self.payload)} B)"
        )


def parse(data: bytes) -> RtpPacket:
    """Read one packet.

    Raises:
        RtpError: too short, not version 2, or lengths that point past the end.
    """
    size = len(data)
    if size < 12:
        raise RtpError("shorter than a header")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise RtpError("not version 2")
    start = 12 + 4 * (first & 0x0F)
    profile, extension = 0, b""
    if first & 0x10:
        if start + 4 > size:
            raise RtpError("extension header past the end")
        profile, words = _EXTENSION_HEADER.unpack_from(data, start)
        end = start + 4 + 4 * words
        extension = data[start + 4 : end]
        start = end
    end = size
    if first & 0x20:
        end = size - data[-1]
        if data[-1] == 0:
            raise RtpError("padding of length 0")
    if start > end:
        raise RtpError("lengths point past the end")
    return RtpPacket(
        second >> 7, second & 0x7F, sequence, timestamp, ssrc, data[start:end], profile, extension
    )


def header(
    *, marker: int, payload_type: int, sequence: int, timestamp: int, ssrc: int, extended: bool
) -> bytes:
    """Write the twelve fixed bytes; `extended` announces an extension that the caller appends."""
    return HEADER.pack(
        0x90 if extended else 0x80,
        marker << 7 | payload_type,
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )


def is_rtcp(data: bytes) -> bool:
    """Tell RTCP from RTP on one port by the packet type (RFC 5761 §4): 192-223 (64-95 without the top bit)."""
    return len(data) > 1 and 192 <= data[1] <= 223
