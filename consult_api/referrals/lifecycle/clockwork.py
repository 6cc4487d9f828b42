"""What happens to a referral when one of its timers falls due."""

from consult_api.access import PLATFORM
from consult_api.referrals import queries
from consult_api.referrals.lifecycle.stepping import tell
from consult_api.referrals.rules import (
    ReferralTimer,
)
from consult_api.request import Surroundings, call_within
from consult_api.timers import Timer
from runtime.database import Transaction


class ReferralClock:
    """Tells both sides when an answer, an arrival or the report back is overdue; no state changes by itself."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the worker's transaction."""
        call = call_within(self._surroundings, transaction, PLATFORM)
        referral_id = timer.aggregate.partition("/")[2]
        row = await queries.require_row(transaction.connection, PLATFORM, referral_id, call.now)
        reason = f"{timer.kind}_overdue" if timer.kind != ReferralTimer.OVERDUE.value else "overdue"
        await call.audit("E", f"referral.{reason}", ("referral", referral_id), patient_id=row["patient_id"])
        tell(call, row, reason, former=row)
