"""Who did what to whose data: rows shaped like FHIR R4 AuditEvent, chained by hash, in the caller's transaction.

Each institution has a chain of its own, so that institutions don't wait for one another. Every row's hash covers
the one before, so an edited, removed or reordered row breaks the chain; `audit_head` holds each chain's length
and last hash, so a cut tail shows too. `detail` never holds patient data.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.database import Transaction, UtcDateTime

GENESIS = "0" * 64


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
    """Where a chain doesn't hold: the first row whose hash is wrong, or a tail that is missing."""

    institution_id: str
    seq: int
    reason: Literal["hash", "gap", "cut"]


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


async def verify(connection: AsyncConnection, tables: AuditTables) -> tuple[int, list[ChainFault]]:
    """Walk every chain; return how many rows were read and what doesn't hold."""
    faults: list[ChainFault] = []
    rows_read = 0
    heads = (await connection.execute(select(tables.head))).mappings().all()
    for head in heads:
        institution_id: str = head["institution_id"]
        previous, expected = GENESIS, 1
        query = (
            select(tables.entry)
            .where(tables.entry.c.institution_id == institution_id)
            .order_by(tables.entry.c.seq)
        )
        for row in (await connection.execute(query)).mappings():
            rows_read += 1
            entry = AuditEntry(**{name: row[name] for name in AuditEntry.__dataclass_fields__})
            if row["seq"] != expected:
                faults.append(ChainFault(institution_id=institution_id, seq=expected, reason="gap"))
                break
            if row["hash"] != chained_hash(previous, row["seq"], row["at"], entry):
                faults.append(ChainFault(institution_id=institution_id, seq=row["seq"], reason="hash"))
                break
            previous, expected = row["hash"], expected + 1
        else:
            if expected - 1 != head["count"] or previous != head["hash"]:
                faults.append(ChainFault(institution_id=institution_id, seq=expected, reason="cut"))
    return rows_read, faults
