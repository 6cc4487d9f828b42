"""Reading broken glass: one's own, and what a director or a regulator has to judge."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Action, Actor, Role, permits, visible_patients
from consult_api.directory.queries import Post, institution_names, people, practitioners
from consult_api.directory.tables import MEMBERSHIPS, PERSONS
from consult_api.oversight.rules.break_glass import Verdict
from consult_api.oversight.schemas import BreakGlass
from consult_api.oversight.tables import BREAK_GLASS
from consult_api.patients.queries import patient_of, summary_of
from consult_api.patients.rules import normalise_resident_id
from consult_api.patients.tables import PATIENTS


async def find_patient(
    connection: AsyncConnection,
    actor: Actor,
    now: datetime,
    *,
    patient_id: str | None,
    resident_id: str | None,
) -> tuple[RowMapping, bool]:
    """Find whose glass an actor is about to break; the second value says whether they see the patient anyway.

    Raises:
        Problem: `patient/not-found`; `access/denied` for who may not break glass.
    """
    if not permits(actor, Action.BREAK_GLASS):
        raise errors.access_denied()
    named = (
        PATIENTS.c.id == patient_id
        if patient_id is not None
        else PATIENTS.c.resident_id == normalise_resident_id(resident_id or "")
    )
    row = (await connection.execute(select(PATIENTS).where(named))).mappings().one_or_none()
    if row is None:
        raise errors.not_found("patient")
    seen = select(PATIENTS.c.id).where(
        PATIENTS.c.id == row["id"], visible_patients(actor, PATIENTS.c.id, now)
    )
    return row, await connection.scalar(seen) is not None


async def reviewers(connection: AsyncConnection, institution_id: str) -> list[str]:
    """Who is told: the directors of the patient's institution, and the county's regulators."""
    query = (
        select(MEMBERSHIPS.c.person_id)
        .join(PERSONS, PERSONS.c.id == MEMBERSHIPS.c.person_id)
        .where(
            MEMBERSHIPS.c.ended_at.is_(None),
            PERSONS.c.disabled_at.is_(None),
            or_(
                MEMBERSHIPS.c.role == Role.REGULATOR.value,
                and_(
                    MEMBERSHIPS.c.role == Role.DIRECTOR.value,
                    MEMBERSHIPS.c.institution_id == institution_id,
                ),
            ),
        )
        .distinct()
        .order_by(MEMBERSHIPS.c.person_id)
    )
    return list((await connection.execute(query)).scalars())


def _mine(actor: Actor) -> ColumnElement[bool]:
    return BREAK_GLASS.c.person_id == actor.actor_id


def _to_judge(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.REGULATOR:
        return true()
    return BREAK_GLASS.c.patient_institution_id == actor.institution_id


async def require_row(
    connection: AsyncConnection, actor: Actor, glass_id: str, *, to_judge: bool
) -> RowMapping:
    """Read a row, locked; one's own, or one that the actor may judge.

    Raises:
        Problem: `break-glass/not-found`.
    """
    whose = _to_judge(actor) if to_judge else _mine(actor)
    query = select(BREAK_GLASS).where(BREAK_GLASS.c.id == glass_id, whose).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("break-glass")
    return row


async def opened_by(connection: AsyncConnection, actor: Actor, now: datetime) -> list[BreakGlass]:
    """The actor's own that still last, the next to end first."""
    query = (
        select(BREAK_GLASS)
        .where(_mine(actor), BREAK_GLASS.c.ends_at > now)
        .order_by(BREAK_GLASS.c.ends_at, BREAK_GLASS.c.id)
    )
    return await _described(connection, actor, (await connection.execute(query)).mappings().all(), now)


async def to_review(
    connection: AsyncConnection, actor: Actor, now: datetime, *, waiting: bool, limit: int
) -> list[BreakGlass]:
    """What the actor reviews: what waits first, by its deadline; then what is judged, the newest first."""
    query = select(BREAK_GLASS).where(_to_judge(actor))
    if waiting:
        query = query.where(BREAK_GLASS.c.verdict.is_(None)).order_by(BREAK_GLASS.c.review_due_at)
    else:
        query = query.order_by(BREAK_GLASS.c.verdict.is_not(None), BREAK_GLASS.c.opened_at.desc())
    rows = (await connection.execute(query.limit(limit))).mappings().all()
    return await _described(connection, actor, rows, now)


async def one(connection: AsyncConnection, actor: Actor, glass_id: str, now: datetime) -> BreakGlass:
    """Describe one that is the actor's own or theirs to judge.

    Raises:
        Problem: `break-glass/not-found`.
    """
    whose = or_(_mine(actor), _to_judge(actor)) if _judges(actor) else _mine(actor)
    query = select(BREAK_GLASS).where(BREAK_GLASS.c.id == glass_id, whose)
    rows = (await connection.execute(query)).mappings().all()
    if not rows:
        raise errors.not_found("break-glass")
    return (await _described(connection, actor, rows, now))[0]


def _judges(actor: Actor) -> bool:
    return permits(actor, Action.REVIEW_BREAK_GLASS)


async def _described(
    connection: AsyncConnection, actor: Actor, rows: Sequence[RowMapping], now: datetime
) -> list[BreakGlass]:
    """Whoever broke the glass or judges it may know the patient's name, whatever grants there are now."""
    ids = [row["patient_id"] for row in rows]
    found = (await connection.execute(select(PATIENTS).where(PATIENTS.c.id.in_(ids)))).mappings()
    patients = {row["id"]: summary_of(patient_of(row)) for row in found}
    homes = await institution_names(connection, [row["patient_institution_id"] for row in rows])
    named = await practitioners(connection, [_post(row) for row in rows])
    judges = await people(connection, [row["reviewed_by"] for row in rows if row["reviewed_by"]])
    return [
        BreakGlass(
            id=row["id"],
            version=row["version"],
            patient=patients[row["patient_id"]],
            patient_institution_name=homes[row["patient_institution_id"]],
            person=named[_post(row)],
            reason=row["reason"],
            opened_at=row["opened_at"],
            ends_at=row["ends_at"],
            is_open=row["ends_at"] > now,
            review_due_at=row["review_due_at"],
            verdict=Verdict(row["verdict"]) if row["verdict"] else None,
            note=row["note"],
            reviewed_by=judges[row["reviewed_by"]] if row["reviewed_by"] else None,
            reviewed_at=row["reviewed_at"],
            may_review=row["verdict"] is None and _judges(actor) and row["person_id"] != actor.actor_id,
        )
        for row in rows
    ]


def _post(row: RowMapping) -> Post:
    return Post(row["person_id"], row["institution_id"], row["department_id"])
