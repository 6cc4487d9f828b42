"""The write-back to the shared health record, for those who look after it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from consult_api.access import Action
from consult_api.request import Call, Permitted
from consult_api.write_back import lifecycle, queries
from consult_api.write_back.schemas import (
    DeadLetter,
    DeadLetterPage,
    DeadLetterState,
    Mismatch,
    Reconcile,
    Reconciliation,
    Resend,
    Retried,
    Retry,
    RetryAll,
    SetAside,
    SubscriberName,
    WriteBack,
)

router = APIRouter(tags=["write-back"], prefix="/write-back")
Repairing = Annotated[Call, Depends(Permitted(Action.REPAIR_RECORD), scope="function")]


@router.get("")
async def read_write_back(call: Repairing) -> WriteBack:
    """Say where every subscriber of the clinic's events stands."""
    return await queries.overview(call.connection, call.surroundings.record_subscribers, call.now)


@router.get("/{subscriber}/dead-letters")
async def list_dead_letters(
    subscriber: SubscriberName, call: Repairing, state: DeadLetterState = "parked"
) -> list[DeadLetter]:
    """List what a record never got, the longest dead first, or what was set aside, newest first."""
    return await queries.dead_letters(call.connection, subscriber, state)


@router.post("/{subscriber}/dead-letters/retry")
async def retry_dead_letters(subscriber: SubscriberName, body: RetryAll, call: Repairing) -> Retried:
    """Try all dead letters of a subscriber again."""
    return await call.once(Retried, body, lambda: lifecycle.retry_all(call, subscriber))


@router.get("/{subscriber}/dead-letters/{event_id}")
async def read_dead_letter(subscriber: SubscriberName, event_id: str, call: Repairing) -> DeadLetterPage:
    """Read one dead letter: what was sent, and how it was refused."""
    return await queries.dead_letter(call.connection, subscriber, event_id)


@router.post("/{subscriber}/dead-letters/{event_id}/retry")
async def retry_dead_letter(
    subscriber: SubscriberName, event_id: str, body: Retry, call: Repairing
) -> Retried:
    """Try one dead letter again."""
    return await call.once(Retried, body, lambda: lifecycle.retry(call, subscriber, event_id, body))


@router.post("/{subscriber}/dead-letters/{event_id}/set-aside")
async def set_dead_letter_aside(
    subscriber: SubscriberName, event_id: str, body: SetAside, call: Repairing
) -> DeadLetterPage:
    """Give one dead letter up, with a reason; the later events of the same story go on."""
    return await call.once(
        DeadLetterPage, body, lambda: lifecycle.set_aside(call, subscriber, event_id, body)
    )


@router.post("/{subscriber}/reconciliations")
async def reconcile_record(subscriber: SubscriberName, body: Reconcile, call: Repairing) -> Reconciliation:
    """Compare what was written with what the record holds now; read the write-back to see how far it is."""
    return await call.once(Reconciliation, body, lambda: lifecycle.reconcile(call, subscriber))


@router.get("/{subscriber}/mismatches")
async def list_mismatches(subscriber: SubscriberName, call: Repairing) -> list[Mismatch]:
    """List what the record doesn't hold as it was written."""
    return await queries.mismatches(call.connection, subscriber)


@router.post("/{subscriber}/mismatches/resend")
async def resend_mismatches(subscriber: SubscriberName, body: Resend, call: Repairing) -> Retried:
    """Write what differs once more, some of it or all."""
    return await call.once(Retried, body, lambda: lifecycle.resend(call, subscriber, body))
