"""Join tickets: ES256 JSON Web Tokens of the clinical service, each good for one join (RFC 7519, RFC 7515).

The public keys are asked over the bus and kept; an unknown key asks again, at most every few seconds.
"""

import json

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import TypeAdapter, ValidationError

from runtime.bus import Bus
from runtime.clock import Clock
from signaling import errors
from signaling.settings import SignalingSettings
from wire.clinical import TicketKeys, TicketKeysQuestion
from wire.problems import Problem
from wire.room import DisplayName, Identifier
from wire.tickets import JOIN_AUDIENCE, JoinTicket

ALGORITHM = "ES256"
KEYS_KEPT_S = 600.0
KEYS_ASKED_AGAIN_S = 5.0

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
_NAME: TypeAdapter[str] = TypeAdapter(DisplayName)


class TicketGate:
    """Lets each valid ticket in once."""

    def __init__(self, bus: Bus, clock: Clock, settings: SignalingSettings) -> None:
        self._bus = bus
        self._timeout_s = settings.keys_timeout_s
        self._clock = clock
        self._opened_at = int(clock.now().timestamp())
        self._keys: KeySet | None = None
        self._asked_s = 0.0
        self._used: dict[str, int] = {}

    async def admit(self, token: str) -> JoinTicket:
        """Return what the ticket says and mark it as used.

        Raises:
            Problem: `ticket/invalid`, `ticket/foreign`, `ticket/expired`, `ticket/used` or
                `ticket/keys-unavailable`.
        """
        ticket = self._read(await self._claims(token))
        now = int(self._clock.now().timestamp())
        if ticket.exp <= now:
            raise errors.ticket_expired()
        # What was used before this process began isn't known any more; such tickets are old by now.
        if ticket.jti in self._used or ticket.iat < self._opened_at:
            raise errors.ticket_used()
        self._used = {jti: expiry for jti, expiry in self._used.items() if expiry > now}
        self._used[ticket.jti] = ticket.exp
        return ticket

    async def _claims(self, token: str) -> dict[str, object]:
        for attempt_asks in (False, True):
            keys = await self._current_keys(ask=attempt_asks)
            try:
                return dict(jwt.decode(token, keys, algorithms=[ALGORITHM]).claims)
            except (JoseError, ValueError):
                continue
        raise errors.ticket_invalid()

    async def _current_keys(self, *, ask: bool) -> KeySet:
        elapsed_s = self._clock.monotonic() - self._asked_s
        fresh_s = KEYS_ASKED_AGAIN_S if ask else KEYS_KEPT_S
        if self._keys is None or elapsed_s >= fresh_s:
            try:
                answer = await self._bus.ask(TicketKeysQuestion(), TicketKeys, timeout_s=self._timeout_s)
            except Problem as problem:
                if self._keys is not None:
                    return self._keys
                raise errors.keys_unavailable() from problem
            self._keys = KeySet.import_key_set(json.loads(answer.jwks))
            self._asked_s = self._clock.monotonic()
        return self._keys

    def _read(self, claims: dict[str, object]) -> JoinTicket:
        if claims.get("aud") != JOIN_AUDIENCE:
            raise errors.ticket_foreign()
        try:
            ticket = JoinTicket.model_validate(claims)
            _IDENTIFIER.validate_python(ticket.sub)
            _IDENTIFIER.validate_python(ticket.room)
            _NAME.validate_python(ticket.name)
        except ValidationError as error:
            raise errors.ticket_invalid() from error
        return ticket
