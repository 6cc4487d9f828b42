"""Reading the audit: a regulator's search, and what a patient's page tells of who looked at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import GRANTS, PLATFORM, Action, Actor, Role, permits
from consult_api.consults.tables import CONSULT_STUDIES, CONSULTS
from consult_api.database import AUDIT
from consult_api.directory.queries import institution_names
from consult_api.directory.tables import MEMBERSHIPS, PERSONS
from consult_api.oversight.queries.names import actors
from consult_api.oversight.rules.access_log import Act, Permission, gathered, reason_of
from consult_api.oversight.schemas import AccessLogLine, AuditRow
from consult_api.oversight.tables import BREAK_GLASS
from consult_api.patients.queries import patient_of, require_patient, summary_of
from consult_api.patients.rules import normalise_resident_id
from consult_api.patients.tables import PATIENTS

ENTRY = AUDIT.entry.c
_NEWEST = 2000  # acts that a patient's page looks back on


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a search is for; empty fields don't narrow it. `what` is a subtype, or its part before the dot."""

    who: str = ""
    patient: str = ""
    what: str = ""
    institution_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def _starts(column: ColumnElement[str], what: str) -> ColumnElement[bool]:
    return or_(column == what, column.startswith(f"{what}.", autoescape=True))


def _condition(wanted: Wanted) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if wanted.who:
        named = select(PERSONS.c.id).where(
            or_(PERSONS.c.name.contains(wanted.who, autoescape=True), PERSONS.c.username == wanted.who)
        )
        parts.append(or_(ENTRY.actor_id.in_(named), ENTRY.actor_id == wanted.who))
    if wanted.patient:
        known = or_(
            PATIENTS.c.id == wanted.patient,
            PATIENTS.c.resident_id == normalise_resident_id(wanted.patient),
            PATIENTS.c.name.contains(wanted.patient, autoescape=True),
        )
        parts.append(ENTRY.patient_id.in_(select(PATIENTS.c.id).where(known)))
    if wanted.what:
        parts.append(_starts(ENTRY.subtype, wanted.what))
    if wanted.institution_id:
        parts.append(ENTRY.institution_id == wanted.institution_id)
    if wanted.since:
        parts.append(ENTRY.at >= wanted.since)
    if wanted.until:
        parts.append(ENTRY.at < wanted.until)
    return and_(*parts)


async def search(
    connection: AsyncConnection, actor: Actor, wanted: Wanted, *, skip: int, limit: int
) -> list[AuditRow]:
    """Search the trail of the whole county, the newest first; reading it is the regulator's alone."""
    allowed = true() if permits(actor, Action.READ_AUDIT) else false()
    query = (
        select(AUDIT.entry)
        .where(allowed, _condition(wanted))
        .order_by(ENTRY.at.desc(), ENTRY.institution_id, ENTRY.seq.desc())
        .offset(skip)
        .limit(limit)
    )
    rows = (await connection.execute(query)).mappings().all()
    named = await actors(connection, {row["actor_id"] for row in rows})
    places = await institution_names(connection, {row["institution_id"] for row in rows})
    ids = {row["patient_id"] for row in rows if row["patient_id"]}
    found = (await connection.execute(select(PATIENTS).where(PATIENTS.c.id.in_(ids)))).mappings()
    patients = {row["id"]: summary_of(patient_of(row)) for row in found}
    return [
        AuditRow(
            institution_id=row["institution_id"],
            institution_name=places.get(row["institution_id"]),
            seq=row["seq"],
            at=row["at"],
            who=named[row["actor_id"]],
            action=row["action"],
            subtype=row["subtype"],
            entity_type=row["entity_type"],
            entity_id=row["entity_id"],
            patient=patients.get(row["patient_id"]),
            outcome=row["outcome"],
            detail=row["detail"],
        )
        for row in rows
    ]


def _about(patient_id: str) -> ColumnElement[bool]:
    """Rows that name the patient, and looks at films that stand in their consults."""
    films = (
        select(CONSULT_STUDIES.c.study_uid)
        .join(CONSULTS, CONSULTS.c.id == CONSULT_STUDIES.c.consult_id)
        .where(CONSULTS.c.patient_id == patient_id)
    )
    return or_(
        ENTRY.patient_id == patient_id,
        and_(ENTRY.patient_id.is_(None), ENTRY.entity_type == "study", ENTRY.entity_id.in_(films)),
    )


async def access_log(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime, zone: tzinfo
) -> list[AccessLogLine]:
    """Tell who looked at a patient whom the actor may see, when and why, the newest day first.

    Raises:
        Problem: `patient/not-found`, also when the actor may not see them.
    """
    patient = await require_patient(connection, actor, patient_id, now)
    return await _lines(connection, actor, patient.id, zone, true())


async def acts_behind_glass(
    connection: AsyncConnection, actor: Actor, glass_id: str, zone: tzinfo
) -> list[AccessLogLine]:
    """Tell a reviewer what was looked at while the glass was broken.

    Raises:
        Problem: `break-glass/not-found`.
    """
    query = select(BREAK_GLASS).where(BREAK_GLASS.c.id == glass_id)
    if actor.role is not Role.REGULATOR:
        query = query.where(BREAK_GLASS.c.patient_institution_id == actor.institution_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("break-glass")
    meanwhile = and_(
        ENTRY.actor_id == row["person_id"], ENTRY.at >= row["opened_at"], ENTRY.at <= row["ends_at"]
    )
    return await _lines(connection, actor, row["patient_id"], zone, meanwhile)


async def _lines(
    connection: AsyncConnection,
    _actor: Actor,
    patient_id: str,
    zone: tzinfo,
    which: ColumnElement[bool],
) -> list[AccessLogLine]:
    query = (
        select(ENTRY.at, ENTRY.actor_id, ENTRY.institution_id, ENTRY.subtype)
        .where(_about(patient_id), ENTRY.outcome == "ok", which)
        .order_by(ENTRY.at.desc())
        .limit(_NEWEST)
    )
    acts = [Act(**row) for row in (await connection.execute(query)).mappings()]
    permissions = await _permissions(connection, patient_id)
    regulators = await _regulators(connection, {act.actor_id for act in acts})
    reasons = [
        (act, reason_of(act, permissions, regulators=regulators, platform=PLATFORM.actor_id)) for act in acts
    ]
    lines = gathered(reasons, zone)
    named = await actors(connection, {line.actor_id for line in lines})
    places = await institution_names(connection, {line.institution_id for line in lines})
    return [
        AccessLogLine(
            first_at=line.first_at,
            last_at=line.last_at,
            who=named[line.actor_id],
            institution_name=places.get(line.institution_id),
            what=line.subtype,
            count=line.count,
            why=line.reason,
        )
        for line in lines
    ]


async def _permissions(connection: AsyncConnection, patient_id: str) -> list[Permission]:
    rows = (await connection.execute(select(GRANTS).where(GRANTS.c.patient_id == patient_id))).mappings()
    return [
        Permission(
            institution_id=row["institution_id"],
            person_id=row["person_id"],
            kind=row["because_kind"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        for row in rows
    ]


async def _regulators(connection: AsyncConnection, ids: Collection[str]) -> frozenset[str]:
    """Who of these is, or was, a regulator."""
    query = select(MEMBERSHIPS.c.person_id).where(
        MEMBERSHIPS.c.person_id.in_(ids), MEMBERSHIPS.c.role == Role.REGULATOR.value
    )
    return frozenset((await connection.execute(query)).scalars())
