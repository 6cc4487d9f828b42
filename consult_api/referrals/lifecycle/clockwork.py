"""What happens to a referral when one of its timers falls due."""

from consult_api.access import PLATFORM
from consult_api.referrals import queries
from consult_api.referrals.lifecycle.stepping import tell
from consult_api.referrals.rules.states import ReferralState, ReferralTimer
from consult_api.request import Surroundings, call_within
from consult_api.timers import Timer
from runtime.database import Transaction

_REASONS = {
    ReferralTimer.RESPOND: "respond_overdue",
    ReferralTimer.OVERDUE: "overdue",
    ReferralTimer.HOLD: "hold_ended",
    ReferralTimer.BACK_REPORT: "back_report_overdue",
}
_WAITED_FOR = {ReferralState.ACCEPTED, ReferralState.TRANSPORT_ARRANGED, ReferralState.IN_TRANSIT}


class ReferralClock:
    """Tells both sides when an answer, an arrival or the report back is overdue, or a bed is no longer held.

    No state changes by itself.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the worker's transaction."""
        call = call_within(self._surroundings, transaction, PLATFORM)
        referral_id = timer.aggregate.partition("/")[2]
        row = await queries.require_row(transaction.connection, PLATFORM, referral_id, call.now)
        if timer.kind == ReferralTimer.HOLD.value and row["state"] not in _WAITED_FOR:
            return
        reason = _REASONS[ReferralTimer(timer.kind)]
        await call.audit("E", f"referral.{reason}", ("referral", referral_id), patient_id=row["patient_id"])
        tell(call, row, reason, former=row)
