"""What happens to a consult when one of its timers falls due."""

from sqlalchemy import select

from consult_api.access import PLATFORM
from consult_api.consults.lifecycle.stepping import advance
from consult_api.consults.lifecycle.steps import clock_step
from consult_api.consults.queries.rows import require_row
from consult_api.consults.rules.machine import TRANSITIONS, TimerKind
from consult_api.consults.rules.states import ConsultState, Escalate
from consult_api.consults.tables import CONSULTS
from consult_api.request import Surroundings, call_within
from consult_api.timers import Timer
from runtime.database import Transaction
from wire.clinical import Changed

_TOLD = {
    TimerKind.BREACH: "breached",
    TimerKind.REPORT_DUE: "report_overdue",
    TimerKind.ACKNOWLEDGE_DUE: "acknowledge_overdue",
    TimerKind.MEETING: "meeting_due",
}


class ConsultClock:
    """Fires a consult's timers: an offer climbs a rung, a missed deadline is told to both sides."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the worker's transaction; a timer that has lost its meaning does nothing."""
        call = call_within(self._surroundings, transaction, PLATFORM)
        consult_id = timer.aggregate.partition("/")[2]
        if (
            await transaction.connection.scalar(select(CONSULTS.c.id).where(CONSULTS.c.id == consult_id))
            is None
        ):
            return
        row = await require_row(transaction.connection, PLATFORM, consult_id, call.now, lock=True)
        kind = TimerKind(timer.kind)
        if kind is TimerKind.ESCALATE:
            if (ConsultState(row["state"]), Escalate) in TRANSITIONS:
                await advance(call, row, clock_step(Escalate()))
            return
        await call.audit("E", f"consult.{_TOLD[kind]}", ("consult", consult_id), patient_id=row["patient_id"])
        hint = Changed(
            kind="consult",
            id=consult_id,
            version=row["version"],
            reason=_TOLD[kind],
            institution_ids=(row["requester_institution_id"],),
        )
        there = {"institution_ids": (row["institution_id"],), "department_ids": (row["department_id"],)}
        call.tell(hint)
        call.tell(hint.model_copy(update=there))
