"""RTP header extensions (RFC 8285): the one-byte and two-byte forms, and the URIs the relay understands."""

from collections.abc import Iterable

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
VIDEO_ORIENTATION = "urn:3gpp:video-orientation"
TRANSPORT_SEQUENCE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

ONE_BYTE_PROFILE = 0xBEDE
TWO_BYTE_PROFILE = 0x1000


def read(profile: int, data: bytes) -> dict[int, bytes]:
    """Return the elements by id. A broken tail is left out: a header extension never costs a packet.

    RFC 8285 §4.2 (one byte; id 15 ends the block, id 0 is padding) and §4.3 (two bytes).
    """
    if profile == ONE_BYTE_PROFILE:
        return _read_one_byte(data)
    if profile & 0xFFF0 == TWO_BYTE_PROFILE:
        return _read_two_byte(data)
    return {}


def _read_one_byte(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    position, size = 0, len(data)
    while position < size:
        first = data[position]
        position += 1
        if first == 0:
            continue
        identifier = first >> 4
        if identifier == 15:
            break
        end = position + (first & 0x0F) + 1
        if end > size:
            break
        if identifier:
            found[identifier] = data[position:end]
        position = end
    return found


def _read_two_byte(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    position, size = 0, len(data)
    while position + 1 < size:
        identifier = data[position]
        if identifier == 0:
            position += 1
            continue
        end = position + 2 + data[position + 1]
        if end > size:
            break
        found[identifier] = data[position + 2 : end]
        position = end
    return found


def element(identifier: int, value: bytes) -> bytes:
    """Write one element in the one-byte form; ids 1-14, values of 1-16 bytes."""
    if not (1 <= identifier <= 14 and 1 <= len(value) <= 16):
        raise ValueError("does not fit the one-byte form")
    return bytes((identifier << 4 | len(value) - 1,)) + value


def block(elements: Iterable[bytes]) -> bytes:
    """Join written elements to a whole extension: profile, length in words, elements, padding."""
    body = b"".join(elements)
    words = (len(body) + 3) // 4
    return b"\xbe\xde" + words.to_bytes(2, "big") + body.ljust(4 * words, b"\x00")


def abs_send_time(now: float) -> bytes:
    """Return seconds as 24-bit fixed point 6.18, the format of abs-send-time."""
    return (int(now * 262144) & 0xFFFFFF).to_bytes(3, "big")
