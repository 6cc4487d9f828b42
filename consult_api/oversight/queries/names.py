"""Who an audit row means: a person, a machine or the platform; and which institution."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import PLATFORM
from consult_api.directory.queries import people
from consult_api.directory.tables import MACHINE_TOKENS
from consult_api.oversight.schemas import AuditActor


async def actors(connection: AsyncConnection, ids: Collection[str]) -> dict[str, AuditActor]:
    """Name these actors, by id; who isn't known any more keeps the id."""
    named = {
        key: AuditActor(id=key, name=person.name, kind="person")
        for key, person in (await people(connection, ids)).items()
    }
    query = select(MACHINE_TOKENS.c.id, MACHINE_TOKENS.c.name).where(MACHINE_TOKENS.c.id.in_(set(ids)))
    for row in await connection.execute(query):
        named[row[0]] = AuditActor(id=row[0], name=row[1], kind="machine")
    named[PLATFORM.actor_id] = AuditActor(id=PLATFORM.actor_id, name="", kind="platform")
    return {key: named.get(key, AuditActor(id=key, name=key, kind="machine")) for key in ids}
