"""Reading referrals. Every query takes the actor; what the actor may not see isn't there."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Action, Actor, Role, permits, visible_patients
from consult_api.beds.queries import newest_hold
from consult_api.directory.queries import (
    Post,
    department_summaries,
    people,
    person_part,
    practitioners,
)
from consult_api.patients.queries import patient_part, patient_summaries, require_patient
from consult_api.referrals.rules.machine import Situation, available_events
from consult_api.referrals.rules.states import (
    FINAL_STATES,
    Direction,
    Priority,
    ReferralEvent,
    ReferralParty,
    ReferralState,
)
from consult_api.referrals.schemas import (
    Contact,
    HeldBed,
    Referral,
    ReferralDeadlines,
    ReferralHistoryEntry,
    ReferralReception,
    ReferralSummary,
)
from consult_api.referrals.tables import REFERRAL_HISTORY, REFERRALS
from wire.clinical import ReferralRecorded

_FINAL = sorted(FINAL_STATES)
_RECEIVING = frozenset({Role.BED_OFFICE, Role.DIRECTOR, Role.COORDINATOR})
_TREATING = frozenset({Role.TOWNSHIP_DOCTOR, Role.VILLAGE_DOCTOR, Role.SPECIALIST, Role.DIRECTOR})


def visible_referrals(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The referrals an actor may see: those of visible patients, and drafts only where they are written."""
    drafts: ColumnElement[bool] = true()
    if not actor.is_platform:
        drafts = or_(
            REFERRALS.c.state != ReferralState.DRAFT.value,
            REFERRALS.c.origin_institution_id == actor.institution_id,
        )
    return and_(visible_patients(actor, REFERRALS.c.patient_id, now), drafts)


def parties_of(actor: Actor, row: RowMapping) -> frozenset[ReferralParty]:
    """Which sides of a referral an actor is on: doctors there, and whoever runs the reception for the hospital."""
    found: set[ReferralParty] = set()
    if actor.is_machine:
        return frozenset()
    if actor.institution_id == row["origin_institution_id"] and actor.role in _TREATING:
        found.add(ReferralParty.ORIGIN)
    if actor.institution_id == row["to_institution_id"] and (
        actor.role in _RECEIVING
        or (actor.role in _TREATING and actor.department_id in (None, row["to_department_id"]))
    ):
        found.add(ReferralParty.DESTINATION)
    return frozenset(found)


async def require_row(
    connection: AsyncConnection, actor: Actor, referral_id: str, now: datetime, *, lock: bool = False
) -> RowMapping:
    """Read a referral's row, locked against others until the transaction ends if asked.

    Raises:
        Problem: `referral/not-found`, also when the actor may not see it.
    """
    query = select(REFERRALS).where(REFERRALS.c.id == referral_id, visible_referrals(actor, now))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("referral")
    return row


def situation_of(row: Mapping[Any, Any], held: RowMapping | None) -> Situation:
    """A referral as the rules see it. `held` is its newest hold of a bed."""
    return Situation(
        direction=Direction(row["direction"]),
        state=ReferralState(row["state"]),
        priority=Priority(row["priority"]),
        expected_at=row["expected_at"],
        slot_at=row["slot_at"],
        bed_held=held is not None and held["status"] == "held",
        admitted=row["admitted_at"] is not None,
        discharged=row["discharged_at"] is not None,
    )


def requester_post(row: RowMapping) -> Post:
    """Where the patient is sent from."""
    return Post(row["requester_id"], row["origin_institution_id"], row["origin_department_id"])


def _deadlines(row: RowMapping) -> ReferralDeadlines:
    return ReferralDeadlines(
        respond_at=row["respond_at"], overdue_at=row["overdue_at"], back_report_at=row["back_report_at"]
    )


async def require_referral(
    connection: AsyncConnection, actor: Actor, referral_id: str, now: datetime
) -> Referral:
    """Read a referral's page.

    Raises:
        Problem: `referral/not-found`, also when the actor may not see it.
    """
    row = await require_row(connection, actor, referral_id, now)
    post = requester_post(row)
    named = await practitioners(connection, [post])
    departments = await department_summaries(connection, [row["to_department_id"]])
    held = await newest_hold(connection, referral_id)
    parties = parties_of(actor, row)
    may_act = permits(actor, Action.ACT_ON_REFERRALS)
    return Referral(
        id=referral_id,
        version=row["version"],
        state=ReferralState(row["state"]),
        direction=Direction(row["direction"]),
        priority=Priority(row["priority"]),
        reason=row["reason"],
        summary=row["summary"],
        patient=await require_patient(connection, actor, row["patient_id"], now),
        episode_id=row["episode_id"],
        consult_id=row["consult_id"],
        requester=named[post],
        to_department=departments[row["to_department_id"]],
        origin_contact=_contact(row["origin_contact_name"], row["origin_contact_phone"]),
        reception=_reception(row, held, departments[row["to_department_id"]].name),
        decline_reason=row["decline_reason"],
        alternative=row["alternative"],
        transport=row["transport"],
        vehicle=row["vehicle"],
        escort=row["escort"],
        expected_at=row["expected_at"],
        admitted_at=row["admitted_at"],
        discharged_at=row["discharged_at"],
        instructions=row["instructions"],
        rehabilitation=row["rehabilitation"],
        superseded_by=row["superseded_by"],
        deadlines=_deadlines(row),
        my_roles=sorted(parties),
        available_events=available_events(situation_of(row, held), parties) if may_act else [],
        history=await _history(connection, referral_id),
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
    )


