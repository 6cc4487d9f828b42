"""Choosing one's own password and PIN, which nobody else then knows."""

from sqlalchemy import select, update

from consult_api import errors
from consult_api.directory.lifecycle import secrets
from consult_api.directory.lifecycle.pins import LIMIT
from consult_api.directory.lifecycle.sessions import end_all_but
from consult_api.directory.tables import PERSONS
from consult_api.request import Call, Surroundings
from wire.problems import Kind, Problem


async def prove_password(surroundings: Surroundings, credential: str | None, password: str) -> None:
    """Check the password of whoever is logged in, before the transaction that changes something by it.

    Raises:
        Problem: `session/expired`, `access/denied`, `session/wrong-password`, `session/too-many-attempts`.
    """
    database, now = surroundings.database, surroundings.clock.now()
    async with database.read() as connection:
        found = credential and await surroundings.identify(connection, credential, now, touch=False)
        if not found:
            raise errors.session_expired()
        if found.is_machine:
            raise errors.access_denied()
        kept = await connection.scalar(select(PERSONS.c.password_hash).where(PERSONS.c.id == found.actor_id))
    limits = {f"own:{found.actor_id}": LIMIT}
    if wait := await secrets.wait_for(database, limits, now):
        raise errors.too_many_attempts(int(wait.total_seconds()) + 1)
    if not await secrets.is_right(kept, password):
        await secrets.note_failure(database, limits, now)
        raise Problem("session/wrong-password", Kind.FORBIDDEN, "The present password is wrong.")


async def change_password(call: Call, new_password: str, credential: str | None) -> None:
    """Keep a new password of the actor's; their other sessions end."""
    hashed = await secrets.hash_secret(new_password)
    mine = PERSONS.c.id == call.actor.actor_id
    await call.connection.execute(update(PERSONS).where(mine).values(password_hash=hashed))
    await end_all_but(call.transaction, call.actor.actor_id, credential, call.now)
    await call.audit("U", "person.change_password", ("person", call.actor.actor_id))


async def change_pin(call: Call, new_pin: str) -> None:
    """Keep a new PIN of the actor's."""
    hashed = await secrets.hash_secret(new_pin)
    mine = PERSONS.c.id == call.actor.actor_id
    await call.connection.execute(update(PERSONS).where(mine).values(pin_hash=hashed))
    await call.audit("U", "person.change_pin", ("person", call.actor.actor_id))
