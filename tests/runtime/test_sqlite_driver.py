"""Statements go to SQLite in one trip each, and come back as SQLAlchemy's own dialect would bring them."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from runtime.database import Database

ITEMS = Table(
    "items",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(40), unique=True),
    Column("bytes", LargeBinary),
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite:{tmp_path}", "items")
    async with database.write() as transaction:
        await transaction.connection.run_sync(ITEMS.metadata.create_all)
    yield database
    await database.close()


async def test_a_transaction_of_one_statement_makes_three_trips(database, caplog) -> None:
    with caplog.at_level(logging.DEBUG, logger="aiosqlite"):
        async with database.write() as transaction:
            await transaction.connection.execute(insert(ITEMS).values(name="a"))
    trips = [record for record in caplog.records if record.msg == "executing %s"]
    assert len(trips) == 3  # begin, the statement, commit; nothing is rolled back afterwards


async def test_a_block_that_raises_is_rolled_back(database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(insert(ITEMS).values(name="a"))
    with pytest.raises(ZeroDivisionError):
        async with database.write() as transaction:
            await transaction.connection.execute(insert(ITEMS).values(name="b"))
            raise ZeroDivisionError
    async with database.read() as connection:
        assert (await connection.execute(select(ITEMS.c.name))).scalars().all() == ["a"]


async def test_rows_keys_counts_and_returned_values_arrive(database) -> None:
    async with database.write() as transaction:
        first = await transaction.connection.execute(insert(ITEMS).values(name="a", bytes=b"\x00\xff"))
        assert first.inserted_primary_key == (1,)
        several = [{"name": "b"}, {"name": "c"}]
        assert (await transaction.connection.execute(insert(ITEMS), several)).rowcount == 2
        returned = await transaction.connection.execute(insert(ITEMS).values(name="d").returning(ITEMS.c.id))
        assert returned.scalar_one() == 4
        changed = await transaction.connection.execute(update(ITEMS).where(ITEMS.c.id > 2).values(bytes=b"x"))
        assert changed.rowcount == 2
        rows = (await transaction.connection.execute(select(ITEMS).order_by(ITEMS.c.id))).mappings().all()
        assert [row["name"] for row in rows] == ["a", "b", "c", "d"]
        assert rows[0]["bytes"] == b"\x00\xff"
        assert (await transaction.connection.execute(select(ITEMS).where(ITEMS.c.id == 9))).first() is None


async def test_rows_can_be_streamed(database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(insert(ITEMS), [{"name": str(n)} for n in range(200)])
    async with database.read() as connection:
        result = await connection.stream(select(ITEMS.c.id).order_by(ITEMS.c.id))
        assert [row.id async for row in result] == list(range(1, 201))


async def test_errors_are_those_of_the_database(database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(insert(ITEMS).values(name="a"))
    with pytest.raises(IntegrityError):
        async with database.write() as transaction:
            await transaction.connection.execute(insert(ITEMS).values(name="a"))
    with pytest.raises(OperationalError):
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))
