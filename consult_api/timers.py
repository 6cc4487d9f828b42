"""Clocks that survive a restart: rows that fall due once, whoever is running then.

A timer is unique by aggregate, kind and epoch; starting it again moves it. `TimerWorker` fires what is due,
each in a transaction of its own with the change it causes, so that it happens once even with several processes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Column, Index, Integer, String, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from consult_api.database import METADATA
from runtime.clock import Clock
from runtime.database import Database, Transaction, UtcDateTime

LONGEST_WAIT_S = 1.0
AT_ONCE = 50

log = structlog.get_logger()

TIMERS = Table(
    "timers",
    METADATA,
    Column("aggregate", String(60), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index("ix_timers_due", "done_at", "due_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A clock that has fallen due. `aggregate` is `consult/ID`, `kind` what is due, `epoch` which time."""

    aggregate: str
    kind: str
    epoch: int


async def start(transaction: Transaction, timer: Timer, due_at: datetime) -> None:
    """Start a timer, or move it; one that has fired stays fired."""
    build = postgresql.insert if transaction.connection.dialect.name == "postgresql" else sqlite.insert
    statement = build(TIMERS).values(
        aggregate=timer.aggregate, kind=timer.kind, epoch=timer.epoch, due_at=due_at
    )
    await transaction.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[TIMERS.c.aggregate, TIMERS.c.kind, TIMERS.c.epoch],
            set_={"due_at": due_at},
            where=TIMERS.c.done_at.is_(None),
        )
    )


async def stop(transaction: Transaction, aggregate: str, kinds: Collection[str], now: datetime) -> None:
    """Stop these timers of an aggregate; those that have fired stay as they are."""
    await transaction.connection.execute(
        update(TIMERS)
        .where(TIMERS.c.aggregate == aggregate, TIMERS.c.kind.in_(kinds), TIMERS.c.done_at.is_(None))
        .values(done_at=now)
    )


Fire = Callable[[Transaction, Timer], Awaitable[None]]


class TimerWorker:
    """Fires timers; `actions` says what the kinds of aggregate do, by the part before the slash."""

    def __init__(self, database: Database, clock: Clock, actions: Mapping[str, Fire]) -> None:
        self._database = database
        self._clock = clock
        self.actions = actions
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Fire what falls due until stopped."""
        while not self._stopping.is_set():
            if await self.fire_due() == 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_WAIT_S):
                        await self._stopping.wait()

    def stop(self) -> None:
        """Finish the timer at hand and return from `run`."""
        self._stopping.set()

    async def fire_due(self) -> int:
        """Fire what is due now; return how many fired."""
        now = self._clock.now()
        due = (
            select(TIMERS.c.aggregate, TIMERS.c.kind, TIMERS.c.epoch)
            .where(TIMERS.c.done_at.is_(None), TIMERS.c.due_at <= now)
            .order_by(TIMERS.c.due_at)
            .limit(AT_ONCE)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(due)).all()
        return sum(
            [await self._fire(Timer(aggregate=row[0], kind=row[1], epoch=row[2]), now) for row in rows]
        )

    async def _fire(self, timer: Timer, now: datetime) -> int:
        async with self._database.write() as transaction:
            claim = (
                update(TIMERS)
                .where(
                    TIMERS.c.aggregate == timer.aggregate,
                    TIMERS.c.kind == timer.kind,
                    TIMERS.c.epoch == timer.epoch,
                    TIMERS.c.done_at.is_(None),
                    TIMERS.c.due_at <= now,
                )
                .values(done_at=now)
            )
            if (await transaction.connection.execute(claim)).rowcount != 1:
                return 0
            await self.actions[timer.aggregate.partition("/")[0]](transaction, timer)
        log.info("timer_fired", aggregate=timer.aggregate, kind=timer.kind)
        return 1
