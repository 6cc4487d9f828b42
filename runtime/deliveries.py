"""What an operator sees of the outbox and does about it: how much waits, what never arrived, and what then.

A dead letter holds back the later messages of its aggregate. A human has it tried again once its cause is gone, or sets
it aside for good, with a reason: then the later ones go on without it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from runtime.outbox import OutboxTables

LAG_SAMPLE = 1_000
LAG_SINCE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Where one subscriber stands.

    Attributes:
        waiting: messages that are on their way.
        delayed: those of them whose last try failed; `reason` is the newest such try's.
        oldest_at: when the oldest of them was written.
        parked: dead letters.
        held_up: messages that wait behind dead letters; they count as waiting too.
        lag_p95_s: how long 95 of 100 deliveries of the last day took, of the newest 1,000; None without any.
    """

    subscriber: str
    waiting: int
    delayed: int
    oldest_at: datetime | None
    reason: str | None
    parked: int
    held_up: int
    set_aside: int
    lag_p95_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that one subscriber never got, and why. `held_up` counts the later ones that wait behind it."""

    subscriber: str
    event_id: str
    aggregate: str
    seq: int
    message: str
    created_at: datetime
    parked_at: datetime | None
    attempts: int
    reason: str
    state: str
    note: str | None
    held_up: int


async def backlog(
    connection: AsyncConnection, tables: OutboxTables, subscriber: str, now: datetime
) -> Backlog:
    """Say where a subscriber stands."""
    outbox, delivery = tables.outbox, tables.delivery
    mine = delivery.c.subscriber == subscriber
    is_open = delivery.c.state == "open"
    counts = (
        await connection.execute(
            select(
                _count(is_open).label("waiting"),
                _count(and_(is_open, delivery.c.reason.is_not(None))).label("delayed"),
                _count(delivery.c.state == "parked").label("parked"),
                _count(delivery.c.state == "set_aside").label("set_aside"),
            ).where(mine, delivery.c.state.in_(("open", "parked", "set_aside")))
        )
    ).one()
    waiting = and_(mine, is_open)
    oldest = select(func.min(outbox.c.created_at)).join(delivery).where(waiting)
    reason = select(delivery.c.reason).where(waiting, delivery.c.reason.is_not(None))
    front = delivery.alias("front")
    behind = select(front.c.position).where(
        front.c.subscriber == subscriber,
        front.c.aggregate == delivery.c.aggregate,
        front.c.position < delivery.c.position,
        front.c.state == "parked",
    )
    return Backlog(
        subscriber=subscriber,
        waiting=counts.waiting,
        delayed=counts.delayed,
        oldest_at=await connection.scalar(oldest),
        reason=await connection.scalar(reason.order_by(delivery.c.position.desc()).limit(1)),
        parked=counts.parked,
        held_up=await connection.scalar(select(func.count()).where(waiting, behind.exists())) or 0,
        set_aside=counts.set_aside,
        lag_p95_s=await _lag_p95_s(connection, tables, subscriber, now),
    )


async def dead_letters(
    connection: AsyncConnection, tables: OutboxTables, subscriber: str, *, state: str = "parked", limit: int
) -> list[DeadLetter]:
    """List a subscriber's dead letters, the longest dead first; or, newest first, what was set aside."""
    delivery = tables.delivery
    query = _letters(tables).where(delivery.c.subscriber == subscriber, delivery.c.state == state)
    order = delivery.c.position if state == "parked" else delivery.c.position.desc()
    rows = (await connection.execute(query.order_by(order).limit(limit))).mappings()
    return [_letter(row) for row in rows]


async def find(
    connection: AsyncConnection, tables: OutboxTables, subscriber: str, event_id: str
) -> DeadLetter | None:
    """Return one dead letter, also when it was set aside; None for what is delivered or on its way."""
    query = _letters(tables).where(
        tables.delivery.c.subscriber == subscriber,
        tables.outbox.c.event_id == event_id,
        tables.delivery.c.state.in_(("parked", "set_aside")),
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _letter(row)


async def retry(
    connection: AsyncConnection,
    tables: OutboxTables,
    subscriber: str,
    now: datetime,
    *,
    event_ids: Sequence[str] | None = None,
) -> int:
    """Have dead letters tried again at once, these or all; return how many there were."""
    delivery = tables.delivery
    where = [delivery.c.subscriber == subscriber, delivery.c.state == "parked"]
    if event_ids is not None:
        where.append(delivery.c.position.in_(_positions(tables, event_ids)))
    result = await connection.execute(
        update(delivery).where(*where).values(state="open", not_before=now, attempts=0, parked_at=None)
    )
    return result.rowcount


async def set_aside(
    connection: AsyncConnection, tables: OutboxTables, subscriber: str, event_id: str, note: str
) -> bool:
    """Give a dead letter up; what waited behind it goes on. False when there is none such."""
    delivery = tables.delivery
    result = await connection.execute(
        update(delivery)
        .where(
            delivery.c.subscriber == subscriber,
            delivery.c.state == "parked",
            delivery.c.position.in_(_positions(tables, [event_id])),
        )
        .values(state="set_aside", note=note)
    )
    return result.rowcount == 1


def _positions(tables: OutboxTables, event_ids: Sequence[str]) -> Select[int]:
    return select(tables.outbox.c.position).where(tables.outbox.c.event_id.in_(event_ids))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _letters(tables: OutboxTables) -> Select[*tuple[Any, ...]]:
    outbox, delivery = tables.outbox, tables.delivery
    later = delivery.alias("later")
    held_up = (
        select(func.count())
        .where(
            later.c.subscriber == delivery.c.subscriber,
            later.c.aggregate == delivery.c.aggregate,
            later.c.position > delivery.c.position,
            later.c.state == "open",
        )
        .scalar_subquery()
    )
    return select(
        *(outbox.c.event_id, outbox.c.aggregate, outbox.c.seq, outbox.c.created_at),
        outbox.c.subject.label("message"),
        *(
            delivery.c.subscriber,
            delivery.c.state,
            delivery.c.parked_at,
            delivery.c.attempts,
            delivery.c.note,
        ),
        func.coalesce(delivery.c.reason, "").label("reason"),
        held_up.label("held_up"),
    ).join(delivery, delivery.c.position == outbox.c.position)


def _letter(row: RowMapping) -> DeadLetter:
    return DeadLetter(**row)


async def _lag_p95_s(
    connection: AsyncConnection, tables: OutboxTables, subscriber: str, now: datetime
) -> float | None:
    outbox, delivery = tables.outbox, tables.delivery
    newest = (
        select(outbox.c.created_at, delivery.c.delivered_at)
        .join(delivery)
        .where(delivery.c.subscriber == subscriber, delivery.c.state == "delivered")
        .order_by(delivery.c.position.desc())
        .limit(LAG_SAMPLE)
    )
    lags_s = sorted(
        max(0.0, (delivered_at - created_at).total_seconds())
        for created_at, delivered_at in await connection.execute(newest)
        if delivered_at > now - LAG_SINCE
    )
    return lags_s[min(len(lags_s) - 1, int(len(lags_s) * 0.95))] if lags_s else None
