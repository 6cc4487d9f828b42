from typing import Any

import pytest
from sqlalchemy import delete, update

from runtime.audit import AuditEntry, record, verify

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


async def check(store: Store) -> list[tuple[str, int, str]]:
    async with store.database.read() as connection:
        _, faults = await verify(connection, store.audit)
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
