"""The ES256 key that signs room tickets (RFC 7518 §3.4), made at first use and shared by all processes.

Who may enter a room is decided by whoever asks for the signature.
"""

import json
from datetime import datetime

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from consult_api.directory.tables import TICKET_KEYS
from runtime.database import Database, Transaction
from wire.clinical import TicketKeys, TicketKeysQuestion
from wire.identifiers import new_id
from wire.tickets import JOIN_AUDIENCE, JOIN_LIFETIME_S, JoinTicket, RoomRole

_FIRST = "1"


async def ensure_key(transaction: Transaction, now: datetime) -> None:
    """Make the key unless there is one."""
    dialect = transaction.connection.dialect.name
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    if await transaction.connection.scalar(select(TICKET_KEYS.c.kid).limit(1)) is None:
        key = ECKey.generate_key("P-256", {"kid": _FIRST, "use": "sig", "alg": "ES256"}, private=True)
        text = json.dumps(key.as_dict(private=True))
        await transaction.connection.execute(
            build(TICKET_KEYS).values(kid=_FIRST, private_jwk=text, created_at=now).on_conflict_do_nothing()
        )


async def signing_key(transaction: Transaction) -> ECKey:
    """The newest key, with its private part."""
    query = select(TICKET_KEYS.c.private_jwk).order_by(TICKET_KEYS.c.created_at.desc()).limit(1)
    text: str = (await transaction.connection.execute(query)).scalar_one()
    return ECKey.import_key(json.loads(text))


async def sign_ticket(
    transaction: Transaction, *, room_id: str, person_id: str, name: str, role: RoomRole, now: datetime
) -> str:
    """Sign a ticket that lets this person into this room once, within the next minute."""
    issued = int(now.timestamp())
    claims = JoinTicket(
        aud=JOIN_AUDIENCE,
        sub=person_id,
        name=name,
        room=room_id,
        role=role,
        jti=new_id(),
        iat=issued,
        exp=issued + JOIN_LIFETIME_S,
    )
    key = await signing_key(transaction)
    header = {"alg": "ES256", "kid": key.kid, "typ": "JWT"}
    return jwt.encode(header, claims.model_dump(), key, algorithms=["ES256"])


class TicketKeyAnswers:
    """Answers which public keys sign room tickets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, _question: TicketKeysQuestion) -> TicketKeys:
        """Give the public parts of all keys."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(TICKET_KEYS.c.private_jwk))).scalars().all()
        keys = KeySet([ECKey.import_key(json.loads(text)) for text in rows])
        return TicketKeys(jwks=json.dumps(keys.as_dict(private=False)))
