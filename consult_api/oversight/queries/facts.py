"""Reading what the indicators are counted from. Cases are counted for an institution on either side of them.

Counting needs no grant: it gives numbers. Who wants to see a case goes through `visible_patients` like everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.beds.tables import BED_HOLDS, BED_POOLS
from consult_api.consults.rules.states import ConsultState, Mode, Urgency, Verdict
from consult_api.consults.tables import ACKNOWLEDGEMENTS, CONSULT_HISTORY, CONSULTS, OFFERS
from consult_api.database import OUTBOX
from consult_api.health_record.delivery.assembly import BUILT_IN
from consult_api.oversight.rules.facts import (
    Case,
    CaseKind,
    ConsultFacts,
    DeliveryFacts,
    EpisodeFacts,
    HoldFacts,
    ReferralFacts,
)
from consult_api.referrals.rules.states import Direction, Priority, ReferralState
from consult_api.referrals.tables import REFERRAL_HISTORY, REFERRALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which cases: those that began in `since` <= at < `until`, on a side of an institution or a department."""

    since: datetime
    until: datetime
    institution_id: str | None = None
    department_id: str | None = None


async def cases(connection: AsyncConnection, actor: Actor, of: CaseKind, scope: Scope) -> Sequence[Case]:
    """Read the cases of a kind, in the order of their beginning. Deliveries are the county's and have no sides."""
    match of:
        case CaseKind.CONSULT:
            return await _consults(connection, scope)
        case CaseKind.REFERRAL:
            return await _referrals(connection, scope)
        case CaseKind.HOLD:
            return await _holds(connection, scope)
        case CaseKind.EPISODE:
            return await _episodes(connection, scope)
        case CaseKind.DELIVERY:
            return await _deliveries(connection, scope) if actor.sees_whole_county else []


def _asked(scope: Scope) -> ColumnElement[bool]:
    sides = (CONSULTS.c.requester_institution_id, CONSULTS.c.institution_id)
    return and_(
        CONSULTS.c.submitted_at >= scope.since,
        CONSULTS.c.submitted_at < scope.until,
        or_(*(side == scope.institution_id for side in sides)) if scope.institution_id else true(),
        CONSULTS.c.department_id == scope.department_id if scope.department_id else true(),
    )


def _sent(scope: Scope) -> ColumnElement[bool]:
    sides = (REFERRALS.c.origin_institution_id, REFERRALS.c.to_institution_id)
    return and_(
        REFERRALS.c.submitted_at >= scope.since,
        REFERRALS.c.submitted_at < scope.until,
        or_(*(side == scope.institution_id for side in sides)) if scope.institution_id else true(),
        REFERRALS.c.to_department_id == scope.department_id if scope.department_id else true(),
    )


class _Trail:
    """The first time of each event of each case."""

    def __init__(self, rows: Sequence[RowMapping]) -> None:
        self._first = {(row["id"], row["event"]): row["at"] for row in rows}

    def at(self, case_id: str, *events: str) -> datetime | None:
        """The earliest of these events, or None."""
        return min((at for event in events if (at := self._first.get((case_id, event)))), default=None)


async def _trail(connection: AsyncConnection, query: Select[Any, Any, Any]) -> _Trail:
    return _Trail((await connection.execute(query)).mappings().all())


async def _consults(connection: AsyncConnection, scope: Scope) -> list[ConsultFacts]:
    chosen = _asked(scope)
    query = select(CONSULTS).where(chosen).order_by(CONSULTS.c.submitted_at, CONSULTS.c.id)
    rows = (await connection.execute(query)).mappings().all()
    history = CONSULT_HISTORY.c
    trail = await _trail(
        connection,
        select(history.consult_id.label("id"), history.event, func.min(history.at).label("at"))
        .join(CONSULTS, CONSULTS.c.id == history.consult_id)
        .where(chosen)
        .group_by(history.consult_id, history.event),
    )
    directors = select(OFFERS.c.consult_id).join(CONSULTS, CONSULTS.c.id == OFFERS.c.consult_id)
    rang = set((await connection.execute(directors.where(chosen, OFFERS.c.is_director))).scalars())
    verdicts = await _verdicts(connection, chosen)
    return [_consult(row, trail, row["id"] in rang, verdicts.get(row["id"])) for row in rows]


async def _verdicts(connection: AsyncConnection, chosen: ColumnElement[bool]) -> dict[str, Verdict]:
    """The newest verdict on each of these consults' reports."""
    query = (
        select(ACKNOWLEDGEMENTS.c.consult_id, ACKNOWLEDGEMENTS.c.verdict)
        .join(CONSULTS, CONSULTS.c.id == ACKNOWLEDGEMENTS.c.consult_id)
        .where(chosen)
        .order_by(ACKNOWLEDGEMENTS.c.report_version)
    )
    return {row[0]: Verdict(row[1]) for row in await connection.execute(query)}


def _consult(row: RowMapping, trail: _Trail, rang_director: bool, verdict: Verdict | None) -> ConsultFacts:
    case_id: str = row["id"]
    return ConsultFacts(
        kind=CaseKind.CONSULT,
        id=case_id,
        at=row["submitted_at"],
        patient_id=row["patient_id"],
        asking_institution_id=row["requester_institution_id"],
        institution_id=row["institution_id"],
        department_id=row["department_id"],
        urgency=Urgency(row["urgency"]),
        mode=Mode(row["mode"]),
        state=ConsultState(row["state"]),
        accepted_at=trail.at(case_id, "accept"),
        started_at=row["session_started_at"],
        finished_at=row["session_ended_at"],
        reported_at=trail.at(case_id, "sign"),
        acknowledged_at=trail.at(case_id, "acknowledge"),
        cancelled_at=trail.at(case_id, "cancel"),
        acknowledge_due_at=row["acknowledge_due_at"],
        verdict=verdict,
        escalated=trail.at(case_id, "escalate") is not None,
        rang_director=rang_director,
        missed_appointment=trail.at(case_id, "no_show") is not None,
    )


