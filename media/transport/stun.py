"""STUN (RFC 8489) as far as an ICE-lite agent needs it: binding requests in, answers out.

Pure: bytes to values and back. A datagram that isn't a well-formed STUN message is None, never an exception.
"""

import hashlib
import hmac
import ipaddress
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

MAGIC_COOKIE = 0x2112A442
_COOKIE = MAGIC_COOKIE.to_bytes(4, "big")
HEADER_BYTES = 20

BINDING_REQUEST = 0x0001
BINDING_INDICATION = 0x0011
BINDING_SUCCESS = 0x0101
BINDING_ERROR = 0x0111

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
ERROR_CODE = 0x0009
UNKNOWN_ATTRIBUTES = 0x000A
XOR_MAPPED_ADDRESS = 0x0020
PRIORITY = 0x0024
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028
ICE_CONTROLLED = 0x8029
ICE_CONTROLLING = 0x802A

_FINGERPRINT_XOR = 0x5354554E
_UNDERSTOOD = frozenset(
    {USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, XOR_MAPPED_ADDRESS, PRIORITY, USE_CANDIDATE}
)
"""Comprehension-required attributes (below 0x8000) that are understood; others draw a 420 (RFC 8489 §6.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StunMessage:
    """A parsed message; `integrity_at` is the offset of MESSAGE-INTEGRITY, -1 without it."""

    message_type: int
    transaction: bytes
    attributes: Mapping[int, bytes]
    integrity_at: int
    raw: bytes

    @property
    def local_username(self) -> str:
        """The receiver's half of the USERNAME `receiver:sender` (RFC 8445 §7.2.2)."""
        return self.attributes.get(USERNAME, b"").partition(b":")[0].decode("ascii", "replace")

    @property
    def unknown_required(self) -> list[int]:
        """Comprehension-required attributes that aren't understood."""
        return [kind for kind in self.attributes if kind < 0x8000 and kind not in _UNDERSTOOD]

    def integrity_holds(self, password: str) -> bool:
        """Check MESSAGE-INTEGRITY with a short-term password (RFC 8489 §14.5)."""
        if self.integrity_at < 0:
            return False
        covered = bytearray(self.raw[: self.integrity_at])
        covered[2:4] = (self.integrity_at - HEADER_BYTES + 24).to_bytes(2, "big")
        expected = hmac.digest(password.encode(), bytes(covered), hashlib.sha1)
        return hmac.compare_digest(expected, self.attributes[MESSAGE_INTEGRITY])


def looks_like(data: bytes) -> bool:
    """Tell STUN from DTLS and SRTP: two zero bits and the cookie (RFC 7983 §7, RFC 8489 §5)."""
    return len(data) >= HEADER_BYTES and data[0] < 4 and data[4:8] == _COOKIE


def parse(data: bytes) -> StunMessage | None:
    """Read a message; None unless every length and, if present, the fingerprint is right."""
    if not looks_like(data) or int.from_bytes(data[2:4], "big") + HEADER_BYTES != len(data) or len(data) % 4:
        return None
    attributes: dict[int, bytes] = {}
    position, integrity_at = HEADER_BYTES, -1
    while position < len(data):
        kind = int.from_bytes(data[position : position + 2], "big")
        size = int.from_bytes(data[position + 2 : position + 4], "big")
        value = data[position + 4 : position + 4 + size]
        if len(value) != size:
            return None
        if kind == FINGERPRINT:
            if position + 8 != len(data) or value != _fingerprint(data[:position]):
                return None
        elif integrity_at < 0:  # RFC 8489 §14.5: what follows the integrity is ignored
            if kind == MESSAGE_INTEGRITY:
                if size != 20:
                    return None
                integrity_at = position
            attributes.setdefault(kind, value)
        position += 4 + size + (-size % 4)
    return StunMessage(
        message_type=int.from_bytes(data[:2], "big"),
        transaction=data[8:20],
        attributes=attributes,
        integrity_at=integrity_at,
        raw=data,
    )


def write(
    message_type: int, transaction: bytes, attributes: list[tuple[int, bytes]], *, password: str | None
) -> bytes:
    """Write a message with MESSAGE-INTEGRITY (if a password is given) and FINGERPRINT."""
    body = b"".join(_attribute(kind, value) for kind, value in attributes)
    if password is not None:
        covered = _header(message_type, len(body) + 24, transaction) + body
        body += _attribute(MESSAGE_INTEGRITY, hmac.digest(password.encode(), covered, hashlib.sha1))
    covered = _header(message_type, len(body) + 8, transaction) + body
    return covered + _attribute(FINGERPRINT, _fingerprint(covered))


def xor_address(host: str, port: int, transaction: bytes) -> bytes:
    """Return the value of XOR-MAPPED-ADDRESS (RFC 8489 §14.2)."""
    address = ipaddress.ip_address(host.partition("%")[0])
    packed = address.packed
    mask = (_COOKIE + transaction)[: len(packed)]
    family = b"\x00\x01" if address.version == 4 else b"\x00\x02"
    hidden = bytes(a ^ b for a, b in zip(packed, mask, strict=True))
    return family + (port ^ MAGIC_COOKIE >> 16).to_bytes(2, "big") + hidden


def error_code(code: int, reason: str) -> bytes:
    """Return the value of ERROR-CODE (RFC 8489 §14.8)."""
    return bytes((0, 0, code // 100, code % 100)) + reason.encode()


def _attribute(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value + b"\x00" * (-len(value) % 4)


def _header(message_type: int, size: int, transaction: bytes) -> bytes:
    return message_type.to_bytes(2, "big") + size.to_bytes(2, "big") + _COOKIE + transaction


def _fingerprint(covered: bytes) -> bytes:
    return (zlib.crc32(covered) ^ _FINGERPRINT_XOR).to_bytes(4, "big")
