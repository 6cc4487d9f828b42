"""Bringing a service's tables to the version that its code expects, with Alembic."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from runtime.database import Database
from wire.problems import Kind, Problem

LOCK = 0x6C69616E  # one migration at a time in one PostgreSQL database


def _configuration(scripts: Path) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return configuration


async def upgrade(database: Database, service: str, scripts: Path) -> None:
    """Migrate to the newest version, or do nothing; concurrent processes wait for one another."""

    def run(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{service}"')
        configuration = _configuration(scripts)
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")

    async with database.write() as transaction:
        await transaction.connection.run_sync(run)


async def check(database: Database, scripts: Path) -> None:
    """Make sure that the tables are of this code's version.

    Raises:
        Problem: `database/version` (unavailable).
    """
    expected = await asyncio.to_thread(
        lambda: ScriptDirectory.from_config(_configuration(scripts)).get_current_head()
    )
    async with database.read() as connection:
        found = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    if found != expected:
        raise Problem(
            "database/version",
            Kind.UNAVAILABLE,
            "The database is of another version than this program.",
            context={"expected": str(expected), "found": str(found)},
        )


def run_in_environment(metadata: MetaData) -> None:
    """Run the migrations on the connection that `upgrade` opened; each service's `env.py` calls this."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()
