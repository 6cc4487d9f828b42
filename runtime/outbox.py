"""Messages that must arrive: written with the change that caused them, delivered until acknowledged.

`append` puts a message into the caller's transaction, with one delivery for each subscriber. A `Courier` carries
the deliveries of one subscriber: strictly in order within an aggregate, any number of aggregates at a time, by
lease, so that several processes may carry and a dead one's work is taken over. A delivery may be tried twice;
receivers keep an inbox (`first_time`). What never arrives is for `runtime.deliveries`.
"""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError

from runtime.clock import Clock
from runtime.database import Database, Transaction, UtcDateTime
from wire.envelope import Message
from wire.identifiers import new_id

LEASE = timedelta(seconds=60)
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 300.0
IDLE_WAIT_S = 1.0
AT_ONCE = 16
POISONED_AFTER = 5
"""So often a message may make the code that delivers it fail; then it is a dead letter."""
FARTHEST = max(LEASE, timedelta(seconds=LONGEST_WAIT_S)) + timedelta(seconds=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTables:
    """The three tables, in the metadata of the service that owns them."""

    outbox: Table
    delivery: Table
    inbox: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A message to deliver. `payload` is its JSON, the very bytes at every try; `sha256` is theirs."""

    event_id: str
    aggregate: str
    seq: int
    subject: str
    payload: str
    sha256: str
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """It has arrived, durably."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; later ones of the same aggregate wait. `reason` must hold no patient data."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """It will never be accepted as it is: a dead letter, shown to a human; its aggregate waits for repair."""

    reason: str


Verdict = Delivered | Retry | Park


def outbox_tables(metadata: MetaData) -> OutboxTables:
    """Declare the tables. `seq` counts within an aggregate; `position` orders the whole outbox.

    A delivery is `open`, `delivered`, `parked` (a dead letter) or `set_aside` (a dead letter that a human gave up,
    with a `note`); what is open or parked holds back the later ones of its aggregate.
    """
    number = BigInteger().with_variant(Integer(), "sqlite")
    outbox = Table(
        "outbox",
        metadata,
        Column("position", number, primary_key=True, autoincrement=True),
        Column("event_id", String(36), nullable=False, unique=True),
        Column("aggregate", String(120), nullable=False),
        Column("seq", Integer, nullable=False),
        Column("subject", String(80), nullable=False),
        Column("payload", Text, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Index("outbox_aggregate_seq", "aggregate", "seq", unique=True),
    )
    delivery = Table(
        "outbox_delivery",
        metadata,
        Column("position", number, ForeignKey("outbox.position"), primary_key=True),
        Column("subscriber", String(40), primary_key=True),
        Column("aggregate", String(120), nullable=False),
        Column("state", String(10), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("not_before", UtcDateTime, nullable=False),
        Column("delivered_at", UtcDateTime),
        Column("parked_at", UtcDateTime),
        Column("reason", Text),
        Column("note", Text),
        Index("outbox_delivery_open", "subscriber", "state", "not_before"),
        Index("outbox_delivery_order", "subscriber", "aggregate", "state", "position"),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("event_id", String(36), primary_key=True),
        Column("consumer", String(40), primary_key=True),
        Column("received_at", UtcDateTime, nullable=False),
    )
    return OutboxTables(outbox=outbox, delivery=delivery, inbox=inbox)


async def append(
    transaction: Transaction,
    tables: OutboxTables,
    *,
    aggregate: str,
    message: Message,
    subscribers: Sequence[str],
    now: datetime,
    event_id: str | None = None,
) -> str:
    """Write a message into the outbox within the caller's transaction; return its event id.

    Args:
        aggregate: what must stay in order, `consult/ID`.
        subscribers: who is to receive it, each with a delivery of its own.
        event_id: when the message itself carries its id.
    """
    event_id = event_id or new_id()
    payload = message.model_dump_json()
    outbox = tables.outbox
    last = select(func.coalesce(func.max(outbox.c.seq), 0)).where(outbox.c.aggregate == aggregate)
    position = await transaction.connection.scalar(
        insert(outbox)
        .values(
            event_id=event_id,
            aggregate=aggregate,
            seq=last.scalar_subquery() + 1,
            subject=message.subject,
            payload=payload,
            sha256=hashlib.sha256(payload.encode()).hexdigest(),
            created_at=now,
        )
        .returning(outbox.c.position)
    )
    for subscriber in subscribers:
        await transaction.connection.execute(
            insert(tables.delivery).values(
                position=position,
                subscriber=subscriber,
                aggregate=aggregate,
                state="open",
                attempts=0,
                not_before=now,
            )
        )
    return event_id


async def first_time(
    transaction: Transaction, tables: OutboxTables, *, event_id: str, consumer: str, now: datetime
) -> bool:
    """Note an event in the inbox; False when it was noted before. Same transaction as what it causes."""
    dialect = transaction.connection.dialect.name
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    noted = await transaction.connection.execute(
        build(tables.inbox)
        .values(event_id=event_id, consumer=consumer, received_at=now)
        .on_conflict_do_nothing()
        .returning(tables.inbox.c.event_id)
    )
    return noted.first() is not None


class Courier:
    """Carries one subscriber's deliveries."""

    def __init__(
        self,
        database: Database,
        tables: OutboxTables,
        subscriber: str,
        deliver: Callable[[OutboxRow], Awaitable[Verdict]],
        clock: Clock,
    ) -> None:
        """`deliver` is called outside any transaction and must not raise for what it can foresee."""
        self._database = database
        self._tables = tables
        self._subscriber = subscriber
        self._deliver = deliver
        self._clock = clock
        self._nudged = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """Look at once instead of at the next turn; meant for `Transaction.after_commit`."""
        self._nudged.set()

    def stop(self) -> None:
        """Finish the deliveries at hand and return from `run`."""
        self._stopping = True
        self._nudged.set()

    async def run(self) -> None:
        """Carry until stopped."""
        while not self._stopping:
            self._nudged.clear()
            if await self.drain_once() == 0 and not self._stopping:
                with suppress(TimeoutError):
                    # Not asyncio.wait_for: before Python 3.12 it forgets a cancellation that meets a nudge.
                    async with asyncio.timeout(IDLE_WAIT_S):
                        await self._nudged.wait()

    async def drain_once(self) -> int:
        """Carry what is due now, one per aggregate; return how many were tried."""
        rows = await self._lease()
        await asyncio.gather(*(self._carry(row) for row in rows))
        return len(rows)

    async def _lease(self) -> list[OutboxRow]:
        outbox, delivery = self._tables.outbox, self._tables.delivery
        earlier = delivery.alias("earlier")
        now = self._clock.now()
        blocked = (
            select(earlier.c.position)
            .where(
                earlier.c.subscriber == delivery.c.subscriber,
                earlier.c.aggregate == delivery.c.aggregate,
                earlier.c.position < delivery.c.position,
                earlier.c.state.in_(("open", "parked")),
            )
            .exists()
        )
        due = (
            select(outbox, delivery.c.attempts)
            .join(delivery, delivery.c.position == outbox.c.position)
            .where(
                delivery.c.subscriber == self._subscriber,
                delivery.c.state == "open",
                # Nothing waits longer than LONGEST_WAIT_S: a later time was set by a clock that has gone back.
                or_(delivery.c.not_before <= now, delivery.c.not_before > now + FARTHEST),
                ~blocked,
            )
            .order_by(outbox.c.position)
            .limit(AT_ONCE)
        )
        async with self._database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return []
        due = due.with_for_update(of=delivery, skip_locked=True)
        async with self._database.write() as transaction:
            rows = (await transaction.connection.execute(due)).mappings().all()
            await transaction.connection.execute(
                update(delivery)
                .where(
                    delivery.c.subscriber == self._subscriber,
                    delivery.c.position.in_([row["position"] for row in rows]),
                )
                .values(not_before=now + LEASE, attempts=delivery.c.attempts + 1)
            )
        return [
            OutboxRow(
                event_id=row["event_id"],
                aggregate=row["aggregate"],
                seq=row["seq"],
                subject=row["subject"],
                payload=row["payload"],
                sha256=row["sha256"],
                created_at=row["created_at"],
                attempts=row["attempts"] + 1,
            )
            for row in rows
        ]

    async def _carry(self, row: OutboxRow) -> None:
        try:
            verdict = await self._deliver(row)
        except (OperationalError, InterfaceError):
            raise  # the database's fault and not the message's
        except Exception as error:
            log.error("delivery_failed", event_id=row.event_id, error=type(error).__name__, exc_info=error)
            reason = f"delivery/failed {type(error).__name__}"
            verdict = Retry(reason) if row.attempts < POISONED_AFTER else Park(reason)
        await self._note(row, verdict)

    async def _note(self, row: OutboxRow, verdict: Verdict) -> None:
        """Write the verdict down, unless somebody took over meanwhile and knows better."""
        outbox, delivery = self._tables.outbox, self._tables.delivery
        now = self._clock.now()
        still_mine = and_(delivery.c.state == "open", delivery.c.attempts == row.attempts)
        match verdict:
            case Delivered():
                change: dict[str, object] = {"state": "delivered", "delivered_at": now, "reason": None}
                still_mine = delivery.c.state.in_(("open", "parked"))
            case Retry(reason):
                wait = timedelta(seconds=backoff_s(row.attempts, random.random()))  # noqa: S311 - jitter
                change = {"not_before": now + wait, "reason": reason}
                log.info(
                    "delivery_delayed", subscriber=self._subscriber, event_id=row.event_id, reason=reason
                )
            case Park(reason):
                change = {"state": "parked", "parked_at": now, "reason": reason}
                log.error(
                    "delivery_parked", subscriber=self._subscriber, event_id=row.event_id, reason=reason
                )
            case _:
                assert_never(verdict)
        position = select(outbox.c.position).where(outbox.c.event_id == row.event_id).scalar_subquery()
        async with self._database.write() as transaction:
            await transaction.connection.execute(
                update(delivery)
                .where(delivery.c.subscriber == self._subscriber, delivery.c.position == position, still_mine)
                .values(**change)
            )


def backoff_s(attempts: int, chance: float) -> float:
    """Return how long to wait after that many attempts, doubling, with `chance` (0 to 1) as full jitter."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempts - 1, 16)) * (0.5 + chance / 2)
