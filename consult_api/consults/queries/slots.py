"""When the two sides of a consult could meet."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.consults.rules.states import Side
from consult_api.consults.schemas.consult import ConsultSlot
from consult_api.consults.tables import SLOTS
from consult_api.directory.queries import people


async def slots_of(connection: AsyncConnection, consult_id: str) -> list[ConsultSlot]:
    """List a consult's open proposals in the order of time; the caller has read the consult as an actor."""
    query = select(SLOTS).where(SLOTS.c.consult_id == consult_id).order_by(SLOTS.c.at, SLOTS.c.side)
    rows = (await connection.execute(query)).mappings().all()
    names = await people(connection, [row["proposed_by"] for row in rows])
    return [
        ConsultSlot(
            at=row["at"],
            minutes=row["minutes"],
            side=Side(row["side"]),
            proposed_by=names[row["proposed_by"]],
        )
        for row in rows
    ]
