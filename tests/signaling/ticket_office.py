"""The clinical service's part in joining a room: it signs tickets, and answers for the keys."""

import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from runtime.clock import Clock
from wire.clinical import TicketKeys, TicketKeysQuestion
from wire.identifiers import new_id
from wire.tickets import JOIN_AUDIENCE, JOIN_LIFETIME_S


class TicketOffice:
    """Signs join tickets as the clinical service does, and answers for the keys on the bus."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.key = self._new_key()

    @staticmethod
    def _new_key() -> ECKey:
        return ECKey.generate_key("P-256", {"kid": new_id(), "use": "sig", "alg": "ES256"}, private=True)

    def change_key(self) -> None:
        self.key = self._new_key()

    async def keys(self, _: TicketKeysQuestion) -> TicketKeys:
        return TicketKeys(jwks=json.dumps(KeySet([self.key]).as_dict(private=False)))

    def ticket(self, person: str = "doctor", *, key: ECKey | None = None, **changed: Any) -> str:
        now = int(self._clock.now().timestamp())
        claims = {
            "aud": JOIN_AUDIENCE,
            "sub": person,
            "name": person,
            "room": "room-1",
            "role": "requester",
            "jti": new_id(),
            "iat": now,
            "exp": now + JOIN_LIFETIME_S,
        }
        key = key or self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid}, {**claims, **changed}, key)
