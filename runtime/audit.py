"""Who did what to whose data: rows shaped like FHIR R4 AuditEvent, chained by hash, in the caller's transaction.

Each institution has a chain of its own, so that institutions don't wait for one another. Every row's hash covers
the one before, so an edited, removed or reordered row breaks the chain; `audit_head` holds each chain's length
and last hash, so a cut tail shows too. `detail` never holds patient data.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.database import Transaction, UtcDateTime

GENESIS = "0" * 64
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTables:
    """The two tables, in the metadata of the service that owns them."""

    entry: Table
    head: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One event.

    `action` is the code of FHIR R4 AuditEvent.action: create, read, update, delete, execute. `subtype` names the
    operation (`consult.sign`). `entity_id` is our own opaque id. `outcome` is `ok` or a problem's code.
    """

    institution_id: str
    actor_id: str
    action: Literal["C", "R", "U", "D", "E"]
    subtype: str
    entity_type: str
    entity_id: str
    patient_id: str | None = None
    outcome: str = "ok"
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """Where a chain doesn't hold: the first row whose hash is wrong, a tail that is missing, a head copied before."""

    institution_id: str
    seq: int
    reason: Literal["hash", "gap", "cut", "checkpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long a chain was at some time, and the hash that it ended with."""

    institution_id: str
    count: int
    head: str


def audit_tables(metadata: MetaData) -> AuditTables:
    """Declare the tables."""
    entry = Table(
        "audit_entry",
        metadata,
        Column("institution_id", String(36), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("at", UtcDateTime, nullable=False, index=True),
        Column("actor_id", String(64), nullable=False, index=True),
        Column("action", String(1), nullable=False),
        Column("subtype", String(60), nullable=False),
        Column("entity_type", String(40), nullable=False),
        Column("entity_id", String(80), nullable=False),
        Column("patient_id", String(36), index=True),
        Column("outcome", String(60), nullable=False),
        Column("detail", Text, nullable=False),
        Column("hash", String(64), nullable=False),
    )
    head = Table(
        "audit_head",
        metadata,
        Column("institution_id", String(36), primary_key=True),
        Column("count", Integer, nullable=False),
        Column("hash", String(64), nullable=False),
    )
    return AuditTables(entry=entry, head=head)


def chained_hash(previous: str, seq: int, at: datetime, entry: AuditEntry) -> str:
    """Return SHA-256 over the previous hash and the row's canonical JSON."""
    body = {"seq": seq, "at": at.astimezone(UTC).isoformat(), **asdict(entry)}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


async def record(transaction: Transaction, tables: AuditTables, entry: AuditEntry, now: datetime) -> None:
    """Append to the institution's chain, just before the transaction commits.

    Writers of one institution take turns on its head row. They hold it only from the last moment, and in the order
    of the institutions' ids, so that no two of them wait for each other.
    """

    async def write(gathered: list[tuple[AuditEntry, datetime]]) -> None:
        entries: dict[str, list[tuple[AuditEntry, datetime]]] = {}
        for one in gathered:
            entries.setdefault(one[0].institution_id, []).append(one)
        for institution_id in sorted(entries):
            await _append(transaction.connection, tables, institution_id, entries[institution_id])

    transaction.gather("audit", (entry, now), write)


async def _append(
    connection: AsyncConnection,
    tables: AuditTables,
    institution_id: str,
    entries: list[tuple[AuditEntry, datetime]],
) -> None:
    head = tables.head
    mine = head.c.institution_id == institution_id
    locked = select(head).where(mine).with_for_update()
    last = (await connection.execute(locked)).mappings().one_or_none()
    if last is None:
        build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        first = build(head).values(institution_id=institution_id, count=0, hash=GENESIS)
        await connection.execute(first.on_conflict_do_nothing())
        last = (await connection.execute(locked)).mappings().one()
    seq, digest = last["count"], last["hash"]
    rows: list[dict[str, Any]] = []
    for entry, at in entries:
        seq += 1
        digest = chained_hash(digest, seq, at, entry)
        rows.append({**asdict(entry), "seq": seq, "at": at, "hash": digest})
    await connection.execute(insert(tables.entry), rows)
    await connection.execute(update(head).where(mine).values(count=seq, hash=digest))


async def heads(connection: AsyncConnection, tables: AuditTables) -> list[Checkpoint]:
    """How long each chain is now and how it ends, by institution."""
    rows = (await connection.execute(select(tables.head).order_by(tables.head.c.institution_id))).mappings()
    return [Checkpoint(institution_id=r["institution_id"], count=r["count"], head=r["hash"]) for r in rows]


async def verify(
    connection: AsyncConnection, tables: AuditTables, checkpoints: Iterable[Checkpoint] = ()
) -> tuple[int, list[ChainFault]]:
    """Walk every chain; return how many rows were read and what doesn't hold.

    Whoever can write the database can also write a chain that holds in itself. `checkpoints` are heads that were
    copied out before: such a chain has to go through each of them.
    """
    noted: dict[str, dict[int, str]] = {}
    for checkpoint in checkpoints:
        noted.setdefault(checkpoint.institution_id, {})[checkpoint.count] = checkpoint.head
    ends = {end.institution_id: end for end in await heads(connection, tables)}
    with_rows = (await connection.execute(select(tables.entry.c.institution_id).distinct())).scalars()
    faults: list[ChainFault] = []
    rows_read = 0
    for institution_id in sorted({*ends, *with_rows, *noted}):
        # A chain whose head is gone is as good as cut before its first row.
        end = ends.get(institution_id, Checkpoint(institution_id=institution_id, count=0, head=GENESIS))
        read, fault = await _walk(connection, tables, end, noted.get(institution_id, {}))
        rows_read += read
        if fault is not None:
            faults.append(fault)
    return rows_read, faults


async def _walk(
    connection: AsyncConnection, tables: AuditTables, end: Checkpoint, noted: Mapping[int, str]
) -> tuple[int, ChainFault | None]:
    """Read one chain in pieces; stop at the first row that doesn't hold."""
    previous, seq, passed_head = GENESIS, 0, True
    mine, number = tables.entry.c.institution_id == end.institution_id, tables.entry.c.seq
    while True:
        piece = select(tables.entry).where(mine, number > seq).order_by(number).limit(ROWS_AT_ONCE)
        rows = (await connection.execute(piece)).mappings().all()
        for row in rows:
            entry = AuditEntry(**{name: row[name] for name in AuditEntry.__dataclass_fields__})
            if row["seq"] != seq + 1:
                return seq, ChainFault(institution_id=end.institution_id, seq=seq + 1, reason="gap")
            if row["hash"] != chained_hash(previous, row["seq"], row["at"], entry):
                return seq, ChainFault(institution_id=end.institution_id, seq=row["seq"], reason="hash")
            previous, seq = row["hash"], seq + 1
            passed_head = passed_head and (seq != end.count or previous == end.head)
            if noted.get(seq, previous) != previous:
                return seq, ChainFault(institution_id=end.institution_id, seq=seq, reason="checkpoint")
        if len(rows) < ROWS_AT_ONCE:
            break
    if max(noted, default=0) > seq:
        return seq, ChainFault(institution_id=end.institution_id, seq=seq + 1, reason="checkpoint")
    if seq < end.count or not passed_head or await _is_longer_than_noted(connection, tables, end, seq):
        return seq, ChainFault(institution_id=end.institution_id, seq=seq + 1, reason="cut")
    return seq, None


async def _is_longer_than_noted(
    connection: AsyncConnection, tables: AuditTables, end: Checkpoint, seq: int
) -> bool:
    """Whether there are rows beyond the head, though it may have moved on since it was read."""
    if seq == end.count:
        return False
    mine = tables.head.c.institution_id == end.institution_id
    return seq > (await connection.scalar(select(tables.head.c.count).where(mine)) or 0)
