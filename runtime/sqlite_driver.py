"""How statements reach SQLite: each in one trip to the thread in which aiosqlite keeps the connection.

SQLAlchemy's own dialect makes four trips a statement (open a cursor, execute, fetch, close), each of them two hops
between threads. Ours sends one function that does all four, so that a statement costs one trip, and it doesn't roll
back what has ended already. Nothing else differs; `Database` opens its files by the name below.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    SQLiteDialect_aiosqlite,
)

DRIVER = "sqlite+one_trip"


class _Done(NamedTuple):
    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


_NOTHING_YET = _Done(None, -1, None, [])


class _Statement:
    """What SQLAlchemy expects of a driver's cursor, with the rows fetched by the trip that executed it."""

    arraysize = 1

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._done = _NOTHING_YET

    async def __aenter__(self) -> "_Statement":
        return self

    @property
    def description(self) -> Any:
        """The columns of the rows; None for a statement that returns none."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The row number that was inserted last."""
        return self._done.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement and fetch what it returns."""
        await self._run(lambda cursor: cursor.execute(operation, parameters))

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each set of parameters."""
        await self._run(lambda cursor: cursor.executemany(operation, parameters))

    async def fetchall(self) -> list[Any]:
        """Hand over the rows."""
        return self._done.rows

    def close(self) -> None:
        """The cursor was closed by the trip that opened it."""

    async def _run(self, work: Callable[[sqlite3.Cursor], object]) -> None:
        def trip() -> _Done:
            cursor = self._connection._conn.cursor()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            try:
                work(cursor)
                rows: list[Any] = cursor.fetchall() if cursor.description else []
                return _Done(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
            finally:
                cursor.close()

        self._done = await self._connection._execute(trip)  # noqa: SLF001 # pyright: ignore


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Statement(connection)

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor

    def rollback(self) -> None:
        if self._connection._connection and self._connection.in_transaction:  # noqa: SLF001
            super().rollback()


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arg, **kw).driver_connection)


class OneTripDialect(SQLiteDialect_aiosqlite):
    """SQLAlchemy's dialect for aiosqlite, with one trip a statement."""

    driver = "one_trip"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> AsyncAdapt_aiosqlite_dbapi:
        """Return the modules behind the dialect."""
        return _Driver(aiosqlite, sqlite3)


registry.register("sqlite.one_trip", __name__, OneTripDialect.__name__)