def _contact(name: str | None, phone: str | None) -> Contact | None:
    return Contact(name=name, phone=phone) if name else None


def _reception(row: RowMapping, held: RowMapping | None, department_name: str) -> ReferralReception | None:
    if row["contact_name"] is None:
        return None
    bed = None
    if held is not None:
        bed = HeldBed(
            pool_id=held["pool_id"],
            department_name=department_name,
            status=held["status"],
            held_until=held["held_until"],
        )
    return ReferralReception(
        contact_name=row["contact_name"],
        contact_phone=row["contact_phone"],
        slot_at=row["slot_at"],
        bed=bed,
    )


async def _history(connection: AsyncConnection, referral_id: str) -> list[ReferralHistoryEntry]:
    query = (
        select(REFERRAL_HISTORY)
        .where(REFERRAL_HISTORY.c.referral_id == referral_id)
        .order_by(REFERRAL_HISTORY.c.seq)
    )
    rows = (await connection.execute(query)).mappings().all()
    names = await people(connection, [row["by"] for row in rows])
    return [
        ReferralHistoryEntry(
            at=row["at"],
            event=ReferralEvent(row["event"]),
            by=names[row["by"]],
            from_state=ReferralState(row["from_state"]),
            to=ReferralState(row["to_state"]),
            note=row["note"],
        )
        for row in rows
    ]


async def summaries(
    connection: AsyncConnection,
    actor: Actor,
    now: datetime,
    *,
    view: Literal["incoming", "outgoing"],
    limit: int,
) -> list[ReferralSummary]:
    """List a view: open ones first, among them the green channel, then by the time an answer is due; then the rest."""
    if view == "incoming":
        side = and_(
            REFERRALS.c.to_institution_id == actor.institution_id,
            REFERRALS.c.state != ReferralState.DRAFT.value,
        )
    else:
        side = REFERRALS.c.origin_institution_id == actor.institution_id
    query = (
        select(REFERRALS)
        .where(visible_referrals(actor, now), side)
        .order_by(
            REFERRALS.c.state.in_(_FINAL),
            REFERRALS.c.priority != Priority.GREEN.value,
            REFERRALS.c.respond_at.asc().nulls_last(),
            REFERRALS.c.id.desc(),
        )
        .limit(limit)
    )
    return await _summarise(connection, actor, list((await connection.execute(query)).mappings()), now)


async def of_patient(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> dict[str, list[ReferralSummary]]:
    """List a patient's referrals by episode, the oldest first."""
    query = (
        select(REFERRALS)
        .where(REFERRALS.c.patient_id == patient_id, visible_referrals(actor, now))
        .order_by(REFERRALS.c.id)
    )
    rows = list((await connection.execute(query)).mappings())
    found: dict[str, list[ReferralSummary]] = {}
    for row, summary in zip(rows, await _summarise(connection, actor, rows, now), strict=True):
        found.setdefault(row["episode_id"], []).append(summary)
    return found


async def _summarise(
    connection: AsyncConnection, actor: Actor, rows: Collection[RowMapping], now: datetime
) -> list[ReferralSummary]:
    patients = await patient_summaries(connection, actor, [row["patient_id"] for row in rows], now)
    named = await practitioners(connection, [requester_post(row) for row in rows])
    departments = await department_summaries(connection, [row["to_department_id"] for row in rows])
    return [
        ReferralSummary(
            id=row["id"],
            version=row["version"],
            state=ReferralState(row["state"]),
            direction=Direction(row["direction"]),
            priority=Priority(row["priority"]),
            reason=row["reason"],
            patient=patients[row["patient_id"]],
            requester=named[requester_post(row)],
            to_department=departments[row["to_department_id"]],
            created_at=row["created_at"],
            submitted_at=row["submitted_at"],
            deadlines=_deadlines(row),
        )
        for row in rows
    ]


async def recorded(
    connection: AsyncConnection, actor: Actor, row: RowMapping, now: datetime, *, former: RowMapping
) -> ReferralRecorded:
    """What the shared health record is told of a referral. `row` is its row after the change, `former` before."""
    post = requester_post(row)
    requester = (await practitioners(connection, [post]))[post]
    department = (await department_summaries(connection, [row["to_department_id"]]))[row["to_department_id"]]
    held = await newest_hold(connection, row["id"])
    return ReferralRecorded(
        referral_id=row["id"],
        version=row["version"],
        episode_id=row["episode_id"],
        consult_id=row["consult_id"],
        state=row["state"],
        direction=Direction(row["direction"]).value,
        priority=Priority(row["priority"]).value,
        reason=row["reason"],
        summary=row["summary"],
        patient=await patient_part(
            connection, await require_patient(connection, actor, row["patient_id"], now)
        ),
        requester=await person_part(connection, requester),
        to_institution_id=department.institution_id,
        to_institution_name=department.institution_name,
        to_department_id=department.id,
        to_department_name=department.name,
        contact_name=row["contact_name"],
        contact_phone=row["contact_phone"],
        slot_at=row["slot_at"],
        bed_held_until=held["held_until"] if held and held["status"] == "held" else None,
        respond_by=row["respond_at"],
        slot_given_up=former["slot_at"] if row["slot_at"] is None else None,
        origin_contact_name=row["origin_contact_name"],
        origin_contact_phone=row["origin_contact_phone"],
        transport=row["transport"],
        vehicle=row["vehicle"],
        expected_at=row["expected_at"],
        instructions=row["instructions"],
        rehabilitation=row["rehabilitation"],
        at=now,
    )
