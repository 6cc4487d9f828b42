"""SRTP and SRTCP (RFC 3711, RFC 7714) for one peer, by libsrtp.

Preferred is AEAD_AES_128_GCM. The sending session refuses a repeated packet index: what is sent again is sent
as the same bytes, never encrypted a second time.
"""

from dataclasses import dataclass
from typing import cast

import pylibsrtp

LONGEST_PLAINTEXT_BYTES = 1356
"""The most that pylibsrtp's buffer of 1,500 takes besides libsrtp's longest trailer."""

LONGEST_DATAGRAM_BYTES = 1500
_WINDOW_PACKETS = 1024

_GCM = cast("int", pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM)  # pyright: ignore[reportUnknownMemberType]
_CM = cast("int", pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80)  # pyright: ignore[reportUnknownMemberType]
_INBOUND = cast("int", pylibsrtp.Policy.SSRC_ANY_INBOUND)  # pyright: ignore[reportUnknownMemberType]
_OUTBOUND = cast("int", pylibsrtp.Policy.SSRC_ANY_OUTBOUND)  # pyright: ignore[reportUnknownMemberType]


@dataclass(frozen=True, slots=True, kw_only=True)
class SrtpProfile:
    """A protection profile of RFC 5764 §4.1.2 or RFC 7714 §14.2."""

    openssl_name: bytes
    libsrtp_number: int
    key_bytes: int
    salt_bytes: int


AEAD_AES_128_GCM = SrtpProfile(
    openssl_name=b"SRTP_AEAD_AES_128_GCM",
    libsrtp_number=_GCM,
    key_bytes=16,
    salt_bytes=12,
)
AES128_CM_SHA1_80 = SrtpProfile(
    openssl_name=b"SRTP_AES128_CM_SHA1_80",
    libsrtp_number=_CM,
    key_bytes=16,
    salt_bytes=14,
)
PROFILES = (AEAD_AES_128_GCM, AES128_CM_SHA1_80)
"""In the order of preference; the second is the one that RFC 8827 §6.5 obliges everybody to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SrtpKeys:
    """Master keys with their salts appended; `receive` is the client's, `send` the server's."""

    profile: SrtpProfile
    receive: bytes
    send: bytes


def split_keys(profile: SrtpProfile, material: bytes) -> SrtpKeys:
    """Cut the exported material (RFC 5764 §4.2): client key, server key, client salt, server salt."""
    keys, salts = profile.key_bytes, 2 * profile.key_bytes
    return SrtpKeys(
        profile=profile,
        receive=material[:keys] + material[salts : salts + profile.salt_bytes],
        send=material[keys:salts] + material[salts + profile.salt_bytes : salts + 2 * profile.salt_bytes],
    )


class SrtpError(Exception):
    """The packet isn't authentic, is a replay, or doesn't fit."""


class SrtpSession:
    """Both directions of one peer's media."""

    __slots__ = ("_receiving", "_sending")

    def __init__(self, keys: SrtpKeys) -> None:
        self._receiving = _session(keys.profile, keys.receive, _INBOUND)
        self._sending = _session(keys.profile, keys.send, _OUTBOUND)

    def unprotect(self, datagram: bytes) -> bytes:
        """Return the authentic RTP packet.

        Raises:
            SrtpError: it isn't.
        """
        try:
            return self._receiving.unprotect(datagram)
        except (pylibsrtp.Error, ValueError) as refused:
            raise SrtpError(str(refused)) from refused

    def unprotect_rtcp(self, datagram: bytes) -> bytes:
        """Return the authentic RTCP compound.

        Raises:
            SrtpError: it isn't.
        """
        try:
            return self._receiving.unprotect_rtcp(datagram)
        except (pylibsrtp.Error, ValueError) as refused:
            raise SrtpError(str(refused)) from refused

    def protect(self, packet: bytes) -> bytes:
        """Return the datagram for an RTP packet of at most `LONGEST_PLAINTEXT_BYTES`.

        Raises:
            SrtpError: too long, or its index was used before.
        """
        try:
            return self._sending.protect(packet)
        except (pylibsrtp.Error, ValueError) as refused:
            raise SrtpError(str(refused)) from refused

    def protect_rtcp(self, compound: bytes) -> bytes:
        """Return the datagram for an RTCP compound.

        Raises:
            SrtpError: too long.
        """
        try:
            return self._sending.protect_rtcp(compound)
        except (pylibsrtp.Error, ValueError) as refused:
            raise SrtpError(str(refused)) from refused


def _session(profile: SrtpProfile, key: bytes, direction: int) -> pylibsrtp.Session:
    policy = pylibsrtp.Policy(key=key, ssrc_type=direction, srtp_profile=profile.libsrtp_number)
    policy.window_size = _WINDOW_PACKETS
    return pylibsrtp.Session(policy)
