"""One consult with all that its page shows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Action, Actor, permits
from consult_api.consults.queries.invitations import (
    INVITING,
    attestations_of,
    experts_among,
    invitations_of,
    shown,
)
from consult_api.consults.queries.rows import offers_of, parties_of, require_row
from consult_api.consults.queries.slots import slots_of
from consult_api.consults.rules.machine import MEETING_STATES, UNANSWERED_STATES, available_events
from consult_api.consults.rules.states import (
    ConsultEventName,
    ConsultParty,
    ConsultState,
    Mode,
    Urgency,
    Verdict,
)
from consult_api.consults.schemas.consult import (
    Acknowledgement,
    Consult,
    ConsultDeadlines,
    ConsultHistoryEntry,
    ConsultOffer,
    Report,
    StudyLink,
)
from consult_api.consults.schemas.inputs import Vitals
from consult_api.consults.tables import ACKNOWLEDGEMENTS, CONSULT_HISTORY, CONSULT_STUDIES, REPORTS
from consult_api.directory.queries import Post, department_summaries, people, phones, practitioners
from consult_api.directory.schemas import PersonSummary
from consult_api.patients.queries import require_patient

_MEETING = frozenset({ConsultParty.REQUESTER, ConsultParty.SPECIALIST, ConsultParty.EXPERT})


def requester_post(row: RowMapping) -> Post:
    """Where the requester asked from."""
    return Post(row["requester_id"], row["requester_institution_id"], row["requester_department_id"])


def specialist_post(row: RowMapping) -> Post | None:
    """Where the specialist answers, or None while nobody has accepted."""
    if row["specialist_id"] is None:
        return None
    return Post(row["specialist_id"], row["institution_id"], row["department_id"])


def deadlines_of(row: RowMapping) -> ConsultDeadlines:
    """When what is due."""
    return ConsultDeadlines(
        escalate_at=row["escalate_at"],
        breach_at=row["breach_at"],
        report_due_at=row["report_due_at"],
        acknowledge_due_at=row["acknowledge_due_at"],
    )


async def require_consult(
    connection: AsyncConnection, actor: Actor, consult_id: str, now: datetime
) -> Consult:
    """Read a consult's page.

    Raises:
        Problem: `consult/not-found`, also when the actor may not see it.
    """
    row = await require_row(connection, actor, consult_id, now)
    offers = await offers_of(connection, consult_id)
    ringing = frozenset(offer["person_id"] for offer in offers if offer["status"] == "ringing")
    invitations = await invitations_of(connection, consult_id)
    parties = parties_of(actor, row, ringing, experts_among(invitations))
    reports = await reports_of(connection, [consult_id])
    state = ConsultState(row["state"])
    posts = [post for post in (requester_post(row), specialist_post(row)) if post]
    named = await practitioners(connection, posts)
    specialist = specialist_post(row)
    departments = await department_summaries(connection, [row["department_id"]])
    return Consult(
        id=consult_id,
        version=row["version"],
        state=state,
        patient=await require_patient(connection, actor, row["patient_id"], now),
        episode_id=row["episode_id"],
        urgency=Urgency(row["urgency"]),
        mode=Mode(row["mode"]),
        question=row["question"],
        complaint=row["complaint"],
        vitals=Vitals(**row["vitals"]) if row["vitals"] else None,
        department=departments[row["department_id"]],
        requester=named[requester_post(row)],
        specialist=named[specialist] if specialist else None,
        offers=await _offers(connection, offers),
        deadlines=deadlines_of(row),
        scheduled_for=row["scheduled_for"],
        scheduled_minutes=row["scheduled_minutes"],
        slots=await slots_of(connection, consult_id),
        studies=await studies_of(connection, [consult_id]),
        reports=reports,
        acknowledgement=await _acknowledgement(connection, consult_id),
        invitations=await shown(connection, actor, invitations, parties, is_signed=bool(reports)),
        may_invite=state not in UNANSWERED_STATES | {ConsultState.DRAFT}
        and permits(actor, Action.INVITE_EXPERTS)
        and bool(parties & INVITING),
        outcome=row["outcome"],
        my_roles=sorted(parties),
        available_events=_events(actor, state, parties),
        history=await _history(connection, consult_id),
        referral_id=row["referral_id"],
        room_id=row["room_id"],
        can_meet=state in MEETING_STATES and permits(actor, Action.JOIN_ROOMS) and bool(parties & _MEETING),
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
    )


def _events(actor: Actor, state: ConsultState, parties: frozenset[ConsultParty]) -> list[ConsultEventName]:
    return available_events(state, parties) if permits(actor, Action.ACT_ON_CONSULTS) else []


async def _offers(connection: AsyncConnection, offers: Collection[RowMapping]) -> list[ConsultOffer]:
    rung = [offer["person_id"] for offer in offers]
    callers = [offer["called_by"] for offer in offers if offer["called_by"]]
    names, numbers = await people(connection, [*rung, *callers]), await phones(connection, rung)
    return [
        ConsultOffer(
            person=names[offer["person_id"]],
            tier=offer["rung"],
            is_director=offer["is_director"],
            by_phone=offer["by_phone"],
            phone=numbers.get(offer["person_id"]),
            status=offer["status"],
            called_by=names[offer["called_by"]] if offer["called_by"] else None,
            offered_at=offer["offered_at"],
            answered_at=offer["answered_at"],
            reason=offer["reason"],
        )
        for offer in offers
    ]


async def studies_of(connection: AsyncConnection, consult_ids: Collection[str]) -> list[StudyLink]:
    """List the studies of consults that the caller has read as an actor."""
    query = (
        select(CONSULT_STUDIES)
        .where(CONSULT_STUDIES.c.consult_id.in_(consult_ids))
        .order_by(CONSULT_STUDIES.c.linked_at, CONSULT_STUDIES.c.study_uid)
    )
    rows = (await connection.execute(query)).mappings().all()
    names = await people(connection, [row["linked_by"] for row in rows])
    return [
        StudyLink(
            study_uid=row["study_uid"],
            description=row["description"],
            modalities=row["modalities"],
            study_date=row["study_date"],
            series=row["series"],
            instances=row["instances"],
            patient_mismatch_confirmed=row["patient_mismatch_confirmed"],
            linked_at=row["linked_at"],
            linked_by=names[row["linked_by"]],
        )
        for row in rows
    ]


async def reports_of(connection: AsyncConnection, consult_ids: Collection[str]) -> list[Report]:
    """List the signed reports of consults that the caller has read as an actor, newest last."""
    query = (
        select(REPORTS).where(REPORTS.c.consult_id.in_(consult_ids)).order_by(REPORTS.c.id, REPORTS.c.version)
    )
    rows = (await connection.execute(query)).mappings().all()
    named = await practitioners(connection, [_author(row) for row in rows])
    attestations = await attestations_of(connection, consult_ids)
    return [
        Report(
            id=row["id"],
            consult_id=row["consult_id"],
            version=row["version"],
            findings=row["findings"],
            assessment=row["assessment"],
            advice=row["advice"],
            correction_reason=row["correction_reason"],
            signed_by=named[_author(row)],
            signed_at=row["signed_at"],
            content_sha256=row["content_sha256"],
            attestations=attestations.get((row["id"], row["version"]), []),
        )
        for row in rows
    ]


def _author(row: RowMapping) -> Post:
    return Post(row["signed_by"], row["signed_institution_id"], row["signed_department_id"])


async def _acknowledgement(connection: AsyncConnection, consult_id: str) -> Acknowledgement | None:
    query = (
        select(ACKNOWLEDGEMENTS)
        .where(ACKNOWLEDGEMENTS.c.consult_id == consult_id)
        .order_by(ACKNOWLEDGEMENTS.c.report_version.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    names = await people(connection, [row["by"]])
    return Acknowledgement(
        report_version=row["report_version"],
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        by=names[row["by"]],
        at=row["at"],
    )


async def _history(connection: AsyncConnection, consult_id: str) -> list[ConsultHistoryEntry]:
    query = (
        select(CONSULT_HISTORY)
        .where(CONSULT_HISTORY.c.consult_id == consult_id)
        .order_by(CONSULT_HISTORY.c.seq)
    )
    rows = (await connection.execute(query)).mappings().all()
    names = await people(connection, [row["by"] for row in rows if row["by"]])
    return [_step(row, names) for row in rows]


def _step(row: RowMapping, names: dict[str, PersonSummary]) -> ConsultHistoryEntry:
    return ConsultHistoryEntry(
        at=row["at"],
        event=ConsultEventName(row["event"]),
        by=names[row["by"]] if row["by"] else None,
        from_state=ConsultState(row["from_state"]),
        to=ConsultState(row["to_state"]),
        note=row["note"],
    )
