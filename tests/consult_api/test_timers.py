"""Timers fire once, when they are due, also after an accident."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from manual_clock import ManualClock

from consult_api import timers
from consult_api.service import MIGRATIONS, NAME
from consult_api.timers import Timer, TimerWorker
from runtime.database import Database, Transaction
from runtime.migrations import upgrade


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.open(database_url, NAME)
    await upgrade(database, NAME, MIGRATIONS)
    yield database
    await database.close()


class Bell:
    """What a timer does; it may fail."""

    def __init__(self) -> None:
        self.rung: list[Timer] = []
        self.broken = False

    async def __call__(self, _transaction: Transaction, timer: Timer) -> None:
        if self.broken:
            raise OSError("the bell is broken")
        self.rung.append(timer)


async def start(database: Database, clock: ManualClock, timer: Timer, seconds: int) -> None:
    async with database.write() as transaction:
        await timers.start(transaction, timer, clock.now() + timedelta(seconds=seconds))


async def test_a_timer_fires_once_when_it_is_due(database: Database, clock: ManualClock) -> None:
    bell, timer = Bell(), Timer(aggregate="bell/1", kind="ring", epoch=1)
    worker = TimerWorker(database, clock, {"bell": bell})
    await start(database, clock, timer, 60)
    for seconds, expected in ((59, 0), (1, 1), (60, 0)):
        await clock.advance(seconds)
        assert await worker.fire_due() == expected
    assert bell.rung == [timer]


async def test_starting_again_moves_it_and_what_has_fired_stays_fired(
    database: Database, clock: ManualClock
) -> None:
    bell, timer = Bell(), Timer(aggregate="bell/1", kind="ring", epoch=1)
    worker = TimerWorker(database, clock, {"bell": bell})
    await start(database, clock, timer, 60)
    await start(database, clock, timer, 120)
    await clock.advance(60)
    assert await worker.fire_due() == 0
    await clock.advance(60)
    assert await worker.fire_due() == 1
    await start(database, clock, timer, 60)
    await clock.advance(60)
    assert await worker.fire_due() == 0


async def test_a_stopped_timer_is_silent_and_others_are_not(database: Database, clock: ManualClock) -> None:
    bell = Bell()
    worker = TimerWorker(database, clock, {"bell": bell})
    for kind in ("ring", "chime"):
        await start(database, clock, Timer(aggregate="bell/1", kind=kind, epoch=1), 10)
    async with database.write() as transaction:
        await timers.stop(transaction, "bell/1", ["ring"], clock.now())
    await clock.advance(10)
    await worker.fire_due()
    assert [timer.kind for timer in bell.rung] == ["chime"]


async def test_a_timer_whose_action_fails_is_still_due(database: Database, clock: ManualClock) -> None:
    bell = Bell()
    worker = TimerWorker(database, clock, {"bell": bell})
    await start(database, clock, Timer(aggregate="bell/1", kind="ring", epoch=1), 10)
    await clock.advance(10)
    bell.broken = True
    with pytest.raises(OSError, match="broken"):
        await worker.fire_due()
    bell.broken = False
    assert await worker.fire_due() == 1
