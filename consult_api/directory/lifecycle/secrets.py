"""Passwords and PINs: Argon2id, verified off the event loop and in the same time for nobody as for somebody."""

import asyncio
from datetime import datetime, timedelta

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select

from consult_api.directory.rules import AttemptLimit, wait_after_failures
from consult_api.directory.tables import FAILED_ATTEMPTS
from runtime.database import Database
from wire.identifiers import new_id

# The first parameters of OWASP's Password Storage Cheat Sheet for Argon2id: 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
REMEMBERED_FOR = timedelta(hours=1)  # no limit's window is longer
_NOBODY = _HASHER.hash("nobody has this password")


async def hash_secret(secret: str) -> str:
    """Hash a password or PIN for keeping."""
    return await asyncio.to_thread(_HASHER.hash, secret)


async def is_right(kept_hash: str | None, secret: str) -> bool:
    """Whether the secret is the one that was hashed; takes as long when there is no hash."""

    def verify() -> bool:
        try:
            return _HASHER.verify(kept_hash or _NOBODY, secret) and kept_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


async def wait_for(database: Database, limits: dict[str, AttemptLimit], now: datetime) -> timedelta:
    """How long to wait before the next try, the longest of these subjects' waits."""
    longest = max(limit.window for limit in limits.values())
    query = select(FAILED_ATTEMPTS.c.subject, FAILED_ATTEMPTS.c.at).where(
        FAILED_ATTEMPTS.c.subject.in_(limits), FAILED_ATTEMPTS.c.at > now - longest
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return max(
        wait_after_failures(limit, [row[1] for row in rows if row[0] == subject], now)
        for subject, limit in limits.items()
    )


async def note_failure(database: Database, limits: dict[str, AttemptLimit], now: datetime) -> None:
    """Count a failed try against these subjects, and forget what is too old to count."""
    async with database.write() as transaction:
        await transaction.connection.execute(
            delete(FAILED_ATTEMPTS).where(FAILED_ATTEMPTS.c.at <= now - REMEMBERED_FOR)
        )
        for subject in limits:
            await transaction.connection.execute(
                insert(FAILED_ATTEMPTS).values(id=new_id(), subject=subject, at=now)
            )
