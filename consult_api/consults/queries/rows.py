"""Consults as rows, who their readers are to them, and whom the ladder can ring."""

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Actor, Role, visible_patients
from consult_api.consults.rules.ladder import LADDERS, Rung, Tier
from consult_api.consults.rules.states import ConsultParty, ConsultState, Urgency
from consult_api.consults.tables import CONSULTS, OFFERS
from consult_api.directory.queries import roster

_REQUESTING = frozenset({Role.TOWNSHIP_DOCTOR, Role.VILLAGE_DOCTOR})
_COORDINATING = frozenset({Role.COORDINATOR, Role.DIRECTOR})
_TIER_NUMBERS = {Tier.FIRST: 1, Tier.SECOND: 2, Tier.THIRD: 3, Tier.DIRECTOR: 0}


def visible_consults(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The consults an actor may see: those of visible patients, and drafts only where they are written."""
    drafts: ColumnElement[bool] = true()
    if not actor.is_platform:
        drafts = or_(
            CONSULTS.c.state != ConsultState.DRAFT.value,
            CONSULTS.c.requester_institution_id == actor.institution_id,
        )
    return and_(visible_patients(actor, CONSULTS.c.patient_id, now), drafts)


async def require_row(
    connection: AsyncConnection, actor: Actor, consult_id: str, now: datetime, *, lock: bool = False
) -> RowMapping:
    """Read a consult's row, locked against others until the transaction ends if asked.

    Raises:
        Problem: `consult/not-found`, also when the actor may not see it.
    """
    query = select(CONSULTS).where(CONSULTS.c.id == consult_id, visible_consults(actor, now))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("consult")
    return row


async def offers_of(connection: AsyncConnection, consult_id: str) -> list[RowMapping]:
    """List a consult's offers in the order they were made; the caller has read the consult as an actor."""
    query = (
        select(OFFERS).where(OFFERS.c.consult_id == consult_id).order_by(OFFERS.c.rung, OFFERS.c.person_id)
    )
    return list((await connection.execute(query)).mappings())


def parties_of(
    actor: Actor,
    row: RowMapping,
    ringing: frozenset[str] = frozenset(),
    experts: frozenset[str] = frozenset(),
) -> frozenset[ConsultParty]:
    """Who an actor is to a consult.

    Args:
        actor: who asks.
        row: the consult.
        ringing: the people whose offer is unanswered, where that matters.
        experts: the people who take part by invitation, where that matters.
    """
    if actor.is_platform:
        return frozenset({ConsultParty.CLOCK})
    found: set[ConsultParty] = set()
    if actor.role in _REQUESTING and actor.institution_id == row["requester_institution_id"]:
        found.add(ConsultParty.REQUESTER)
    if not actor.is_machine and actor.actor_id in ringing:
        found.add(ConsultParty.OFFERED)
    if not actor.is_machine and actor.actor_id == row["specialist_id"]:
        found.add(ConsultParty.SPECIALIST)
    if not actor.is_machine and actor.actor_id in experts:
        found.add(ConsultParty.EXPERT)
    if actor.role in _COORDINATING and actor.institution_id == row["institution_id"]:
        found.add(ConsultParty.COORDINATOR)
    return frozenset(found)


async def rings(
    connection: AsyncConnection, department_id: str, urgency: Urgency, now: datetime, *, without: set[str]
) -> dict[Rung, list[str]]:
    """Whom each rung of the ladder rings now; rungs with nobody are left out. `without` have declined."""
    people = await roster(connection, department_id, now)
    ladder: dict[Rung, list[str]] = {}
    for rung in LADDERS[urgency]:
        tier = _TIER_NUMBERS[rung.tier]
        rung_people = [person for number, person in people if number == tier and person not in without]
        if rung_people:
            ladder[rung] = list(dict.fromkeys(rung_people))
    return ladder
