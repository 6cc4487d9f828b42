"""Running what the pure machine asks for, in the transaction of the step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import RowMapping

from consult_api import timers
from consult_api.access import Grant, end_grants, write_grant
from consult_api.beds import lifecycle as beds
from consult_api.referrals import schemas as s
from consult_api.referrals.rules.states import (
    Direction,
    Effect,
    EndAccess,
    HoldBed,
    OpenAccess,
    ReferralTimer,
    ReleaseBed,
    StartTimer,
    StopTimers,
    UseBed,
)
from consult_api.request import Call
from consult_api.timers import Timer

_COLUMNS = {
    ReferralTimer.RESPOND: "respond_at",
    ReferralTimer.OVERDUE: "overdue_at",
    ReferralTimer.BACK_REPORT: "back_report_at",
}


async def run(call: Call, row: RowMapping, effects: Sequence[Effect], body: s.ReferralStep) -> dict[str, Any]:
    """Run the effects; return the columns of the referral that change with them. `row` is its row by now."""
    changed: dict[str, Any] = {}
    aggregate = f"referral/{row['id']}"
    for effect in effects:
        match effect:
            case StartTimer(kind, due_at):
                await timers.stop(call.transaction, aggregate, [kind.value], call.now)
                timer = Timer(aggregate=aggregate, kind=kind.value, epoch=row["version"])
                await timers.start(call.transaction, timer, due_at)
                changed |= {_COLUMNS[kind]: due_at} if kind in _COLUMNS else {}
            case StopTimers(kinds):
                await timers.stop(call.transaction, aggregate, [kind.value for kind in kinds], call.now)
                changed |= {_COLUMNS[kind]: None for kind in kinds if kind in _COLUMNS}
            case HoldBed(until):
                await _hold(call, row, until, body)
            case UseBed():
                await beds.use(
                    call,
                    referral_id=row["id"],
                    patient_id=row["patient_id"],
                    department_id=row["to_department_id"],
                )
            case ReleaseBed():
                await beds.release(call, row["id"])
            case OpenAccess():
                await _let_see(call, row)
            case EndAccess(refused):
                settings = call.surroundings.settings
                grace = settings.access_after_refusal if refused else settings.access_after_close
                await end_grants(call.connection, ("referral", row["id"]), call.now + grace)
            case _:
                assert_never(effect)
    return changed


async def _hold(call: Call, row: RowMapping, until: datetime, body: s.ReferralStep) -> None:
    if not isinstance(body, s.AcceptReferral | s.Rebook):
        await beds.extend(call, row["id"], until)
    elif body.bed_pool_id is not None:
        await beds.hold(
            call,
            pool_id=body.bed_pool_id,
            referral_id=row["id"],
            patient_id=row["patient_id"],
            department_id=row["to_department_id"],
            until=until,
        )


async def _let_see(call: Call, row: RowMapping) -> None:
    await write_grant(
        call.connection,
        Grant(
            patient_id=row["patient_id"],
            institution_id=row["to_institution_id"],
            # A township takes a patient back as a whole; its doctors needn't belong to the department.
            department_id=row["to_department_id"] if row["direction"] == Direction.UP.value else None,
            because_kind="referral",
            because_id=row["id"],
            valid_from=call.now,
        ),
    )