async def _referrals(connection: AsyncConnection, scope: Scope) -> list[ReferralFacts]:
    chosen = _sent(scope)
    query = select(REFERRALS).where(chosen).order_by(REFERRALS.c.submitted_at, REFERRALS.c.id)
    rows = (await connection.execute(query)).mappings().all()
    history = REFERRAL_HISTORY.c
    trail = await _trail(
        connection,
        select(history.referral_id.label("id"), history.event, func.min(history.at).label("at"))
        .join(REFERRALS, REFERRALS.c.id == history.referral_id)
        .where(chosen)
        .group_by(history.referral_id, history.event),
    )
    return [_referral(row, trail) for row in rows]


def _referral(row: RowMapping, trail: _Trail) -> ReferralFacts:
    case_id: str = row["id"]
    return ReferralFacts(
        kind=CaseKind.REFERRAL,
        id=case_id,
        at=row["submitted_at"],
        patient_id=row["patient_id"],
        asking_institution_id=row["origin_institution_id"],
        institution_id=row["to_institution_id"],
        department_id=row["to_department_id"],
        direction=Direction(row["direction"]),
        priority=Priority(row["priority"]),
        state=ReferralState(row["state"]),
        accepted_at=trail.at(case_id, "accept"),
        answered_at=trail.at(case_id, "accept", "decline", "redirect"),
        arrived_at=trail.at(case_id, "arrive"),
        admitted_at=trail.at(case_id, "admit"),
        discharged_at=trail.at(case_id, "discharge"),
        returned_at=trail.at(case_id, "return"),
        missed_at=trail.at(case_id, "no_show"),
        down_accepted_at=trail.at(case_id, "accept_down"),
    )


async def _holds(connection: AsyncConnection, scope: Scope) -> list[HoldFacts]:
    query = (
        select(
            BED_HOLDS,
            BED_POOLS.c.institution_id,
            BED_POOLS.c.department_id,
            REFERRALS.c.origin_institution_id,
        )
        .join(BED_POOLS, BED_POOLS.c.id == BED_HOLDS.c.pool_id)
        .outerjoin(REFERRALS, REFERRALS.c.id == BED_HOLDS.c.referral_id)
        .where(BED_HOLDS.c.created_at >= scope.since, BED_HOLDS.c.created_at < scope.until)
        .order_by(BED_HOLDS.c.created_at, BED_HOLDS.c.id)
    )
    if scope.institution_id:
        query = query.where(
            or_(
                BED_POOLS.c.institution_id == scope.institution_id,
                REFERRALS.c.origin_institution_id == scope.institution_id,
            )
        )
    if scope.department_id:
        query = query.where(BED_POOLS.c.department_id == scope.department_id)
    return [
        HoldFacts(
            kind=CaseKind.HOLD,
            id=row["id"],
            at=row["created_at"],
            patient_id=row["patient_id"],
            asking_institution_id=row["origin_institution_id"],
            institution_id=row["institution_id"],
            department_id=row["department_id"],
            status=row["status"],
            ended_at=row["ended_at"],
        )
        for row in (await connection.execute(query)).mappings()
    ]


async def _episodes(connection: AsyncConnection, scope: Scope) -> list[EpisodeFacts]:
    """Each episode once, at its first consult or referral; outside means that a referral left the county."""
    consults: Sequence[Case] = await _consults(connection, scope)
    referrals: Sequence[Case] = await _referrals(connection, scope)
    belongs = {
        row[0]: row[1]
        for query in (
            select(CONSULTS.c.id, CONSULTS.c.episode_id).where(_asked(scope)),
            select(REFERRALS.c.id, REFERRALS.c.episode_id).where(_sent(scope)),
        )
        for row in await connection.execute(query)
    }
    outside = select(REFERRALS.c.episode_id).where(REFERRALS.c.state == ReferralState.EXTERNAL.value)
    left = set((await connection.execute(outside)).scalars())
    found: dict[str, EpisodeFacts] = {}
    for case in sorted((*consults, *referrals), key=lambda case: (case.at, case.id)):
        episode_id = belongs[case.id]
        found.setdefault(
            episode_id,
            EpisodeFacts(
                kind=CaseKind.EPISODE,
                id=episode_id,
                at=case.at,
                patient_id=case.patient_id,
                asking_institution_id=case.asking_institution_id,
                institution_id=case.institution_id,
                department_id=case.department_id,
                went_outside=episode_id in left,
            ),
        )
    return list(found.values())


async def _deliveries(connection: AsyncConnection, scope: Scope) -> list[DeliveryFacts]:
    outbox, delivery = OUTBOX.outbox.c, OUTBOX.delivery.c
    query = (
        select(outbox.event_id, outbox.created_at, delivery.delivered_at, delivery.state)
        .join(OUTBOX.delivery, delivery.position == outbox.position)
        .where(
            delivery.subscriber == BUILT_IN,
            outbox.created_at >= scope.since,
            outbox.created_at < scope.until,
        )
        .order_by(outbox.position)
    )
    return [
        DeliveryFacts(
            kind=CaseKind.DELIVERY,
            id=row["event_id"],
            at=row["created_at"],
            patient_id=None,
            asking_institution_id=None,
            institution_id=None,
            department_id=None,
            delivered_at=row["delivered_at"],
            is_dead=row["state"] == "parked",
        )
        for row in (await connection.execute(query)).mappings()
    ]
