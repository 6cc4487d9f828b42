import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from runtime.database import Database, UtcDateTime, driver_url
from wire.problems import Problem

METADATA = MetaData()
NOTES = Table(
    "notes", METADATA, Column("id", Integer, primary_key=True), Column("at", UtcDateTime, nullable=False)
)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str):
    database = Database.open(database_url, "notes")
    async with database.write() as transaction:
        if database.dialect == "postgresql":
            await transaction.connection.exec_driver_sql("CREATE SCHEMA notes")
        await transaction.connection.run_sync(METADATA.create_all)
    yield database
    await database.close()


async def count(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(NOTES))).scalar_one()


async def test_finished_block_is_committed(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))
    assert await count(database) == 1


async def test_raising_block_leaves_nothing_and_runs_no_callback(database: Database) -> None:
    ran: list[str] = []

    async def callback() -> None:
        ran.append("after")

    with pytest.raises(RuntimeError, match="no"):
        async with database.write() as transaction:
            transaction.after_commit(callback)
            await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))
            raise RuntimeError("no")
    assert await count(database) == 0
    assert ran == []


async def test_a_failed_attempt_is_taken_back_alone_with_what_it_gathered(database: Database) -> None:
    written: list[list[str]] = []
    ran: list[str] = []

    async def write(items: list[str]) -> None:
        written.append(items)

    def callback(name: str) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            ran.append(name)

        return run

    async with database.write() as transaction:
        for number, fails in ((1, False), (2, True), (3, False)):
            with contextlib.suppress(RuntimeError):
                async with transaction.attempt():
                    await transaction.connection.execute(insert(NOTES).values(id=number, at=NOON))
                    transaction.gather("notes", str(number), write)
                    transaction.after_commit(callback(str(number)))
                    if fails:
                        raise RuntimeError
    async with database.read() as connection:
        kept = (await connection.execute(select(NOTES.c.id).order_by(NOTES.c.id))).scalars().all()
    assert (kept, written, ran) == ([1, 3], [["1", "3"]], ["1", "3"])


async def test_an_attempt_within_a_failed_attempt_goes_with_it(database: Database) -> None:
    async with database.write() as transaction:
        with pytest.raises(RuntimeError):
            async with transaction.attempt():
                async with transaction.attempt():
                    await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))
                raise RuntimeError
    assert await count(database) == 0


async def test_callbacks_run_after_the_commit_in_order(database: Database) -> None:
    seen: list[tuple[str, int]] = []

    def noting(name: str):
        async def callback() -> None:
            seen.append((name, await count(database)))

        return callback

    async with database.write() as transaction:
        transaction.after_commit(noting("first"))
        transaction.after_commit(noting("second"))
        await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))
    assert seen == [("first", 1), ("second", 1)]


async def test_cancelled_block_is_rolled_back_and_the_next_writer_goes_on(database: Database) -> None:
    inside = asyncio.Event()

    async def write_forever() -> None:
        async with database.write() as transaction:
            await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))
            inside.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_forever())
    await inside.wait()
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    async with database.write() as transaction:
        await transaction.connection.execute(insert(NOTES).values(id=2, at=NOON))
    assert await count(database) == 1


async def test_writers_that_read_first_lose_no_update(database: Database) -> None:
    async with database.write() as transaction:
        await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON))

    async def push_on() -> None:
        async with database.write() as transaction:
            query = select(NOTES.c.at).where(NOTES.c.id == 1).with_for_update()
            at = (await transaction.connection.execute(query)).scalar_one()
            await transaction.connection.execute(NOTES.update().values(at=at + timedelta(minutes=1)))

    await asyncio.gather(*(push_on() for _ in range(20)))
    async with database.read() as connection:
        assert (await connection.execute(select(NOTES.c.at))).scalar_one() == NOON + timedelta(minutes=20)


async def test_times_come_back_aware_in_utc_whatever_zone_they_came_in(database: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    async with database.write() as transaction:
        await transaction.connection.execute(insert(NOTES).values(id=1, at=NOON.astimezone(beijing)))
    async with database.read() as connection:
        at = (await connection.execute(select(NOTES.c.at))).scalar_one()
    assert at == NOON
    assert at.utcoffset() == timedelta(0)


async def test_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with database.write() as transaction:
            await transaction.connection.execute(insert(NOTES).values(id=1, at=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_sqlite_is_durable_at_commit(sqlite_url: str) -> None:
    database = Database.open(sqlite_url, "notes")
    async with database.read() as connection:
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar_one() == 2
        assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one() == "wal"
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar_one() == 1
    await database.close()


def test_unknown_database_scheme_is_a_typed_problem() -> None:
    with pytest.raises(Problem) as caught:
        driver_url("mysql://somewhere/x", "notes")
    assert caught.value.code == "settings/database-url"
