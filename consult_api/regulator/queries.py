"""Reading the feed."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.database import OUTBOX
from consult_api.regulator.schemas import FeedEvent, FeedReader, FeedStanding
from consult_api.regulator.tables import FEED, HEAD, READERS


async def head(connection: AsyncConnection) -> int:
    """Return the newest number."""
    return await connection.scalar(select(HEAD.c.number)) or 0


async def events_after(connection: AsyncConnection, number: int, limit: int) -> list[FeedEvent]:
    """Return the events behind a number, in order."""
    outbox = OUTBOX.outbox
    query = (
        select(FEED.c.number, FEED.c.chain, outbox)
        .join(outbox, outbox.c.event_id == FEED.c.event_id)
        .where(FEED.c.number > number)
        .order_by(FEED.c.number)
        .limit(limit)
    )
    found: list[FeedEvent] = []
    for row in (await connection.execute(query)).mappings():
        kind, _, about = row["aggregate"].partition("/")
        found.append(
            FeedEvent(
                number=row["number"],
                event_id=row["event_id"],
                about_kind=kind,
                about_id=about,
                seq=row["seq"],
                event=row["subject"],
                written_at=row["created_at"],
                payload=row["payload"],
                sha256=row["sha256"],
                chain=row["chain"],
            )
        )
    return found


async def standing(connection: AsyncConnection) -> FeedStanding:
    """Say how far the feed and its readers are."""
    newest = await head(connection)
    rows = (await connection.execute(select(READERS).order_by(READERS.c.name, READERS.c.actor_id))).mappings()
    readers = [
        FeedReader(
            name=row["name"], taken=row["number"], behind=newest - row["number"], seen_at=row["seen_at"]
        )
        for row in rows
    ]
    return FeedStanding(head=newest, readers=readers)
