"""One service's database: SQLite in a file of its own, or a schema of its own in PostgreSQL.

SQLite runs with a write-ahead log and `synchronous=FULL`, one writer at a time, so that a commit is on the disk
when it returns. Services never share tables; ids cross between them, foreign keys don't.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from runtime.sqlite_driver import DRIVER
from wire.problems import Kind, Problem

POOL_SIZE = 10
SQLITE_BUSY_MS = 10_000

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite knows no time zones, so they are taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, turn others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Transaction:
    """A transaction under way, and what is to happen once it has been committed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._gathered: dict[str, tuple[Callable[[list[Any]], Awaitable[None]], list[Any]]] = {}
        self._after: list[Callable[[], Awaitable[None]]] = []

    def gather(self, kind: str, item: T, write: Callable[[list[T]], Awaitable[None]]) -> None:
        """Keep an item of a kind until just before the commit, when `write` gets all of the kind in their order.

        For what only ever grows and is read by nobody within the transaction.
        """
        self._gathered.setdefault(kind, (write, []))[1].append(item)

    async def write_gathered(self) -> None:
        """Write what was gathered; `Database.write` calls it before it commits."""
        while self._gathered:
            write, items = self._gathered.pop(next(iter(self._gathered)))
            await write(items)

    @asynccontextmanager
    async def attempt(self) -> AsyncGenerator[None]:
        """Try something within the transaction: when the block raises, all that it did is taken back, and only that.

        What it gathered and what was to happen after the commit goes with it.
        """
        gathered = {kind: (write, list(items)) for kind, (write, items) in self._gathered.items()}
        after = list(self._after)
        try:
            async with self.connection.begin_nested():
                yield
        except BaseException:
            self._gathered, self._after = gathered, after
            raise

    def after_commit(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` after the commit, never on rollback. It must not matter if the process dies before."""
        self._after.append(callback)

    async def run_after_commit(self) -> None:
        """Run the callbacks in the order they came."""
        for callback in self._after:
            await callback()


def driver_url(url: str, service: str) -> str:
    """Turn `sqlite:FOLDER` or `postgresql://…` into the URL of the driver in use.

    Raises:
        Problem: `settings/database-url` for any other scheme.
    """
    if url.startswith("sqlite:"):
        folder = Path(url.removeprefix("sqlite:"))
        return f"{DRIVER}:///{folder / service}.sqlite3"
    if re.match(r"postgresql(\+psycopg)?://", url):
        return re.sub(r"^postgresql(\+psycopg)?://", "postgresql+psycopg://", url)
    raise Problem(
        "settings/database-url", Kind.INVALID, "DATABASE_URL must begin with sqlite: or postgresql://."
    )


class Database:
    """The connections of one service to its own tables."""

    def __init__(self, engine: AsyncEngine, dialect: Literal["sqlite", "postgresql"]) -> None:
        self.engine = engine
        self.dialect = dialect
        self._writing = asyncio.Lock()

    @classmethod
    def open(cls, url: str, service: str) -> "Database":
        """Prepare the connections; nothing is contacted yet.

        Args:
            url: `sqlite:FOLDER` (a file `SERVICE.sqlite3` in it) or `postgresql://…` (a schema named `service`).
            service: the service that owns the tables.
        """
        address = driver_url(url, service)
        if make_url(address).get_backend_name() == "sqlite":
            Path(url.removeprefix("sqlite:")).mkdir(parents=True, exist_ok=True)
            engine = create_async_engine(address, pool_size=POOL_SIZE, hide_parameters=True)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
            return cls(engine, "sqlite")
        engine = create_async_engine(
            address,
            pool_size=POOL_SIZE,
            max_overflow=POOL_SIZE,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": f"-csearch_path={service}"},
        )
        return cls(engine, "postgresql")

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """Read; nothing is kept of what might be written."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Transaction]:
        """Do one transaction: committed when the block ends, rolled back when it raises.

        On SQLite writers take turns, so that none of them waits on a lock inside the database.

        Raises:
            Problem: `storage/full` when the disk is full; nothing of the transaction remains then.
        """
        try:
            async with self._turn(), self.engine.connect() as plain:
                transaction = Transaction(await plain.execution_options(lianzhen_write=True))
                yield transaction
                await transaction.write_gathered()
                await transaction.connection.commit()
        except OperationalError as error:
            if "full" in str(error.orig).lower():
                raise Problem("storage/full", Kind.STORAGE_FULL, "The database's disk is full.") from error
            raise
        await transaction.run_after_commit()

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        if self.dialect == "sqlite":
            async with self._writing:
                yield
        else:
            yield

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction control begins too late (after the first read); `_begin_sqlite` does it.
    connection.isolation_level = None  # pyright: ignore[reportAttributeAccessIssue]
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("lianzhen_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
