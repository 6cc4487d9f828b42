"""Lists of consults: what my institution asked, what I am to answer, and a patient's."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.consults.queries.page import deadlines_of, requester_post, specialist_post
from consult_api.consults.queries.rows import visible_consults
from consult_api.consults.rules.machine import FINAL_STATES
from consult_api.consults.rules.states import ConsultState, Mode, Urgency
from consult_api.consults.schemas.consult import ConsultSummary
from consult_api.consults.tables import CONSULTS, OFFERS
from consult_api.directory.queries import department_summaries, practitioners
from consult_api.patients.queries import patient_summaries

_FINAL = sorted(FINAL_STATES)


def _asked_here(actor: Actor) -> ColumnElement[bool]:
    return CONSULTS.c.requester_institution_id == actor.institution_id


def _answered_here(actor: Actor) -> ColumnElement[bool]:
    """Mine, or anybody's of my department while nobody has taken it; a director sees the whole hospital's."""
    rings_me = CONSULTS.c.id.in_(
        select(OFFERS.c.consult_id).where(OFFERS.c.person_id == actor.actor_id, OFFERS.c.status == "ringing")
    )
    here = CONSULTS.c.institution_id == actor.institution_id
    if not actor.sees_whole_institution:
        here = and_(here, CONSULTS.c.department_id == actor.department_id)
    return and_(
        CONSULTS.c.state != ConsultState.DRAFT.value,
        or_(rings_me, CONSULTS.c.specialist_id == actor.actor_id, here),
    )


async def summaries(
    connection: AsyncConnection,
    actor: Actor,
    now: datetime,
    *,
    view: Literal["mine", "worklist"],
    limit: int,
) -> list[ConsultSummary]:
    """List a view: open ones first, by the time to their next deadline; then those that are over, newest first."""
    nearest = case(
        (CONSULTS.c.state.in_(_FINAL), None),
        else_=func.coalesce(
            CONSULTS.c.breach_at,
            CONSULTS.c.report_due_at,
            CONSULTS.c.acknowledge_due_at,
            CONSULTS.c.created_at,
        ),
    )
    query = (
        select(CONSULTS)
        .where(visible_consults(actor, now), _asked_here(actor) if view == "mine" else _answered_here(actor))
        .order_by(CONSULTS.c.state.in_(_FINAL), nearest.asc(), CONSULTS.c.id.desc())
        .limit(limit)
    )
    rows = list((await connection.execute(query)).mappings())
    return await _summarise(connection, actor, rows, now)


async def of_patient(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> dict[str, list[ConsultSummary]]:
    """List a patient's consults by episode, the oldest first."""
    query = (
        select(CONSULTS)
        .where(CONSULTS.c.patient_id == patient_id, visible_consults(actor, now))
        .order_by(CONSULTS.c.id)
    )
    rows = list((await connection.execute(query)).mappings())
    found: dict[str, list[ConsultSummary]] = {}
    for row, summary in zip(rows, await _summarise(connection, actor, rows, now), strict=True):
        found.setdefault(row["episode_id"], []).append(summary)
    return found


async def _ringing(connection: AsyncConnection, actor: Actor, ids: Collection[str]) -> frozenset[str]:
    query = select(OFFERS.c.consult_id).where(
        OFFERS.c.person_id == actor.actor_id, OFFERS.c.status == "ringing", OFFERS.c.consult_id.in_(ids)
    )
    return frozenset((await connection.execute(query)).scalars())


async def _summarise(
    connection: AsyncConnection, actor: Actor, rows: Collection[RowMapping], now: datetime
) -> list[ConsultSummary]:
    patients = await patient_summaries(connection, actor, [row["patient_id"] for row in rows], now)
    posts = [post for row in rows for post in (requester_post(row), specialist_post(row)) if post]
    named = await practitioners(connection, posts)
    departments = await department_summaries(connection, [row["department_id"] for row in rows])
    ringing = await _ringing(connection, actor, [row["id"] for row in rows])
    return [
        ConsultSummary(
            id=row["id"],
            version=row["version"],
            state=ConsultState(row["state"]),
            urgency=Urgency(row["urgency"]),
            mode=Mode(row["mode"]),
            question=row["question"],
            patient=patients[row["patient_id"]],
            department=departments[row["department_id"]],
            requester=named[requester_post(row)],
            specialist=named[post] if (post := specialist_post(row)) else None,
            rings_me=row["id"] in ringing,
            created_at=row["created_at"],
            submitted_at=row["submitted_at"],
            deadlines=deadlines_of(row),
        )
        for row in rows
    ]
