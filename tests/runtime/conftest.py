"""A database with the runtime's own tables."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import MetaData

from runtime.audit import AuditTables, audit_tables
from runtime.database import Database
from runtime.outbox import OutboxTables, outbox_tables


@dataclass(frozen=True)
class Store:
    database: Database
    outbox: OutboxTables
    audit: AuditTables


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    metadata = MetaData()
    outbox, audit = outbox_tables(metadata), audit_tables(metadata)
    database = Database.open(database_url, "runtime")
    async with database.write() as transaction:
        if database.dialect == "postgresql":
            await transaction.connection.exec_driver_sql("CREATE SCHEMA runtime")
        await transaction.connection.run_sync(metadata.create_all)
    yield Store(database, outbox, audit)
    await database.close()
