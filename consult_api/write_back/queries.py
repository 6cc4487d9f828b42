"""Reading where the write-back stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.database import OUTBOX
from consult_api.health_record.delivery import reconciliations
from consult_api.health_record.delivery.queries import refusal_of
from consult_api.health_record.fhir.canonical import parse_resource
from consult_api.health_record.fhir.values import Resource, at_path, objects, text_at
from consult_api.regulator.lifecycle import SUBSCRIBER as REGULATOR
from consult_api.regulator.queries import standing
from consult_api.write_back.rules import OVERWRITABLE, read_reason
from consult_api.write_back.schemas import (
    DeadLetter,
    DeadLetterPage,
    DeadLetterState,
    Finding,
    Mismatch,
    Reconciliation,
    RefusedResource,
    Subscriber,
    SubscriberName,
    WriteBack,
)
from runtime import deliveries

PAGE = 200
SUBSCRIBERS: Sequence[SubscriberName] = ("record", "record-external")


async def overview(connection: AsyncConnection, configured: Sequence[str], now: datetime) -> WriteBack:
    """Say where every subscriber stands; one that is no longer configured shows while it has something left."""
    found: list[Subscriber] = []
    for name in SUBSCRIBERS:
        backlog = await deliveries.backlog(connection, OUTBOX, name, now)
        if name not in configured and not (backlog.waiting or backlog.parked):
            continue
        reason = read_reason(backlog.reason) if backlog.reason else None
        found.append(
            Subscriber(
                name=name,
                waiting=backlog.waiting,
                delayed=backlog.delayed,
                oldest_waiting_at=backlog.oldest_at,
                delay_cause=reason.cause if reason else None,
                delay_status=reason.status if reason else None,
                dead_letters=backlog.parked,
                held_up=backlog.held_up,
                set_aside=backlog.set_aside,
                lag_p95_s=backlog.lag_p95_s,
                mismatches=await reconciliations.count_mismatches(connection, name),
                reconciliation=await reconciliation(connection, name),
            )
        )
    feed = await deliveries.backlog(connection, OUTBOX, REGULATOR, now)
    return WriteBack(
        subscribers=found,
        regulator=await standing(connection),
        regulator_waiting=feed.waiting + feed.parked,
        attention=sum(one.dead_letters + one.mismatches for one in found),
    )


async def reconciliation(connection: AsyncConnection, subscriber: SubscriberName) -> Reconciliation | None:
    """Return the reconciliation of a subscriber's record that was asked for last."""
    known = await reconciliations.newest(connection, subscriber)
    if known is None:
        return None
    return Reconciliation(
        state=known.state,
        asked_at=known.asked_at,
        finished_at=known.finished_at,
        compared=known.compared,
        mismatched=known.mismatched,
        delay_cause=read_reason(known.reason).cause if known.reason else None,
    )


async def mismatches(connection: AsyncConnection, subscriber: SubscriberName) -> list[Mismatch]:
    """List what the record doesn't hold as it was written, 200 at most."""
    found: list[Mismatch] = []
    for one in await reconciliations.mismatches(connection, subscriber, PAGE):
        reason = read_reason(one.reason) if one.reason else None
        found.append(
            Mismatch(
                resource_type=one.target.resource_type,
                resource_id=one.target.resource_id,
                difference=one.difference,
                found_at=one.found_at,
                resend_asked=one.resend_asked,
                cause=reason.cause if reason else None,
                status=reason.status if reason else None,
            )
        )
    return found


async def dead_letters(
    connection: AsyncConnection, subscriber: SubscriberName, state: DeadLetterState
) -> list[DeadLetter]:
    """List a subscriber's dead letters, 200 at most."""
    rows = await deliveries.dead_letters(connection, OUTBOX, subscriber, state=state, limit=PAGE)
    return [_letter(row) for row in rows]


async def dead_letter(
    connection: AsyncConnection, subscriber: SubscriberName, event_id: str
) -> DeadLetterPage:
    """Read one dead letter with what was sent and how it was refused.

    Raises:
        Problem: `delivery/not-found`.
    """
    row = await deliveries.find(connection, OUTBOX, subscriber, event_id)
    if row is None:
        raise errors.not_found("delivery")
    refusal = await refusal_of(connection, subscriber, event_id)
    bundle: Resource = parse_resource(refusal[0]) if refusal else {}
    outcome: Resource = parse_resource(refusal[1]) if refusal else {}
    resources = [
        RefusedResource(
            position=position,
            resource_type=text_at(entry, "resource", "resourceType"),
            resource_id=text_at(entry, "resource", "id"),
        )
        for position, entry in enumerate(objects(bundle.get("entry")))
    ]
    findings = [_finding(issue) for issue in objects(outcome.get("issue"))]
    return DeadLetterPage(letter=_letter(row), resources=resources, findings=findings)


def _letter(row: deliveries.DeadLetter) -> DeadLetter:
    reason = read_reason(row.reason)
    kind, _, about = row.aggregate.partition("/")
    return DeadLetter.model_validate(
        {
            "subscriber": row.subscriber,
            "event_id": row.event_id,
            "event": row.message,
            "about_kind": kind,
            "about_id": about,
            "created_at": row.created_at,
            "parked_at": row.parked_at,
            "attempts": row.attempts,
            "cause": reason.cause,
            "status": reason.status,
            "details": reason.details,
            "held_up": row.held_up,
            "state": row.state,
            "may_overwrite": reason.cause in OVERWRITABLE,
            "note": row.note,
        }
    )


def _finding(issue: Resource) -> Finding:
    codes = [text_at(coding, "code") for coding in objects(list(at_path(issue, "details.coding")))]
    text = text_at(issue, "details", "text")
    places = [*at_path(issue, "expression"), *at_path(issue, "location")]
    return Finding(
        severity=text_at(issue, "severity"),
        code=text_at(issue, "code"),
        detail_codes=[*codes, text] if text else codes,
        places=[place for place in places if isinstance(place, str)],
    )
