from datetime import timedelta
from typing import Any, ClassVar

from runtime import deliveries
from runtime.outbox import Courier, Delivered, OutboxRow, Park, Retry, Verdict, append
from wire.envelope import Message

Store = Any
Clock = Any


class Signed(Message):
    subject: ClassVar[str] = "test.signed"
    number: int


class Receiver:
    """Refuses the numbers in `refused`, delays those in `busy`, takes all others."""

    def __init__(self, *, refused: set[int] | None = None, busy: set[int] | None = None) -> None:
        self.refused, self.busy = refused or set[int](), busy or set[int]()
        self.numbers: list[int] = []

    async def __call__(self, row: OutboxRow) -> Verdict:
        number = Signed.model_validate_json(row.payload).number
        self.numbers.append(number)
        if number in self.refused:
            return Park("record/422 required Task.status")
        return Retry("record/503") if number in self.busy else Delivered()


async def write(store: Store, clock: Clock, aggregate: str, *numbers: int) -> list[str]:
    written: list[str] = []
    for number in numbers:
        async with store.database.write() as transaction:
            written.append(
                await append(
                    transaction,
                    store.outbox,
                    aggregate=aggregate,
                    message=Signed(number=number),
                    subscribers=["record", "other"],
                    now=clock.now(),
                )
            )
    return written


async def carry(store: Store, clock: Clock, receiver: Receiver) -> None:
    courier = Courier(store.database, store.outbox, "record", receiver, clock)
    while await courier.drain_once():
        pass


async def letters(store: Store, state: str = "parked") -> list[deliveries.DeadLetter]:
    async with store.database.read() as connection:
        return await deliveries.dead_letters(connection, store.outbox, "record", state=state, limit=10)


async def standing(store: Store, clock: Clock) -> deliveries.Backlog:
    async with store.database.read() as connection:
        return await deliveries.backlog(connection, store.outbox, "record", clock.now())


async def test_a_backlog_counts_what_waits_is_delayed_is_dead_and_is_held_up(
    store: Store, clock: Clock
) -> None:
    began = clock.now()
    await write(store, clock, "consult/1", 1, 2, 3)
    await clock.advance(10)
    await write(store, clock, "consult/2", 10)
    await write(store, clock, "consult/3", 20, 21)
    await carry(store, clock, Receiver(refused={1}, busy={20}))
    found = await standing(store, clock)
    assert (found.waiting, found.delayed, found.reason) == (4, 1, "record/503")
    assert (found.parked, found.held_up, found.set_aside) == (1, 2, 0)
    assert found.oldest_at == began
    assert found.lag_p95_s == 0.0


async def test_lag_is_from_the_writing_to_the_delivery(store: Store, clock: Clock) -> None:
    assert (await standing(store, clock)).lag_p95_s is None
    for number in range(10):
        await write(store, clock, f"consult/{number}", number)
    await clock.advance(7)
    await carry(store, clock, Receiver())
    assert (await standing(store, clock)).lag_p95_s == 7.0
    await clock.advance(timedelta(days=2).total_seconds())
    assert (await standing(store, clock)).lag_p95_s is None


async def test_a_dead_letter_says_what_since_when_why_and_whom_it_holds_up(
    store: Store, clock: Clock
) -> None:
    first, _ = await write(store, clock, "consult/1", 1, 2)
    await clock.advance(5)
    await carry(store, clock, Receiver(refused={1}))
    [letter] = await letters(store)
    assert (letter.event_id, letter.aggregate, letter.seq) == (first, "consult/1", 1)
    assert letter.message == "test.signed"
    assert letter.parked_at == clock.now()
    assert (letter.attempts, letter.reason) == (1, "record/422 required Task.status")
    assert letter.held_up == 1
    async with store.database.read() as connection:
        assert await deliveries.find(connection, store.outbox, "record", first) == letter
        assert await deliveries.find(connection, store.outbox, "other", first) is None


async def test_a_repaired_dead_letter_arrives_before_what_waited_behind_it(
    store: Store, clock: Clock
) -> None:
    first, _ = await write(store, clock, "consult/1", 1, 2)
    receiver = Receiver(refused={1})
    await carry(store, clock, receiver)
    await clock.advance(3600)
    await carry(store, clock, receiver)
    assert receiver.numbers == [1]
    receiver.refused.clear()
    async with store.database.write() as transaction:
        count = await deliveries.retry(
            transaction.connection, store.outbox, "record", clock.now(), event_ids=[first]
        )
    assert count == 1
    await carry(store, clock, receiver)
    assert receiver.numbers == [1, 1, 2]
    assert await letters(store) == []


async def test_all_dead_letters_of_one_subscriber_are_tried_again_at_once(store: Store, clock: Clock) -> None:
    for number in range(4):
        await write(store, clock, f"consult/{number}", number)
    receiver = Receiver(refused={0, 1, 2})
    await carry(store, clock, receiver)
    receiver.refused = {2}
    async with store.database.write() as transaction:
        assert await deliveries.retry(transaction.connection, store.outbox, "other", clock.now()) == 0
        assert await deliveries.retry(transaction.connection, store.outbox, "record", clock.now()) == 3
    await carry(store, clock, receiver)
    assert [letter.aggregate for letter in await letters(store)] == ["consult/2"]


async def test_what_is_set_aside_lets_the_later_ones_go_on_and_never_arrives(
    store: Store, clock: Clock
) -> None:
    first, second = await write(store, clock, "consult/1", 1, 2)
    receiver = Receiver(refused={1})
    await carry(store, clock, receiver)
    async with store.database.write() as transaction:
        aside = [
            await deliveries.set_aside(transaction.connection, store.outbox, "record", event_id, "a test")
            for event_id in (first, first, second)
        ]
    assert aside == [True, False, False]
    receiver.refused.clear()
    await carry(store, clock, receiver)
    assert receiver.numbers == [1, 2]
    async with store.database.write() as transaction:
        assert await deliveries.retry(transaction.connection, store.outbox, "record", clock.now()) == 0
    [kept] = await letters(store, "set_aside")
    assert (kept.event_id, kept.note) == (first, "a test")
    assert (await standing(store, clock)).set_aside == 1
