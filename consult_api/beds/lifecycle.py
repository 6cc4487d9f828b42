"""Counting, holding and freeing beds. A pool's row is locked while its numbers change."""

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from consult_api import errors, timers
from consult_api.access import PLATFORM
from consult_api.beds.queries import newest_hold, pools, require_pool
from consult_api.beds.rules import open_beds
from consult_api.beds.schemas import BedCount, BedPool
from consult_api.beds.tables import BED_HOLDS, BED_POOLS
from consult_api.request import Call, Surroundings, call_within
from consult_api.timers import Timer
from runtime.database import Transaction
from wire.clinical import Changed
from wire.identifiers import new_id
from wire.problems import Kind, Problem

_HOLD_ENDS = "hold_ends"


async def create_pool(
    transaction: Transaction,
    *,
    institution_id: str,
    department_id: str,
    total: int,
    occupied: int,
    now: datetime,
) -> str:
    """Set up the beds of a department; return the pool's id."""
    pool_id = new_id()
    await transaction.connection.execute(
        insert(BED_POOLS).values(
            id=pool_id,
            version=1,
            institution_id=institution_id,
            department_id=department_id,
            total=total,
            occupied=occupied,
            held=0,
            as_of=now,
        )
    )
    return pool_id


async def confirm(call: Call, pool_id: str, body: BedCount) -> BedPool:
    """Keep the numbers that the bed office counted.

    Raises:
        Problem: `bed/not-found`, `bed/not-yours`, `bed/stale-version`, `bed/more-occupied-than-total`.
    """
    row = await require_pool(call.connection, pool_id, lock=True)
    if row["institution_id"] != call.actor.institution_id:
        raise errors.not_yours("bed", "confirm")
    if row["version"] != body.version:
        raise errors.stale_version("bed")
    if body.occupied > body.total:
        raise Problem(
            "bed/more-occupied-than-total", Kind.UNPROCESSABLE, "More beds are occupied than there are."
        )
    await _change(
        call,
        row,
        total=body.total,
        occupied=body.occupied,
        as_of=call.now,
        confirmed_by=None if call.actor.is_machine else call.actor.actor_id,
    )
    await call.audit("U", "bed.confirm", ("bed_pool", pool_id))
    return (await pools(call.connection, call.now, pool_id=pool_id))[0]


async def hold(
    call: Call, *, pool_id: str, referral_id: str, patient_id: str, department_id: str, until: datetime
) -> None:
    """Keep a bed for a referral, or move the end of the hold that it has.

    Raises:
        Problem: `bed/not-found` (also when the pool is another department's), `bed/none-open`.
    """
    row = await require_pool(call.connection, pool_id, lock=True)
    if row["department_id"] != department_id:
        raise errors.not_found("bed")
    if open_beds(total=row["total"], occupied=row["occupied"], held=row["held"]) == 0:
        raise Problem("bed/none-open", Kind.CONFLICT, "No bed of this department is open.")
    hold_id = new_id()
    await call.connection.execute(
        insert(BED_HOLDS).values(
            id=hold_id,
            pool_id=pool_id,
            referral_id=referral_id,
            patient_id=patient_id,
            status="held",
            held_until=until,
            created_at=call.now,
        )
    )
    await timers.start(call.transaction, Timer(aggregate=f"bed/{hold_id}", kind=_HOLD_ENDS, epoch=0), until)
    await _change(call, row, held=row["held"] + 1)
    await call.audit("C", "bed.hold", ("bed_pool", pool_id), patient_id=patient_id)


async def extend(call: Call, referral_id: str, until: datetime) -> None:
    """Move the end of a referral's hold, if it has one."""
    held = await newest_hold(call.connection, referral_id)
    if held is None or held["status"] != "held":
        return
    await call.connection.execute(
        update(BED_HOLDS).where(BED_HOLDS.c.id == held["id"]).values(held_until=until)
    )
    timer = Timer(aggregate=f"bed/{held['id']}", kind=_HOLD_ENDS, epoch=0)
    await timers.start(call.transaction, timer, until)


async def use(call: Call, referral_id: str) -> None:
    """The patient lies in the bed that was held; a hold that has run out changes nothing."""
    await _end_hold(call, referral_id, status="used", occupied=1)


async def release(call: Call, referral_id: str, *, status: str = "released") -> None:
    """The bed that was held is open again."""
    await _end_hold(call, referral_id, status=status, occupied=0)


async def _end_hold(call: Call, referral_id: str, *, status: str, occupied: int) -> None:
    held = await newest_hold(call.connection, referral_id)
    if held is None or held["status"] != "held":
        return
    row = await require_pool(call.connection, held["pool_id"], lock=True)
    result = await call.connection.execute(
        update(BED_HOLDS)
        .where(BED_HOLDS.c.id == held["id"], BED_HOLDS.c.status == "held")
        .values(status=status, ended_at=call.now)
    )
    if result.rowcount == 1:
        await timers.stop(call.transaction, f"bed/{held['id']}", [_HOLD_ENDS], call.now)
        await _change(call, row, held=row["held"] - 1, occupied=row["occupied"] + occupied)
        await call.audit("U", f"bed.{status}", ("bed_pool", row["id"]), patient_id=held["patient_id"])


async def _change(call: Call, row: RowMapping, **values: object) -> None:
    version = row["version"] + 1
    await call.connection.execute(
        update(BED_POOLS).where(BED_POOLS.c.id == row["id"]).values(version=version, **values)
    )
    call.tell(
        Changed(
            kind="bed",
            id=row["id"],
            version=version,
            reason="changed",
            institution_ids=(row["institution_id"],),
        )
    )


class BedClock:
    """Opens a bed again when its hold has run out."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the worker's transaction."""
        call = call_within(self._surroundings, transaction, PLATFORM)
        query = select(BED_HOLDS.c.referral_id).where(BED_HOLDS.c.id == timer.aggregate.partition("/")[2])
        referral_id: str | None = await transaction.connection.scalar(query)
        if referral_id is not None:
            await release(call, referral_id, status="expired")
