"""The PIN that signs: asked again at the moment of signing, limited, and never kept in the clear."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from consult_api import errors
from consult_api.directory.lifecycle import secrets
from consult_api.directory.rules import AttemptLimit
from consult_api.directory.tables import PERSONS
from consult_api.request import Surroundings
from wire.problems import Kind, Problem

LIMIT = AttemptLimit(
    free=5, window=timedelta(hours=1), pause=timedelta(seconds=30), longest_pause=timedelta(minutes=15)
)


@dataclass(frozen=True, slots=True)
class PinProof:
    """This person has just given their PIN. `none` for events that need no PIN."""

    person_id: str | None


async def prove(
    surroundings: Surroundings, credential: str | None, pin: str, *, area: str = "consult"
) -> PinProof:
    """Check the PIN of whoever is logged in. `area` is what it is given for, the first half of the refusals.

    Raises:
        Problem: `session/expired`, `access/denied`, `consult/wrong-pin`, `consult/no-pin`, `session/too-many-attempts`.
    """
    database, now = surroundings.database, surroundings.clock.now()
    async with database.read() as connection:
        found = credential and await surroundings.identify(connection, credential, now, touch=False)
        if not found:
            raise errors.session_expired()
        if found.is_machine:
            raise errors.access_denied()
        kept = await connection.scalar(select(PERSONS.c.pin_hash).where(PERSONS.c.id == found.actor_id))
    if kept is None:
        raise Problem(f"{area}/no-pin", Kind.FORBIDDEN, "You have no PIN yet; choose one in your account.")
    limits = {f"pin:{found.actor_id}": LIMIT}
    if wait := await secrets.wait_for(database, limits, now):
        raise errors.too_many_attempts(int(wait.total_seconds()) + 1)
    if not await secrets.is_right(kept, pin):
        await secrets.note_failure(database, limits, now)
        raise Problem(f"{area}/wrong-pin", Kind.FORBIDDEN, "The PIN is wrong.")
    return PinProof(found.actor_id)
