"""Counting, holding and freeing beds. A pool's row is locked while its numbers change."""

from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from consult_api import errors, timers
from consult_api.access import PLATFORM
from consult_api.beds.queries import newest_hold, pool_of_department, pools, require_pool
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
        Problem: `bed/not-found`, `bed/not-yours`, `bed/stale-version`, `bed/more-occupied-than-total`,
            `bed/promised` when the count leaves no room for the beds that are held.
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
    if body.occupied + row["held"] > body.total:
        raise Problem(
            "bed/promised",
            Kind.CONFLICT,
            "Beds are held for patients on their way; release a hold or count added beds.",
            parameters={"held": row["held"]},
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


async def use(call: Call, *, referral_id: str, patient_id: str, department_id: str) -> None:
    """The patient lies in the bed that was held, or in an open one of the department.

    When none is open by the numbers, they stay as they are: the bed office will count what it sees.
    """
    held = await newest_hold(call.connection, referral_id)
    if held is not None and held["status"] == "held":
        await _end(call, held, to="used", held=-1, occupied=1)
        return
    row = await pool_of_department(call.connection, department_id, lock=True)
    if row is None or open_beds(total=row["total"], occupied=row["occupied"], held=row["held"]) == 0:
        return
    await call.connection.execute(
        insert(BED_HOLDS).values(
            id=new_id(),
            pool_id=row["id"],
            referral_id=referral_id,
            patient_id=patient_id,
            status="used",
            held_until=call.now,
            created_at=call.now,
        )
    )
    await _change(call, row, occupied=row["occupied"] + 1)
    await call.audit("C", "bed.used", ("bed_pool", row["id"]), patient_id=patient_id)


async def release(call: Call, referral_id: str) -> None:
    """The bed that was held is open again, or the one in which the patient lay."""
    held = await newest_hold(call.connection, referral_id)
    if held is None:
        return
    if held["status"] == "held":
        await _end(call, held, to="released", held=-1, occupied=0)
    elif held["status"] == "used":
        await _end(call, held, to="left", held=0, occupied=-1)


async def _end(call: Call, hold_row: RowMapping, *, to: str, held: int, occupied: int) -> None:
    row = await require_pool(call.connection, hold_row["pool_id"], lock=True)
    result = await call.connection.execute(
        update(BED_HOLDS)
        .where(BED_HOLDS.c.id == hold_row["id"], BED_HOLDS.c.status == hold_row["status"])
        .values(status=to, ended_at=call.now)
    )
    if result.rowcount == 1:
        await timers.stop(call.transaction, f"bed/{hold_row['id']}", [_HOLD_ENDS], call.now)
        # The bed office may have counted the patient out already.
        taken = max(0, row["occupied"] + occupied)
        await _change(call, row, held=row["held"] + held, occupied=taken)
        await call.audit("U", f"bed.{to}", ("bed_pool", row["id"]), patient_id=hold_row["patient_id"])


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
        query = select(BED_HOLDS).where(
            BED_HOLDS.c.id == timer.aggregate.partition("/")[2], BED_HOLDS.c.status == "held"
        )
        held = (await transaction.connection.execute(query)).mappings().one_or_none()
        if held is not None:
            await _end(call, held, to="expired", held=-1, occupied=0)
