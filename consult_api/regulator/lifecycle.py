"""Publishing events to the feed, and handing them out."""

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from consult_api.regulator.queries import events_after, head
from consult_api.regulator.rules import FIRST_LINK, link
from consult_api.regulator.schemas import FeedPage
from consult_api.regulator.tables import FEED, HEAD, READERS
from consult_api.request import Call
from runtime.clock import Clock
from runtime.database import Database, Transaction
from runtime.outbox import Delivered, OutboxRow, Verdict

SUBSCRIBER = "regulator"


class FeedPublisher:
    """Numbers the outbox's events. Only the outbox's order within an aggregate is kept; numbers have no gaps.

    A number is given and committed under the head's row lock, so that a reader who has seen a number will never see
    a smaller one appear: a position of the outbox itself wouldn't promise that.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def deliver(self, row: OutboxRow) -> Verdict:
        """Give the event its number, once."""
        async with self._database.write() as transaction:
            await self._publish(transaction, row)
        return Delivered()

    async def _publish(self, transaction: Transaction, row: OutboxRow) -> None:
        connection = transaction.connection
        number, chain = await self._locked_head(transaction)
        known = select(FEED.c.number).where(FEED.c.event_id == row.event_id)
        if (await connection.execute(known)).first() is not None:
            return
        chain = link(chain, number + 1, row.event_id, row.sha256)
        await connection.execute(
            insert(FEED).values(
                number=number + 1, event_id=row.event_id, chain=chain, published_at=self._clock.now()
            )
        )
        await connection.execute(update(HEAD).values(number=number + 1, chain=chain))

    async def _locked_head(self, transaction: Transaction) -> tuple[int, str]:
        build = postgresql.insert if self._database.dialect == "postgresql" else sqlite.insert
        await transaction.connection.execute(
            build(HEAD).values(id=1, number=0, chain=FIRST_LINK).on_conflict_do_nothing()
        )
        row = (
            await transaction.connection.execute(select(HEAD.c.number, HEAD.c.chain).with_for_update())
        ).one()
        return row.number, row.chain


async def take(call: Call, *, after: int, limit: int) -> FeedPage:
    """Hand out the events behind `after`, and note that the reader has those up to it."""
    newest = await head(call.connection)
    events = await events_after(call.connection, after, limit)
    await _note_reader(call, min(after, newest))
    if events:
        numbers = f"{events[0].number}-{events[-1].number}"
        await call.audit("R", "regulator.take", ("feed", numbers))
    return FeedPage(events=events, next=events[-1].number if events else after, head=newest)


async def _note_reader(call: Call, number: int) -> None:
    build = postgresql.insert if call.surroundings.database.dialect == "postgresql" else sqlite.insert
    values = {"name": call.actor.name, "number": number, "seen_at": call.now}
    await call.connection.execute(
        build(READERS)
        .values(actor_id=call.actor.actor_id, **values)
        .on_conflict_do_update(index_elements=[READERS.c.actor_id], set_=values)
    )
