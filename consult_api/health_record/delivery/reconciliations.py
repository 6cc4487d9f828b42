"""What is kept of reconciliations: which are asked for, how far they are, and what differed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, RowMapping, Update, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.database import OUTBOX
from consult_api.health_record.delivery.bundles import identity_of, resources_of
from consult_api.health_record.delivery.queries import Held
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.tables import DISPATCHES, HELD, MISMATCHES, RECONCILIATIONS
from wire.identifiers import new_id

Difference = Literal["missing", "content", "version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A comparison of all that was written with what the record holds. `cursor` is the last one compared."""

    id: str
    subscriber: str
    state: Literal["queued", "running", "done"]
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    cursor_type: str
    cursor_id: str
    compared: int
    mismatched: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One resource as it was written last, and the event that wrote it."""

    target: Identity
    held: Held
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resend:
    """What is to be sent again: the Bundle that wrote it last, and the event that this was made from."""

    written: Written
    body: str
    subject: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A resource that the record doesn't hold as it was written. `reason` says why sending it again failed."""

    subscriber: str
    target: Identity
    difference: Difference
    found_at: datetime
    resend_asked: bool
    reason: str | None


async def ask(connection: AsyncConnection, subscriber: str, *, asked_by: str, now: datetime) -> None:
    """Ask for a reconciliation, unless one is under way."""
    under_way = select(RECONCILIATIONS.c.id).where(
        RECONCILIATIONS.c.subscriber == subscriber, RECONCILIATIONS.c.state != "done"
    )
    if (await connection.execute(under_way)).first() is None:
        await connection.execute(
            insert(RECONCILIATIONS).values(
                id=new_id(),
                subscriber=subscriber,
                state="queued",
                asked_by=asked_by,
                asked_at=now,
                not_before=now,
                cursor_type="",
                cursor_id="",
                compared=0,
                mismatched=0,
            )
        )


