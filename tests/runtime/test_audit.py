from typing import Any

import pytest
from sqlalchemy import delete, select, update

from runtime.audit import AuditEntry, Checkpoint, heads, record, verify

Store = Any
Clock = Any


async def write(store: Store, clock: Clock, institution: str, *entities: str) -> None:
    for entity in entities:
        async with store.database.write() as transaction:
            entry = AuditEntry(
                institution_id=institution,
                actor_id="p1",
                action="R",
                subtype="patient.read",
                entity_type="Patient",
                entity_id=entity,
            )
            await record(transaction, store.audit, entry, clock.now())
            await clock.advance(1)


async def check(store: Store, noted: list[Checkpoint] | None = None) -> list[tuple[str, int, str]]:
    async with store.database.read() as connection:
        _, faults = await verify(connection, store.audit, noted or [])
    return [(fault.institution_id, fault.seq, fault.reason) for fault in faults]


async def change(store: Store, statement: Any) -> None:
    async with store.database.write() as transaction:
        await transaction.connection.execute(statement)


async def test_untouched_chains_hold(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    await write(store, clock, "b", "1")
    assert await check(store) == []


async def test_edited_row_shows(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    entry = store.audit.entry
    await change(store, update(entry).where(entry.c.seq == 2).values(entity_id="9"))
    assert await check(store) == [("a", 2, "hash")]


async def test_removed_row_shows(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    entry = store.audit.entry
    await change(store, delete(entry).where(entry.c.seq == 2))
    assert await check(store) == [("a", 2, "gap")]


async def test_cut_tail_shows(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    entry = store.audit.entry
    await change(store, delete(entry).where(entry.c.seq == 3))
    assert await check(store) == [("a", 3, "cut")]


async def test_exchanged_rows_show(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    entry = store.audit.entry
    for old, new in ((1, 100), (2, 1), (100, 2)):
        await change(store, update(entry).where(entry.c.seq == old).values(seq=new))
    assert await check(store) == [("a", 1, "hash")]


async def test_removed_head_shows(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2")
    await change(store, delete(store.audit.head))
    assert await check(store) == [("a", 3, "cut")]


async def test_row_beyond_the_head_shows(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2", "3")
    async with store.database.read() as connection:
        entry = store.audit.entry
        second = await connection.scalar(select(entry.c.hash).where(entry.c.seq == 2))
    await change(store, update(store.audit.head).values(count=2, hash=second))
    assert await check(store) == [("a", 4, "cut")]


async def copied(store: Store) -> list[Checkpoint]:
    async with store.database.read() as connection:
        return await heads(connection, store.audit)


async def test_chain_that_was_cut_together_with_its_head_misses_a_checkpoint(
    store: Store, clock: Clock
) -> None:
    await write(store, clock, "a", "1", "2")
    shorter = await copied(store)
    await write(store, clock, "a", "3")
    noted = await copied(store)
    entry, head = store.audit.entry, store.audit.head
    await change(store, delete(entry).where(entry.c.seq == 3))
    await change(store, update(head).values(count=2, hash=shorter[0].head))
    assert await check(store) == []
    assert await check(store, noted) == [("a", 3, "checkpoint")]
    assert await check(store, shorter) == []


async def test_chain_that_was_written_anew_misses_a_checkpoint(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2")
    noted = await copied(store)
    await change(store, delete(store.audit.entry))
    await change(store, delete(store.audit.head))
    assert await check(store, noted) == [("a", 1, "checkpoint")]
    await write(store, clock, "a", "1", "other", "3")
    assert await check(store) == []
    assert await check(store, noted) == [("a", 2, "checkpoint")]


async def test_chain_that_only_grew_goes_through_its_checkpoints(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1", "2")
    noted = await copied(store)
    await write(store, clock, "a", "3")
    await write(store, clock, "b", "1")
    assert await check(store, noted) == []


async def test_rolled_back_act_leaves_no_row(store: Store, clock: Clock) -> None:
    await write(store, clock, "a", "1")
    with pytest.raises(RuntimeError, match="no"):
        async with store.database.write() as transaction:
            entry = AuditEntry(
                institution_id="a",
                actor_id="p",
                action="C",
                subtype="x",
                entity_type="X",
                entity_id="1",
            )
            await record(transaction, store.audit, entry, clock.now())
            raise RuntimeError("no")
    assert await check(store) == []
