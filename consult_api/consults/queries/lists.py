"""Lists of consults: what my institution asked, what I am to answer, and a patient's."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.consults.queries.invitations import invited, mine_among
from consult_api.consults.queries.page import deadlines_of, requester_post, specialist_post
from consult_api.consults.queries.rows import visible_consults
from consult_api.consults.rules.invitations import InvitationState
from consult_api.consults.rules.states import ConsultState, Mode, Urgency
from consult_api.consults.schemas.consult import ConsultSummary
from consult_api.consults.tables import CONSULTS, OFFERS
from consult_api.directory.queries import department_summaries, practitioners
from consult_api.patients.queries import patient_summaries


def _asked_here(actor: Actor) -> list[ColumnElement[bool]]:
    return [CONSULTS.c.requester_institution_id == actor.institution_id]


def _answered_here(actor: Actor) -> list[ColumnElement[bool]]:
    """Mine, or anybody's of my department while nobody has taken it; a director sees the whole hospital's."""
    here = (
        CONSULTS.c.institution_id == actor.institution_id
        if actor.sees_whole_institution
        else CONSULTS.c.department_id == actor.department_id
    )
    rings_me = select(OFFERS.c.consult_id).where(
        OFFERS.c.person_id == actor.actor_id, OFFERS.c.status == "ringing"
    )
    return [here, CONSULTS.c.specialist_id == actor.actor_id, CONSULTS.c.id.in_(rings_me), invited(actor)]


async def summaries(
    connection: AsyncConnection,
    actor: Actor,
    now: datetime,
    *,
    view: Literal["mine", "worklist"],
    limit: int,
) -> list[ConsultSummary]:
    """List a view: open ones first, by the time to their next deadline; then those that are over, newest first."""
    ways = _asked_here(actor) if view == "mine" else _answered_here(actor)
    seen = visible_consults(actor, now)
    if view == "worklist":
        seen = and_(seen, CONSULTS.c.state != ConsultState.DRAFT.value)
    nearest = func.coalesce(
        CONSULTS.c.breach_at, CONSULTS.c.report_due_at, CONSULTS.c.acknowledge_due_at, CONSULTS.c.created_at
    )
    open_ones = _any_way(ways, seen, is_over=False).order_by(nearest, CONSULTS.c.id.desc()).limit(limit)
    rows = list((await connection.execute(open_ones)).mappings())
    if len(rows) < limit:
        left = limit - len(rows)
        over = _any_way(ways, seen, is_over=True, newest=left).order_by(CONSULTS.c.id.desc()).limit(left)
        rows += (await connection.execute(over)).mappings()
    return await _summarise(connection, actor, rows, now)


def _any_way(
    ways: Collection[ColumnElement[bool]],
    seen: ColumnElement[bool],
    *,
    is_over: bool,
    newest: int | None = None,
) -> Select[Any]:
    """Consults that are listed for any of several reasons, each of them found by an index of its own."""
    ids = [
        select(CONSULTS.c.id)
        .where(way, seen, CONSULTS.c.is_over.is_(is_over))
        .order_by(CONSULTS.c.id.desc())
        .limit(newest)
        .subquery()
        for way in ways
    ]
    return select(CONSULTS).where(CONSULTS.c.id.in_(union_all(*(select(each.c.id) for each in ids))))


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
    ids = [row["id"] for row in rows]
    ringing = await _ringing(connection, actor, ids)
    invitations = await mine_among(connection, actor, ids)
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
            rings_me=row["id"] in ringing or invitations.get(row["id"]) is InvitationState.INVITED,
            my_invitation=invitations.get(row["id"]),
            created_at=row["created_at"],
            submitted_at=row["submitted_at"],
            deadlines=deadlines_of(row),
        )
        for row in rows
    ]
