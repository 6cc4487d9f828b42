import asyncio
import hashlib
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from runtime.outbox import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    POISONED_AFTER,
    Courier,
    Delivered,
    OutboxRow,
    Park,
    Retry,
    Verdict,
    append,
    backoff_s,
    first_time,
)
from wire.envelope import Message

Store = Any
Clock = Any


class Signed(Message):
    subject: ClassVar[str] = "test.signed"
    number: int


class Receiver:
    """Notes what arrives; `verdicts` says what to answer first."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.arrived: list[OutboxRow] = []

    async def __call__(self, row: OutboxRow) -> Verdict:
        self.arrived.append(row)
        return self.verdicts.pop(0) if self.verdicts else Delivered()

    @property
    def numbers(self) -> list[int]:
        return [Signed.model_validate_json(row.payload).number for row in self.arrived]


async def write(store: Store, clock: Clock, aggregate: str, *numbers: int) -> None:
    for number in numbers:
        async with store.database.write() as transaction:
            await append(
                transaction,
                store.outbox,
                aggregate=aggregate,
                message=Signed(number=number),
                subscribers=["record"],
                now=clock.now(),
            )


def courier(store: Store, clock: Clock, receiver: Receiver, subscriber: str = "record") -> Courier:
    return Courier(store.database, store.outbox, subscriber, receiver, clock)


async def drain(carrier: Courier) -> None:
    while await carrier.drain_once():
        pass


async def test_messages_of_an_aggregate_arrive_in_order_and_once(store: Store, clock: Clock) -> None:
    receiver = Receiver()
    await write(store, clock, "consult/1", 1, 2, 3)
    await drain(courier(store, clock, receiver))
    assert receiver.numbers == [1, 2, 3]
    assert [row.seq for row in receiver.arrived] == [1, 2, 3]


async def test_message_of_a_rolled_back_change_never_leaves(store: Store, clock: Clock) -> None:
    receiver = Receiver()
    with pytest.raises(RuntimeError, match="no"):
        async with store.database.write() as transaction:
            await append(
                transaction,
                store.outbox,
                aggregate="consult/1",
                message=Signed(number=1),
                subscribers=["record"],
                now=clock.now(),
            )
            raise RuntimeError("no")
    await drain(courier(store, clock, receiver))
    assert receiver.arrived == []


async def test_delayed_message_holds_back_its_own_aggregate_only(store: Store, clock: Clock) -> None:
    receiver = Receiver(Retry("busy"))
    await write(store, clock, "consult/1", 1, 2)
    carrier = courier(store, clock, receiver)
    await drain(carrier)
    await write(store, clock, "consult/2", 10)
    await drain(carrier)
    assert receiver.numbers == [1, 10]
    await clock.advance(FIRST_WAIT_S)
    await drain(carrier)
    assert receiver.numbers == [1, 10, 1, 2]


async def test_every_try_sends_the_same_bytes(store: Store, clock: Clock) -> None:
    receiver = Receiver(Retry("busy"))
    await write(store, clock, "consult/1", 7)
    carrier = courier(store, clock, receiver)
    await drain(carrier)
    await clock.advance(FIRST_WAIT_S)
    await drain(carrier)
    first, second = receiver.arrived
    assert first.payload == second.payload
    assert first.sha256 == hashlib.sha256(first.payload.encode()).hexdigest()
    assert (first.attempts, second.attempts) == (1, 2)


async def test_message_that_makes_the_code_fail_becomes_a_dead_letter_and_stops_nobody_else(
    store: Store, clock: Clock
) -> None:
    arrived: list[int] = []

    async def deliver(row: OutboxRow) -> Verdict:
        number = Signed.model_validate_json(row.payload).number
        arrived.append(number)
        if number == 1:
            raise LookupError("what it says is no business of the log")
        return Delivered()

    await write(store, clock, "consult/1", 1, 2)
    await write(store, clock, "consult/2", 10, 11)
    carrier = Courier(store.database, store.outbox, "record", deliver, clock)
    for _ in range(POISONED_AFTER + 3):
        await drain(carrier)
        await clock.advance(LONGEST_WAIT_S)
    assert arrived.count(1) == POISONED_AFTER
    assert [number for number in arrived if number != 1] == [10, 11]
    in_order = select(store.outbox.delivery).order_by(store.outbox.delivery.c.position)
    async with store.database.read() as connection:
        rows = (await connection.execute(in_order)).mappings().all()
    assert [(row["state"], row["reason"]) for row in rows][:2] == [
        ("parked", "delivery/failed LookupError"),
        ("open", None),
    ]


async def test_verdict_that_comes_after_the_lease_has_run_out_changes_nothing(
    store: Store, clock: Clock
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: OutboxRow) -> Verdict:
        begun.set()
        await go_on.wait()
        return Park("too late")

    await write(store, clock, "consult/1", 1, 2)
    late = asyncio.create_task(Courier(store.database, store.outbox, "record", slow, clock).drain_once())
    await begun.wait()
    await clock.advance(61)
    receiver = Receiver()
    await drain(courier(store, clock, receiver))
    go_on.set()
    await late
    async with store.database.read() as connection:
        states = await connection.scalars(select(store.outbox.delivery.c.state))
        assert list(states) == ["delivered", "delivered"]
    assert receiver.numbers == [1, 2]


async def test_clock_that_goes_back_delays_nothing_for_longer_than_the_longest_wait(
    store: Store, clock: Clock
) -> None:
    receiver = Receiver(Retry("busy"))
    await clock.advance(86_400)
    await write(store, clock, "consult/1", 1)
    await drain(courier(store, clock, receiver))
    clock.shift(-86_400)
    await drain(courier(store, clock, receiver))
    assert receiver.numbers == [1, 1]


async def test_lease_of_a_dead_courier_runs_out(store: Store, clock: Clock) -> None:
    begun = asyncio.Event()

    async def never(_: OutboxRow) -> Verdict:
        begun.set()
        await asyncio.Event().wait()
        return Delivered()

    await write(store, clock, "consult/1", 1)
    dying = asyncio.create_task(Courier(store.database, store.outbox, "record", never, clock).drain_once())
    await begun.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    receiver = Receiver()
    heir = courier(store, clock, receiver)
    assert await heir.drain_once() == 0
    await clock.advance(61)
    await drain(heir)
    assert receiver.numbers == [1]


async def test_two_couriers_never_carry_the_same_message_at_once(store: Store, clock: Clock) -> None:
    receiver = Receiver()
    for aggregate in range(10):
        await write(store, clock, f"consult/{aggregate}", *range(aggregate * 10, aggregate * 10 + 3))
    one, two = courier(store, clock, receiver), courier(store, clock, receiver)
    while sum(await asyncio.gather(one.drain_once(), two.drain_once())):
        pass
    assert sorted(receiver.numbers) == sorted(a * 10 + n for a in range(10) for n in range(3))
    for aggregate in range(10):
        mine = [number for number in receiver.numbers if number // 10 == aggregate]
        assert mine == sorted(mine)


async def test_subscribers_have_deliveries_of_their_own(store: Store, clock: Clock) -> None:
    async with store.database.write() as transaction:
        await append(
            transaction,
            store.outbox,
            aggregate="consult/1",
            message=Signed(number=1),
            subscribers=["record", "regulator"],
            now=clock.now(),
        )
    record, regulator = Receiver(Park("refused")), Receiver()
    await drain(courier(store, clock, record))
    await drain(courier(store, clock, regulator, "regulator"))
    assert regulator.numbers == [1]


async def test_inbox_takes_an_event_once(store: Store, clock: Clock) -> None:
    seen: list[bool] = []
    for _ in range(3):
        async with store.database.write() as transaction:
            seen.append(
                await first_time(
                    transaction, store.outbox, event_id="e1", consumer="clinical", now=clock.now()
                )
            )
    assert seen == [True, False, False]


async def test_delivered_rows_stay_as_evidence(store: Store, clock: Clock) -> None:
    await write(store, clock, "consult/1", 1)
    await drain(courier(store, clock, Receiver()))
    async with store.database.read() as connection:
        rows = (await connection.execute(select(store.outbox.delivery))).mappings().all()
    assert [(row["state"], row["delivered_at"]) for row in rows] == [("delivered", clock.now())]


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_backoff_is_never_shorter_than_half_the_first_wait_nor_longer_than_the_longest(
    attempts: int, chance: float
) -> None:
    assert FIRST_WAIT_S / 2 <= backoff_s(attempts, chance) <= LONGEST_WAIT_S
