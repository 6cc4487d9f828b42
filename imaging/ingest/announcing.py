"""What a transaction that stores instances leaves behind beside their rows: audit entries and announcements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from imaging.index.recording import Recorded, RecordedBatch
from imaging.index.tables import audit, outbox
from runtime.audit import AuditEntry, record
from runtime.database import Transaction
from runtime.outbox import append
from wire.identifiers import new_id
from wire.imaging import StudyReceived

SUBSCRIBER = "clinical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who stores, for whom, and how."""

    institution_id: str
    stored_by: str
    route: str
    """stow, dimse or import; goes to the audit."""
    study_uid: str | None = None
    """The study addressed, when the request names one."""


async def audit_stored(
    transaction: Transaction, origin: Origin, outcomes: Sequence[Recorded], now: datetime
) -> None:
    """Note who stored how many instances of which study."""
    added = Counter(outcome.arrival.description.study_uid for outcome in outcomes if outcome.new)
    for study_uid, instances in sorted(added.items()):
        entry = AuditEntry(
            institution_id=origin.institution_id,
            actor_id=origin.stored_by,
            action="C",
            subtype=f"study.store.{origin.route}",
            entity_type="study",
            entity_id=study_uid,
            detail=f"{instances} instances",
        )
        await record(transaction, audit, entry, now)


async def announce(transaction: Transaction, recorded: RecordedBatch, now: datetime) -> None:
    """Announce each study that grew, with all it has now.

    An earlier announcement of the study that nobody has tried to deliver yet says less than the new one, which takes
    its place: a series sent image by image is announced about once a second, not once an image.
    """
    last = {o.arrival.description.study_uid: o.arrival for o in recorded.outcomes if o.new}
    for study_uid, instances in sorted(recorded.totals.items()):
        arrival, event_id = last[study_uid], new_id()
        message = StudyReceived(
            event_id=event_id,
            study_uid=study_uid,
            institution_id=arrival.institution_id,
            stored_by=arrival.stored_by,
            instances=instances,
            at=now,
        )
        aggregate = f"study/{study_uid}"
        await _supersede(transaction, aggregate)
        await append(
            transaction,
            outbox,
            aggregate=aggregate,
            message=message,
            subscribers=[SUBSCRIBER],
            now=now,
            event_id=event_id,
        )


async def _supersede(transaction: Transaction, aggregate: str) -> None:
    delivery, event = outbox.delivery, outbox.outbox
    untried = (
        delivery.c.subscriber == SUBSCRIBER,
        delivery.c.aggregate == aggregate,
        delivery.c.state == "open",
        delivery.c.attempts == 0,
    )
    taken = await transaction.connection.execute(
        delete(delivery).where(*untried).returning(delivery.c.position)
    )
    positions = list(taken.scalars())
    if positions:
        await transaction.connection.execute(delete(event).where(event.c.position.in_(positions)))
