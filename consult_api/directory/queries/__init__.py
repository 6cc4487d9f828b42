"""Reading the directory: who somebody is, where they work, and who is on duty."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Actor, Role, Scope
from consult_api.directory.rules import Credential, InstitutionKind
from consult_api.directory.rules.rosters import DIRECTOR_TIER
from consult_api.directory.schemas import (
    Department,
    DepartmentSummary,
    Institution,
    Me,
    Membership,
    PersonSummary,
    Practitioner,
)
from consult_api.directory.tables import (
    CREDENTIALS,
    DEPARTMENTS,
    INSTITUTIONS,
    MACHINE_TOKENS,
    MEMBERSHIPS,
    PERSONS,
    SESSIONS,
    SHIFTS,
)
from consult_api.settings import ConsultApiSettings
from wire.clinical import PersonPart

TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Identification:
    """Finds who holds a login or a token; the settings say how long a login lasts."""

    settings: ConsultApiSettings

    async def __call__(
        self, connection: AsyncConnection, credential_sha256: str, now: datetime, *, touch: bool
    ) -> Actor | None:
        """Return None for what is unknown, ended or revoked."""
        query = (
            select(
                PERSONS.c.name,
                SESSIONS.c.seen_at,
                MEMBERSHIPS.c.id,
                MEMBERSHIPS.c.person_id,
                MEMBERSHIPS.c.institution_id,
                MEMBERSHIPS.c.department_id,
                MEMBERSHIPS.c.role,
            )
            .join_from(SESSIONS, MEMBERSHIPS, MEMBERSHIPS.c.id == SESSIONS.c.membership_id)
            .join(PERSONS, PERSONS.c.id == SESSIONS.c.person_id)
            .where(
                SESSIONS.c.sha256 == credential_sha256,
                SESSIONS.c.ended_at.is_(None),
                SESSIONS.c.seen_at > now - self.settings.session_idle,
                SESSIONS.c.created_at > now - self.settings.session_longest,
                MEMBERSHIPS.c.ended_at.is_(None),
                PERSONS.c.disabled_at.is_(None),
            )
        )
        row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            return await _machine(connection, credential_sha256)
        if touch and row["seen_at"] < now - TOUCH_AFTER:
            mine = SESSIONS.c.sha256 == credential_sha256
            await connection.execute(update(SESSIONS).where(mine).values(seen_at=now))
        return Actor(
            actor_id=row["person_id"],
            name=row["name"],
            role=Role(row["role"]),
            membership_id=row["id"],
            institution_id=row["institution_id"],
            department_id=row["department_id"],
        )


async def _machine(connection: AsyncConnection, credential_sha256: str) -> Actor | None:
    query = select(MACHINE_TOKENS).where(
        MACHINE_TOKENS.c.sha256 == credential_sha256, MACHINE_TOKENS.c.revoked_at.is_(None)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    return Actor(
        actor_id=row["id"],
        name=row["name"],
        is_machine=True,
        institution_id=row["institution_id"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
    )


async def memberships_of(connection: AsyncConnection, person_id: str) -> list[Membership]:
    """List a person's present roles, the oldest first."""
    query = (
        select(
            MEMBERSHIPS,
            INSTITUTIONS.c.name.label("institution_name"),
            DEPARTMENTS.c.name.label("department_name"),
        )
        .join(INSTITUTIONS, INSTITUTIONS.c.id == MEMBERSHIPS.c.institution_id)
        .outerjoin(DEPARTMENTS, DEPARTMENTS.c.id == MEMBERSHIPS.c.department_id)
        .where(MEMBERSHIPS.c.person_id == person_id, MEMBERSHIPS.c.ended_at.is_(None))
        .order_by(MEMBERSHIPS.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return [
        Membership(
            id=row["id"],
            institution_id=row["institution_id"],
            institution_name=row["institution_name"],
            department_id=row["department_id"],
            department_name=row["department_name"],
            role=Role(row["role"]),
        )
        for row in rows
    ]


async def me(connection: AsyncConnection, actor: Actor) -> Me:
    """Describe the person who asks.

    Raises:
        Problem: `access/denied` for a machine: it is nobody in particular.
    """
    if actor.membership_id is None:
        raise errors.access_denied()
    return Me(
        person_id=actor.actor_id,
        name=actor.name,
        active_membership_id=actor.membership_id,
        memberships=await memberships_of(connection, actor.actor_id),
    )


async def institutions(connection: AsyncConnection, now: datetime) -> list[Institution]:
    """List all institutions with their departments and who is on duty there now."""
    on_duty: dict[str, dict[str, PersonSummary]] = {}
    for row in (await connection.execute(_shifts_at(now))).mappings():
        people = on_duty.setdefault(row["department_id"], {})
        people[row["person_id"]] = PersonSummary(person_id=row["person_id"], name=row["name"])
    departments: dict[str, list[Department]] = {}
    for row in (await connection.execute(select(DEPARTMENTS).order_by(DEPARTMENTS.c.id))).mappings():
        people = on_duty.get(row["id"], {})
        department = Department(id=row["id"], name=row["name"], on_duty=list(people.values()))
        departments.setdefault(row["institution_id"], []).append(department)
    rows = (await connection.execute(select(INSTITUTIONS).order_by(INSTITUTIONS.c.id))).mappings()
    return [
        Institution(
            id=row["id"],
            name=row["name"],
            kind=InstitutionKind(row["kind"]),
            departments=departments.get(row["id"], []),
        )
        for row in rows
    ]


def _shifts_at(now: datetime) -> Select[Any, Any, Any, Any]:
    return (
        select(SHIFTS.c.department_id, SHIFTS.c.person_id, PERSONS.c.name, SHIFTS.c.tier)
        .join(PERSONS, PERSONS.c.id == SHIFTS.c.person_id)
        .where(SHIFTS.c.starts_at <= now, SHIFTS.c.ends_at > now, PERSONS.c.disabled_at.is_(None))
        .order_by(SHIFTS.c.tier, SHIFTS.c.id)
    )


async def roster(connection: AsyncConnection, department_id: str, now: datetime) -> list[tuple[int, str]]:
    """List who can be rung for a department now, as (tier, person id); tier 0 are the directors.

    Without a director on the roster, those who are directors of the department or its institution count.
    """
    shifts = (
        await connection.execute(_shifts_at(now).where(SHIFTS.c.department_id == department_id))
    ).mappings()
    people = [(cast("int", row["tier"]), cast("str", row["person_id"])) for row in shifts]
    if any(tier == DIRECTOR_TIER for tier, _ in people):
        return people
    return people + [(DIRECTOR_TIER, director) for director in await directors_of(connection, department_id)]


async def directors_of(connection: AsyncConnection, department_id: str) -> list[str]:
    """The ids of those who are directors of a department or of its whole institution, by their role."""
    home = select(DEPARTMENTS.c.institution_id).where(DEPARTMENTS.c.id == department_id).scalar_subquery()
    query = (
        select(MEMBERSHIPS.c.person_id)
        .join(PERSONS, PERSONS.c.id == MEMBERSHIPS.c.person_id)
        .where(
            MEMBERSHIPS.c.role == Role.DIRECTOR.value,
            MEMBERSHIPS.c.institution_id == home,
            MEMBERSHIPS.c.department_id.is_(None) | (MEMBERSHIPS.c.department_id == department_id),
            MEMBERSHIPS.c.ended_at.is_(None),
            PERSONS.c.disabled_at.is_(None),
        )
    )
    return [row[0] for row in await connection.execute(query)]


async def people(connection: AsyncConnection, ids: Collection[str]) -> dict[str, PersonSummary]:
    """Name these people, by id."""
    if not ids:
        return {}
    rows = await connection.execute(select(PERSONS.c.id, PERSONS.c.name).where(PERSONS.c.id.in_(set(ids))))
    return {row[0]: PersonSummary(person_id=row[0], name=row[1]) for row in rows}


async def phones(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The telephone numbers of those of these people who have one, by id."""
    query = select(PERSONS.c.id, PERSONS.c.phone).where(
        PERSONS.c.id.in_(set(ids)), PERSONS.c.phone.is_not(None)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def department_summaries(
    connection: AsyncConnection, ids: Collection[str]
) -> dict[str, DepartmentSummary]:
    """Name these departments and their institutions, by id."""
    if not ids:
        return {}
    query = (
        select(DEPARTMENTS, INSTITUTIONS.c.name.label("institution_name"))
        .join(INSTITUTIONS, INSTITUTIONS.c.id == DEPARTMENTS.c.institution_id)
        .where(DEPARTMENTS.c.id.in_(set(ids)))
    )
    return {
        row["id"]: DepartmentSummary(
            id=row["id"],
            name=row["name"],
            institution_id=row["institution_id"],
            institution_name=row["institution_name"],
        )
        for row in (await connection.execute(query)).mappings()
    }


async def require_department(connection: AsyncConnection, department_id: str) -> DepartmentSummary:
    """Name a department.

    Raises:
        Problem: `department/not-found`.
    """
    found = await department_summaries(connection, [department_id])
    if department_id not in found:
        raise errors.not_found("department")
    return found[department_id]


@dataclass(frozen=True, slots=True)
class Post:
    """A person at the place where they did something."""

    person_id: str
    institution_id: str
    department_id: str | None


async def practitioners(connection: AsyncConnection, posts: Sequence[Post]) -> dict[Post, Practitioner]:
    """Name people at their posts."""
    if not posts:
        return {}
    names = await people(connection, [post.person_id for post in posts])
    departments = await department_summaries(
        connection, [post.department_id for post in posts if post.department_id]
    )
    institutions = await institution_names(connection, [post.institution_id for post in posts])
    return {
        post: Practitioner(
            person_id=post.person_id,
            name=names[post.person_id].name,
            institution_id=post.institution_id,
            institution_name=institutions[post.institution_id],
            department_id=post.department_id,
            department_name=departments[post.department_id].name if post.department_id else None,
        )
        for post in posts
    }


async def institution_names(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Name these institutions, by id."""
    query = select(INSTITUTIONS.c.id, INSTITUTIONS.c.name).where(INSTITUTIONS.c.id.in_(set(ids)))
    return {row[0]: row[1] for row in await connection.execute(query)}


async def person_part(connection: AsyncConnection, practitioner: Practitioner) -> PersonPart:
    """Describe a person as the shared health record needs them, with their newest verified certificate."""
    query = (
        select(CREDENTIALS.c.number)
        .where(CREDENTIALS.c.person_id == practitioner.person_id, CREDENTIALS.c.verified_at.is_not(None))
        .order_by(CREDENTIALS.c.expires_on.desc())
        .limit(1)
    )
    number: str | None = await connection.scalar(query)
    return PersonPart(credential_number=number, **practitioner.model_dump())


async def credentials_of(connection: AsyncConnection, person_id: str) -> list[Credential]:
    """List a person's practice certificates."""
    return (await credentials_by_person(connection, [person_id])).get(person_id, [])


async def credentials_by_person(
    connection: AsyncConnection, person_ids: Collection[str]
) -> dict[str, list[Credential]]:
    """The practice certificates of these people; whoever has none is missing."""
    query = select(CREDENTIALS).where(CREDENTIALS.c.person_id.in_(set(person_ids))).order_by(CREDENTIALS.c.id)
    found: dict[str, list[Credential]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["person_id"], []).append(_credential(row))
    return found


def _credential(row: RowMapping) -> Credential:
    expires_on: date = row["expires_on"]
    return Credential(number=row["number"], verified=row["verified_at"] is not None, expires_on=expires_on)


async def colleagues(connection: AsyncConnection, roles: Collection[Role]) -> list[Post]:
    """List who works in these roles now, each person once, in the order of their departments."""
    query = (
        select(MEMBERSHIPS.c.person_id, MEMBERSHIPS.c.institution_id, MEMBERSHIPS.c.department_id)
        .join(PERSONS, PERSONS.c.id == MEMBERSHIPS.c.person_id)
        .where(
            MEMBERSHIPS.c.role.in_(sorted(role.value for role in roles)),
            MEMBERSHIPS.c.ended_at.is_(None),
            PERSONS.c.disabled_at.is_(None),
        )
        .order_by(MEMBERSHIPS.c.institution_id, MEMBERSHIPS.c.department_id, MEMBERSHIPS.c.id)
    )
    posts: dict[str, Post] = {}
    for row in await connection.execute(query):
        posts.setdefault(row[0], Post(row[0], row[1], row[2]))
    return list(posts.values())


async def on_duty(connection: AsyncConnection, now: datetime) -> frozenset[str]:
    """Who is on any department's roster now."""
    return frozenset(row["person_id"] for row in (await connection.execute(_shifts_at(now))).mappings())
