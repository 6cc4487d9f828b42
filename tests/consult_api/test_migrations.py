"""The migrations make exactly the tables that the code declares, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table

from consult_api import request, timers
from consult_api.access import GRANTS
from consult_api.database import METADATA
from consult_api.service import MIGRATIONS, NAME
from runtime.database import Database
from runtime.migrations import check, upgrade

DECLARED_BESIDE_THE_FEATURES = (GRANTS, request.ANSWERED_REQUESTS, timers.TIMERS)


async def test_the_migrated_tables_are_those_of_the_code(database_url: str) -> None:
    database = Database.open(database_url, NAME)
    await upgrade(database, NAME, MIGRATIONS)
    await upgrade(database, NAME, MIGRATIONS)
    await check(database, MIGRATIONS)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [
            found
            for found in compare_metadata(context, METADATA)
            if not (
                found[0] == "remove_table"
                and isinstance(found[1], Table)
                and found[1].name == "alembic_version"
            )
        ]

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    assert {table.name for table in DECLARED_BESIDE_THE_FEATURES} <= set(METADATA.tables)
    await database.close()