async def newest(connection: AsyncConnection, subscriber: str) -> Reconciliation | None:
    """Return the reconciliation that was asked for last."""
    query = (
        select(*_SHOWN)
        .where(RECONCILIATIONS.c.subscriber == subscriber)
        .order_by(RECONCILIATIONS.c.asked_at.desc(), RECONCILIATIONS.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else Reconciliation(**row)


async def lease(
    connection: AsyncConnection, subscriber: str, now: datetime, until: datetime
) -> Reconciliation | None:
    """Take the reconciliation that is to go on now, until `until`; another process leaves it alone so long."""
    query = (
        select(*_SHOWN)
        .where(
            RECONCILIATIONS.c.subscriber == subscriber,
            RECONCILIATIONS.c.state != "done",
            or_(RECONCILIATIONS.c.not_before <= now, RECONCILIATIONS.c.not_before > until),
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    found = Reconciliation(**row)
    await connection.execute(_change(found.id).values(state="running", not_before=until))
    return found


async def advance(
    connection: AsyncConnection, known: Reconciliation, last: Identity, *, compared: int, now: datetime
) -> None:
    """Note that all up to `last` has been compared; the next page may follow at once."""
    await connection.execute(
        _change(known.id).values(
            cursor_type=last.resource_type,
            cursor_id=last.resource_id,
            compared=known.compared + compared,
            not_before=now,
            reason=None,
        )
    )


async def delay(connection: AsyncConnection, known: Reconciliation, reason: str) -> None:
    """Note why it can't go on now; it does when its lease has run out."""
    await connection.execute(_change(known.id).values(reason=reason))


async def finish(connection: AsyncConnection, known: Reconciliation, now: datetime) -> int:
    """End it; return how many resources differ."""
    differing = select(func.count()).where(MISMATCHES.c.subscriber == known.subscriber)
    count = await connection.scalar(differing) or 0
    await connection.execute(_change(known.id).values(state="done", finished_at=now, mismatched=count))
    return count


async def written_after(
    connection: AsyncConnection, subscriber: str, cursor: Identity, limit: int
) -> list[Written]:
    """Return what was written to the record, in order of type and id, from behind a cursor."""
    key = tuple_(HELD.c.resource_type, HELD.c.resource_id)
    query = (
        select(HELD)
        .where(
            HELD.c.subscriber == subscriber,
            key > tuple_(cursor.resource_type, cursor.resource_id),
        )
        .order_by(HELD.c.resource_type, HELD.c.resource_id)
        .limit(limit)
    )
    return [_written(row) for row in (await connection.execute(query)).mappings()]


async def on_its_way(connection: AsyncConnection, subscriber: str) -> frozenset[Identity]:
    """Return what is being written just now: the record may show it already, or not yet."""
    query = select(DISPATCHES.c.body).where(
        DISPATCHES.c.subscriber == subscriber,
        DISPATCHES.c.state == "prepared",
        DISPATCHES.c.refusal.is_(None),
    )
    bodies = (await connection.scalars(query)).all()
    return frozenset(identity_of(resource) for body in bodies for resource in resources_of(body))


async def note(
    connection: AsyncConnection,
    subscriber: str,
    found: Mapping[Identity, Difference],
    agreeing: Collection[Identity],
    now: datetime,
) -> None:
    """Keep what differs, and forget what agrees again."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for target, difference in sorted(found.items(), key=lambda item: str(item[0])):
        await connection.execute(
            build(MISMATCHES)
            .values(
                subscriber=subscriber,
                resource_type=target.resource_type,
                resource_id=target.resource_id,
                difference=difference,
                found_at=now,
                not_before=now,
                resend_asked=False,
            )
            .on_conflict_do_update(
                index_elements=["subscriber", "resource_type", "resource_id"], set_={"difference": difference}
            )
        )
    await settle(connection, subscriber, agreeing)


async def settle(connection: AsyncConnection, subscriber: str, agreeing: Collection[Identity]) -> None:
    """Forget what agrees again."""
    if agreeing:
        await connection.execute(delete(MISMATCHES).where(*_these(subscriber, agreeing)))


async def mismatches(connection: AsyncConnection, subscriber: str, limit: int) -> list[Mismatch]:
    """List what differs, the longest known first."""
    query = (
        select(MISMATCHES)
        .where(MISMATCHES.c.subscriber == subscriber)
        .order_by(MISMATCHES.c.found_at, MISMATCHES.c.resource_type, MISMATCHES.c.resource_id)
        .limit(limit)
    )
    return [
        Mismatch(
            subscriber=row["subscriber"],
            target=Identity(row["resource_type"], row["resource_id"]),
            difference=row["difference"],
            found_at=row["found_at"],
            resend_asked=row["resend_asked"],
            reason=row["reason"],
        )
        for row in (await connection.execute(query)).mappings()
    ]


async def count_mismatches(connection: AsyncConnection, subscriber: str) -> int:
    """Count what differs."""
    query = select(func.count()).where(MISMATCHES.c.subscriber == subscriber)
    return await connection.scalar(query) or 0


async def ask_to_resend(
    connection: AsyncConnection, subscriber: str, targets: Collection[Identity] | None, now: datetime
) -> int:
    """Have these mismatches, or all, written over with ours; return how many."""
    where = _these(subscriber, targets) if targets is not None else [MISMATCHES.c.subscriber == subscriber]
    result = await connection.execute(
        update(MISMATCHES).where(*where).values(resend_asked=True, not_before=now, reason=None)
    )
    return result.rowcount


async def lease_resends(
    connection: AsyncConnection, subscriber: str, now: datetime, until: datetime, limit: int
) -> list[Resend]:
    """Take what is to be sent again."""
    outbox = OUTBOX.outbox
    query = (
        select(HELD, DISPATCHES.c.body, outbox.c.subject, outbox.c.payload)
        .join(
            MISMATCHES,
            (MISMATCHES.c.subscriber == HELD.c.subscriber)
            & (MISMATCHES.c.resource_type == HELD.c.resource_type)
            & (MISMATCHES.c.resource_id == HELD.c.resource_id),
        )
        .join(
            DISPATCHES,
            (DISPATCHES.c.subscriber == HELD.c.subscriber) & (DISPATCHES.c.event_id == HELD.c.event_id),
        )
        .join(outbox, outbox.c.event_id == HELD.c.event_id)
        .where(
            MISMATCHES.c.subscriber == subscriber,
            MISMATCHES.c.resend_asked,
            or_(MISMATCHES.c.not_before <= now, MISMATCHES.c.not_before > until),
        )
        .limit(limit)
        .with_for_update(of=MISMATCHES, skip_locked=True)
    )
    rows = (await connection.execute(query)).mappings().all()
    found = [
        Resend(written=_written(row), body=row["body"], subject=row["subject"], payload=row["payload"])
        for row in rows
    ]
    if found:
        targets = [each.written.target for each in found]
        await connection.execute(
            update(MISMATCHES).where(*_these(subscriber, targets)).values(not_before=until)
        )
    return found


async def resend_failed(
    connection: AsyncConnection, subscriber: str, target: Identity, reason: str, *, again: bool
) -> None:
    """Note why sending again failed; `again` when it is tried once more without being asked."""
    await connection.execute(
        update(MISMATCHES).where(*_these(subscriber, [target])).values(reason=reason, resend_asked=again)
    )


def _written(row: RowMapping) -> Written:
    return Written(
        target=Identity(row["resource_type"], row["resource_id"]),
        held=Held(version_id=row["version_id"], sha256=row["sha256"], source_version=row["source_version"]),
        event_id=row["event_id"],
    )


def _these(subscriber: str, targets: Collection[Identity]) -> list[ColumnElement[bool]]:
    keys = [(target.resource_type, target.resource_id) for target in targets]
    return [
        MISMATCHES.c.subscriber == subscriber,
        tuple_(MISMATCHES.c.resource_type, MISMATCHES.c.resource_id).in_(keys),
    ]


def _change(reconciliation_id: str) -> Update:
    return update(RECONCILIATIONS).where(RECONCILIATIONS.c.id == reconciliation_id)


_SHOWN = [column for column in RECONCILIATIONS.c if column.name != "not_before"]
