"""Kinds of institutions, the social credit code, credentials' validity, and how often a login may fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

_CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE_LENGTH = 18


class InstitutionKind(StrEnum):
    """What kind of place an institution is."""

    COUNTY_HOSPITAL = "county_hospital"
    TOWNSHIP_CENTRE = "township_centre"
    COMMUNITY_CENTRE = "community_centre"
    VILLAGE_ROOM = "village_room"
    EMERGENCY_CENTRE = "emergency_centre"
    ADMINISTRATION = "administration"


def is_social_credit_code(code: str) -> bool:
    """Check a unified social credit code's alphabet and check character (GB 32100-2015 §5, weights 3^i mod 31)."""
    if len(code) != _CREDIT_CODE_LENGTH or any(letter not in _CREDIT_CODE_ALPHABET for letter in code):
        return False
    total = sum(_CREDIT_CODE_ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(code[:-1]))
    return _CREDIT_CODE_ALPHABET[(31 - total % 31) % 31] == code[-1]


class CredentialFault(StrEnum):
    """Why somebody's licence doesn't let them answer and sign."""

    MISSING = "missing"
    UNVERIFIED = "unverified"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A practice certificate: its number, whether somebody saw the evidence, and its last valid day."""

    number: str
    verified: bool
    expires_on: date


def credential_fault(credentials: Sequence[Credential], today: date) -> CredentialFault | None:
    """Say why none of these credentials is good today, or None when one is."""
    if not credentials:
        return CredentialFault.MISSING
    verified = [credential for credential in credentials if credential.verified]
    if not verified:
        return CredentialFault.UNVERIFIED
    if all(credential.expires_on < today for credential in verified):
        return CredentialFault.EXPIRED
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLimit:
    """How many failures are free within a window, before each further try has to wait."""

    free: int
    window: timedelta
    pause: timedelta
    longest_pause: timedelta


def wait_after_failures(limit: AttemptLimit, failures: Sequence[datetime], now: datetime) -> timedelta:
    """How long to wait before the next try: nothing at first, then a pause that doubles, up to a longest one.

    Args:
        limit: the limit that applies.
        failures: when the tries failed, in any order; those outside the window don't count.
        now: the present time.

    Returns:
        Zero when a try is allowed now.
    """
    recent = sorted(at for at in failures if now - at < limit.window)
    if len(recent) < limit.free:
        return timedelta(0)
    doublings = min(len(recent) - limit.free, 16)
    pause = min(limit.pause * 2**doublings, limit.longest_pause)
    return max(timedelta(0), recent[-1] + pause - now)
