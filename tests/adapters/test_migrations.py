"""Each service's migrations, run on both kinds of database, make the tables that its code expects."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from consult_api import database as consult_api_database
from imaging.index import tables as imaging_tables
from runtime.database import Database
from runtime.migrations import check, upgrade
from server.composition import MIGRATIONS
from wire.problems import Problem

METADATA = {"consult_api": consult_api_database.METADATA, "imaging": imaging_tables.metadata}


@pytest.fixture(params=sorted(MIGRATIONS))
async def service(request, database_url):
    database = Database.open(database_url, request.param)
    yield request.param, database
    await database.close()


async def test_migrations_make_exactly_the_tables_of_the_code(service):
    name, database = service
    await upgrade(database, name, MIGRATIONS[name])

    def differences(connection):
        def of_this_service(_object, table, kind, _reflected, _other):
            return kind != "table" or table != "alembic_version"

        context = MigrationContext.configure(
            connection, opts={"include_object": of_this_service, "compare_type": True}
        )
        return compare_metadata(context, METADATA[name])

    async with database.read() as connection:
        assert not await connection.run_sync(differences)


async def test_migrating_twice_changes_nothing(service):
    name, database = service
    await upgrade(database, name, MIGRATIONS[name])
    await upgrade(database, name, MIGRATIONS[name])
    await check(database, MIGRATIONS[name])


async def test_a_database_that_was_never_migrated_is_not_ready(service):
    name, database = service
    async with database.write() as transaction:
        if database.dialect == "postgresql":
            await transaction.connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    with pytest.raises(Problem, match="database/version"):
        await check(database, MIGRATIONS[name])


def test_every_service_that_migrates_is_compared_here():
    assert sorted(METADATA) == sorted(MIGRATIONS)
