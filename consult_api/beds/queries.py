"""Reading bed pools. They hold no patient data; holds do, and are read with their referral."""

from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.beds.rules import is_stale, open_beds
from consult_api.beds.schemas import BedPool
from consult_api.beds.tables import BED_HOLDS, BED_POOLS
from consult_api.directory.queries import department_summaries, people


async def require_pool(connection: AsyncConnection, pool_id: str, *, lock: bool) -> RowMapping:
    """Read a pool's row, locked if asked.

    Raises:
        Problem: `bed/not-found`.
    """
    query = select(BED_POOLS).where(BED_POOLS.c.id == pool_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("bed")
    return row


async def pool_of_department(
    connection: AsyncConnection, department_id: str, *, lock: bool
) -> RowMapping | None:
    """Read the row of a department's pool, locked if asked; not every department has beds."""
    query = select(BED_POOLS).where(BED_POOLS.c.department_id == department_id)
    return (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()


async def pools(connection: AsyncConnection, now: datetime, *, pool_id: str | None = None) -> list[BedPool]:
    """List the county's pools, or one of them."""
    query = select(BED_POOLS).order_by(BED_POOLS.c.institution_id, BED_POOLS.c.id)
    if pool_id is not None:
        query = query.where(BED_POOLS.c.id == pool_id)
    rows = (await connection.execute(query)).mappings().all()
    departments = await department_summaries(connection, [row["department_id"] for row in rows])
    names = await people(connection, [row["confirmed_by"] for row in rows if row["confirmed_by"]])
    return [
        BedPool(
            id=row["id"],
            version=row["version"],
            institution_id=row["institution_id"],
            institution_name=departments[row["department_id"]].institution_name,
            department_id=row["department_id"],
            department_name=departments[row["department_id"]].name,
            total=row["total"],
            open=open_beds(total=row["total"], occupied=row["occupied"], held=row["held"]),
            held=row["held"],
            occupied=row["occupied"],
            as_of=row["as_of"],
            confirmed_by=names[row["confirmed_by"]] if row["confirmed_by"] else None,
            stale=is_stale(row["as_of"], now),
        )
        for row in rows
    ]


async def newest_hold(connection: AsyncConnection, referral_id: str) -> RowMapping | None:
    """The newest hold of a referral that the caller has read as an actor."""
    query = (
        select(BED_HOLDS)
        .where(BED_HOLDS.c.referral_id == referral_id)
        .order_by(BED_HOLDS.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(query)).mappings().one_or_none()
