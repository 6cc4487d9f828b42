"""The lite side of ICE (RFC 8445 §2.5): answer checks, follow the nomination, notice silence.

Pure: a parsed message and its source in, an answer and a decision out. Both the present and, for a few
seconds after a restart, the previous credentials are good, so that a browser that restarts keeps its media
flowing (RFC 8445 §9).
"""

import secrets
import string
from dataclasses import dataclass

from media.transport import stun

_ICE_CHARACTERS = string.ascii_letters + string.digits
PREVIOUS_KEPT_S = 10.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name fragment and a password (RFC 8445 §5.3: at least 24 and 128 bits of randomness)."""

    ufrag: str
    password: str

    @staticmethod
    def new() -> "Credentials":
        """Draw fresh ones: 8 and 24 characters of 5.95 bits."""
        return Credentials(_draw(8), _draw(24))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What follows from a message.

    Attributes:
        answer: to be sent back to where the message came from; None: stay silent.
        accepted: the sender knows a password of ours: its address belongs to this peer.
        nominated: media shall go to that address from now on.
    """

    answer: bytes | None = None
    accepted: bool = False
    nominated: bool = False


class IceLite:
    """One connection's ICE state."""

    __slots__ = ("_last_check", "_previous", "_previous_until", "credentials")

    def __init__(self) -> None:
        self.credentials = Credentials.new()
        self._previous: Credentials | None = None
        self._previous_until = 0.0
        self._last_check: float | None = None

    def restart(self, now: float) -> Credentials:
        """Return new credentials; the old ones stay good for a while."""
        self._previous, self._previous_until = self.credentials, now + PREVIOUS_KEPT_S
        self.credentials = Credentials.new()
        return self.credentials

    def expired(self, now: float) -> Credentials | None:
        """Return the previous credentials once, when their time is over."""
        if self._previous is None or now < self._previous_until:
            return None
        previous, self._previous = self._previous, None
        return previous

    def ufrags(self) -> list[str]:
        """Return the fragments by which messages for this connection are known."""
        return [known.ufrag for known in self._known()]

    def silent_s(self, now: float) -> float | None:
        """Return the seconds since the last good check (RFC 7675), None before the first."""
        return None if self._last_check is None else now - self._last_check

    def receive(self, message: stun.StunMessage, host: str, port: int, now: float) -> CheckResult:
        """Judge a message that names one of our fragments (RFC 8445 §7.3)."""
        if message.message_type != stun.BINDING_REQUEST:
            return CheckResult()
        password = next(
            (known.password for known in self._known() if message.local_username == known.ufrag), None
        )
        if password is None or not message.integrity_holds(password):
            return CheckResult()
        if message.unknown_required:
            unknown = b"".join(kind.to_bytes(2, "big") for kind in message.unknown_required)
            return CheckResult(
                answer=_error(message, 420, "Unknown Attribute", password, (stun.UNKNOWN_ATTRIBUTES, unknown))
            )
        if stun.ICE_CONTROLLED in message.attributes:  # §7.3.1.1: a lite agent never controls
            return CheckResult(answer=_error(message, 487, "Role Conflict", password))
        self._last_check = now
        mapped = stun.xor_address(host, port, message.transaction)
        answer = stun.write(
            stun.BINDING_SUCCESS,
            message.transaction,
            [(stun.XOR_MAPPED_ADDRESS, mapped)],
            password=password,
        )
        return CheckResult(answer=answer, accepted=True, nominated=stun.USE_CANDIDATE in message.attributes)

    def _known(self) -> list[Credentials]:
        return [self.credentials] if self._previous is None else [self.credentials, self._previous]


def _draw(length: int) -> str:
    return "".join(secrets.choice(_ICE_CHARACTERS) for _ in range(length))


def _error(
    message: stun.StunMessage, code: int, reason: str, password: str, *more: tuple[int, bytes]
) -> bytes:
    attributes = [(stun.ERROR_CODE, stun.error_code(code, reason)), *more]
    return stun.write(stun.BINDING_ERROR, message.transaction, attributes, password=password)
