"""Repairing: trying dead letters again or setting them aside, comparing, sending again what differs.

Every act is audited, and none waits for the record: couriers and reconcilers do it after the commit.
"""

from consult_api import errors, timers
from consult_api.database import OUTBOX
from consult_api.health_record.delivery import reconciliations
from consult_api.health_record.delivery.queries import allow_overwriting
from consult_api.health_record.fhir.references import Identity
from consult_api.regulator.lifecycle import SUBSCRIBER as REGULATOR
from consult_api.request import Call, Surroundings
from consult_api.timers import Timer
from consult_api.write_back.queries import dead_letter, reconciliation
from consult_api.write_back.rules import next_night
from consult_api.write_back.schemas import (
    DeadLetterPage,
    Reconciliation,
    Resend,
    Retried,
    Retry,
    SetAside,
    SubscriberName,
)
from runtime import deliveries
from runtime.database import Transaction

_NIGHTLY = "record/nightly"
_RECONCILE = "reconcile"


async def retry(call: Call, subscriber: SubscriberName, event_id: str, body: Retry) -> Retried:
    """Have one dead letter tried again at once.

    Raises:
        Problem: `delivery/not-found`, also when somebody else was faster.
    """
    count = await deliveries.retry(call.connection, OUTBOX, subscriber, call.now, event_ids=[event_id])
    if count != 1:
        raise errors.not_found("delivery")
    if body.overwrite:
        await allow_overwriting(call.connection, subscriber, event_id)
    act = "delivery.overwrite" if body.overwrite else "delivery.retry"
    await call.audit("E", act, ("delivery", event_id), detail=subscriber)
    call.hurry_couriers()
    return Retried(count=count)


async def retry_all(call: Call, subscriber: SubscriberName) -> Retried:
    """Have all dead letters of a subscriber tried again at once."""
    count = await deliveries.retry(call.connection, OUTBOX, subscriber, call.now)
    await call.audit("E", "delivery.retry_all", ("delivery", "-"), detail=f"{subscriber} {count}")
    call.hurry_couriers()
    return Retried(count=count)


async def set_aside(call: Call, subscriber: SubscriberName, event_id: str, body: SetAside) -> DeadLetterPage:
    """Give a dead letter up for good; what waited behind it goes on.

    Raises:
        Problem: `delivery/not-found`, also when somebody else was faster.
    """
    done = await deliveries.set_aside(call.connection, OUTBOX, subscriber, event_id, body.reason.strip())
    if not done:
        raise errors.not_found("delivery")
    await call.audit("E", "delivery.set_aside", ("delivery", event_id), detail=subscriber)
    call.hurry_couriers()
    return await dead_letter(call.connection, subscriber, event_id)


async def reconcile(call: Call, subscriber: SubscriberName) -> Reconciliation:
    """Have all that was written compared with what the record holds now; one that is under way goes on.

    Raises:
        Problem: `delivery/not-found` when nothing is written to such a record.
    """
    if subscriber not in call.surroundings.record_subscribers:
        raise errors.not_found("delivery")
    await reconciliations.ask(call.connection, subscriber, asked_by=call.actor.actor_id, now=call.now)
    await call.audit("E", "record.reconcile", ("record", subscriber))
    call.hurry_couriers()
    found = await reconciliation(call.connection, subscriber)
    if found is None:
        raise errors.not_found("delivery")
    return found


async def resend(call: Call, subscriber: SubscriberName, body: Resend) -> Retried:
    """Have what differs written once more, over whatever stands there."""
    targets = (
        None
        if body.resources is None
        else [Identity(one.resource_type, one.resource_id) for one in body.resources]
    )
    count = await reconciliations.ask_to_resend(call.connection, subscriber, targets, call.now)
    await call.audit("E", "record.resend", ("record", subscriber), detail=str(count))
    call.hurry_couriers()
    return Retried(count=count)


class NightlyReconciliation:
    """Asks for a reconciliation of every record each night at 02:30 of the county's time."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def schedule(self, transaction: Transaction) -> None:
        """Start the next night's timer; starting it again changes nothing."""
        zone = self._surroundings.settings.county_time
        due_at = next_night(self._surroundings.clock.now(), zone)
        epoch = due_at.astimezone(zone).toordinal()
        await timers.start(transaction, Timer(aggregate=_NIGHTLY, kind=_RECONCILE, epoch=epoch), due_at)

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the timer's transaction."""
        surroundings, now = self._surroundings, self._surroundings.clock.now()
        for subscriber in surroundings.record_subscribers:
            if subscriber != REGULATOR:
                await reconciliations.ask(
                    transaction.connection, subscriber, asked_by=timer.aggregate, now=now
                )
        await self.schedule(transaction)
