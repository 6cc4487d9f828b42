"""Breaking the glass, giving it back, and judging it; each is an event of its own in the audit."""

from sqlalchemy import insert, select, update

from consult_api import errors, timers
from consult_api.access import PLATFORM, Grant, end_grants, write_grant
from consult_api.directory.lifecycle.pins import PinProof
from consult_api.oversight.queries import break_glass as queries
from consult_api.oversight.rules.break_glass import LASTS, review_due
from consult_api.oversight.schemas import BreakGlass, BreakGlassOpening, BreakGlassReview
from consult_api.oversight.tables import BREAK_GLASS
from consult_api.request import Call, Surroundings, call_within
from consult_api.timers import Timer
from runtime.database import Transaction
from wire.clinical import Changed
from wire.identifiers import new_id
from wire.problems import Kind, Problem

_KIND = "break_glass"
_REVIEW = "review"


async def break_open(call: Call, body: BreakGlassOpening, proof: PinProof) -> BreakGlass:
    """Let the actor see a patient for a while, and tell those who will judge it.

    Raises:
        Problem: `patient/not-found`, `break-glass/not-needed`, `break-glass/wrong-pin`, `access/denied`.
    """
    actor = call.actor
    if proof.person_id != actor.actor_id:
        raise Problem("break-glass/wrong-pin", Kind.FORBIDDEN, "The PIN is somebody else's.")
    patient, seen_anyway = await queries.find_patient(
        call.connection, actor, call.now, patient_id=body.patient_id, resident_id=body.resident_id
    )
    if seen_anyway:
        raise Problem("break-glass/not-needed", Kind.CONFLICT, "You may see this patient as it is.")
    if actor.institution_id is None:
        raise errors.access_denied()
    glass_id, ends_at = new_id(), call.now + LASTS
    due = review_due(call.now, call.surroundings.settings.county_time)
    await call.connection.execute(
        insert(BREAK_GLASS).values(
            id=glass_id,
            version=1,
            patient_id=patient["id"],
            patient_institution_id=patient["institution_id"],
            person_id=actor.actor_id,
            institution_id=actor.institution_id,
            department_id=actor.department_id,
            reason=body.reason,
            opened_at=call.now,
            ends_at=ends_at,
            review_due_at=due,
        )
    )
    grant = Grant(
        patient_id=patient["id"],
        institution_id=actor.institution_id,
        person_id=actor.actor_id,
        because_kind=_KIND,
        because_id=glass_id,
        valid_from=call.now,
        valid_to=ends_at,
    )
    await write_grant(call.connection, grant)
    await timers.start(call.transaction, Timer(aggregate=f"{_KIND}/{glass_id}", kind=_REVIEW, epoch=0), due)
    await call.audit("E", "break_glass.open", (_KIND, glass_id), patient_id=patient["id"])
    await _tell(call, glass_id, 1, "opened", patient["institution_id"])
    return await queries.one(call.connection, actor, glass_id, call.now)


async def give_back(call: Call, glass_id: str) -> BreakGlass:
    """End one's own access before its time.

    Raises:
        Problem: `break-glass/not-found`, `break-glass/already-over`.
    """
    row = await queries.require_row(call.connection, call.actor, glass_id, to_judge=False)
    if row["ends_at"] <= call.now:
        raise Problem("break-glass/already-over", Kind.CONFLICT, "This access has ended already.")
    version = row["version"] + 1
    mine = BREAK_GLASS.c.id == glass_id
    await call.connection.execute(update(BREAK_GLASS).where(mine).values(version=version, ends_at=call.now))
    await end_grants(call.connection, (_KIND, glass_id), call.now)
    await call.audit("U", "break_glass.give_back", (_KIND, glass_id), patient_id=row["patient_id"])
    await _tell(call, glass_id, version, "given_back", row["patient_institution_id"])
    return await queries.one(call.connection, call.actor, glass_id, call.now)


async def review(call: Call, glass_id: str, body: BreakGlassReview) -> BreakGlass:
    """Judge it. A verdict stands; nobody judges their own.

    Raises:
        Problem: `break-glass/not-found`, `break-glass/not-yours`, `break-glass/already-reviewed`,
            `break-glass/stale-version`.
    """
    row = await queries.require_row(call.connection, call.actor, glass_id, to_judge=True)
    if row["person_id"] == call.actor.actor_id:
        raise errors.not_yours("break-glass", "review")
    if row["verdict"] is not None:
        raise Problem("break-glass/already-reviewed", Kind.CONFLICT, "This has been judged already.")
    if row["version"] != body.version:
        raise errors.stale_version("break-glass")
    version = row["version"] + 1
    await call.connection.execute(
        update(BREAK_GLASS)
        .where(BREAK_GLASS.c.id == glass_id)
        .values(
            version=version,
            verdict=body.verdict.value,
            note=body.note,
            reviewed_by=call.actor.actor_id,
            reviewed_at=call.now,
        )
    )
    await timers.stop(call.transaction, f"{_KIND}/{glass_id}", [_REVIEW], call.now)
    await call.audit(
        "E",
        "break_glass.review",
        (_KIND, glass_id),
        patient_id=row["patient_id"],
        detail=body.verdict.value,
    )
    await _tell(call, glass_id, version, "reviewed", row["patient_institution_id"], row["person_id"])
    return await queries.one(call.connection, call.actor, glass_id, call.now)


async def _tell(
    call: Call, glass_id: str, version: int, reason: str, institution_id: str, *more: str
) -> None:
    told = (*await queries.reviewers(call.connection, institution_id), *more)
    call.tell(Changed(kind=_KIND, id=glass_id, version=version, reason=reason, person_ids=told))


class ReviewClock:
    """Tells the reviewers again when nobody has judged by the end of the next day."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, transaction: Transaction, timer: Timer) -> None:
        """Act in the worker's transaction."""
        call = call_within(self._surroundings, transaction, PLATFORM)
        glass_id = timer.aggregate.partition("/")[2]
        query = select(BREAK_GLASS).where(BREAK_GLASS.c.id == glass_id)
        row = (await transaction.connection.execute(query)).mappings().one_or_none()
        if row is None or row["verdict"] is not None:
            return
        await call.audit("E", "break_glass.overdue", (_KIND, glass_id), patient_id=row["patient_id"])
        await _tell(call, glass_id, row["version"], "review_overdue", row["patient_institution_id"])
