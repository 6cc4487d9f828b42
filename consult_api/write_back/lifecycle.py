"""Repairing: trying dead letters again, or setting them aside. Every act is audited, and none waits for the record."""

from consult_api import errors
from consult_api.database import OUTBOX
from consult_api.health_record.delivery.queries import allow_overwriting
from consult_api.request import Call
from consult_api.write_back.queries import dead_letter
from consult_api.write_back.schemas import DeadLetterPage, Retried, Retry, SetAside, SubscriberName
from runtime import deliveries


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
