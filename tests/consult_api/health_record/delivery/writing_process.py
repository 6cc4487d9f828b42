"""A process that writes back until nothing is left, and may be killed at any moment."""

import asyncio

from clinical_events import COUNTY
from sqlalchemy import func, select

from consult_api.database import AUDIT, OUTBOX
from consult_api.health_record.delivery.assembly import RecordSettings, couriers
from runtime.clock import SystemClock
from runtime.database import Database


async def write_back(database_url: str, record_url: str, token: str) -> None:
    database = Database.open(database_url, "consult_api")
    settings = RecordSettings(
        county_namespace=COUNTY.namespace,
        dicomweb_url=COUNTY.dicomweb_url,
        record_url=record_url,
        record_token=token,
    )
    clock = SystemClock()
    working = couriers(settings, database=database, outbox=OUTBOX, audit_tables=AUDIT, clock=clock)
    open_rows = select(func.count()).select_from(OUTBOX.delivery).where(OUTBOX.delivery.c.state == "open")
    left = 1
    while left:
        tried = await asyncio.gather(*(courier.drain_once() for courier in working))
        if not any(tried):
            await clock.sleep(0.05)  # until a retry is due
        async with database.read() as connection:
            left = await connection.scalar(open_rows) or 0
    await database.close()


def main(database_url: str, record_url: str, token: str) -> None:
    """Run until everything is delivered."""
    asyncio.run(write_back(database_url, record_url, token))
