"""People as their administrator sees them: where they work, whether they can log in, their certificates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Role
from consult_api.directory.queries import credentials_by_person, institution_names, people
from consult_api.directory.rules import credential_fault
from consult_api.directory.rules.administration import Reach
from consult_api.directory.rules.people import administers, needs_attention
from consult_api.directory.schemas import (
    CredentialDetails,
    Evidence,
    PersonDetails,
    PersonMembership,
    PersonRow,
)
from consult_api.directory.tables import CREDENTIALS, DEPARTMENTS, MEMBERSHIPS, PERSONS


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSought:
    """Whom to list: a part of a name, username or certificate number; an institution; only who needs attention."""

    text: str = ""
    institution_id: str | None = None
    attention: bool = False


async def people_listed(
    connection: AsyncConnection, reach: Reach, sought: PeopleSought, today: date, *, limit: int
) -> list[PersonRow]:
    """List people within reach by name, those who may not log in any more last."""
    query = _within(select(PERSONS), reach, sought)
    if sought.text:
        pattern = f"%{_literal(sought.text)}%"
        numbers = select(CREDENTIALS.c.person_id).where(CREDENTIALS.c.number.ilike(pattern, escape="\\"))
        query = query.where(
            or_(
                PERSONS.c.name.ilike(pattern, escape="\\"),
                PERSONS.c.username.ilike(pattern, escape="\\"),
                PERSONS.c.id.in_(numbers),
            )
        )
    if sought.attention:
        valid_long = select(CREDENTIALS.c.person_id).where(CREDENTIALS.c.person_id == PERSONS.c.id)
        query = query.where(PERSONS.c.disabled_at.is_(None), valid_long.exists())
    query = query.order_by(PERSONS.c.disabled_at.is_not(None), PERSONS.c.name, PERSONS.c.id)
    rows = (await connection.execute(query)).mappings().all()
    listed = await _rows(connection, reach, rows, today)
    if sought.attention:
        listed = [row for row in listed if row.credential_fault or row.expires_soon]
    return listed[:limit]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _within(
    query: Select[*tuple[object, ...]], reach: Reach, sought: PeopleSought
) -> Select[*tuple[object, ...]]:
    institution_id = sought.institution_id if reach.whole_county else reach.institution_id
    if institution_id is None and reach.whole_county:
        return query
    here = select(MEMBERSHIPS.c.person_id).where(MEMBERSHIPS.c.institution_id == institution_id)
    if sought.institution_id not in (None, institution_id):
        here = here.where(MEMBERSHIPS.c.institution_id == sought.institution_id)
    return query.where(PERSONS.c.id.in_(here))


async def _rows(
    connection: AsyncConnection, reach: Reach, rows: Sequence[RowMapping], today: date
) -> list[PersonRow]:
    ids = [row["id"] for row in rows]
    memberships = await memberships_by_person(connection, ids)
    held = await credentials_by_person(connection, ids)
    return [
        PersonRow(
            person_id=row["id"],
            name=row["name"],
            username=row["username"],
            is_disabled=row["disabled_at"] is not None,
            memberships=[each for each in memberships.get(row["id"], []) if each.ended_at is None],
            credential_fault=credential_fault(held.get(row["id"], []), today),
            expires_on=max((each.expires_on for each in held.get(row["id"], [])), default=None),
            expires_soon=bool(held.get(row["id"]))
            and all(needs_attention(each.expires_on, today) for each in held[row["id"]]),
        )
        for row in rows
    ]


async def memberships_by_person(
    connection: AsyncConnection, person_ids: Collection[str]
) -> dict[str, list[PersonMembership]]:
    """All roles of these people, those that have ended too, the oldest first."""
    query = (
        select(MEMBERSHIPS, DEPARTMENTS.c.name.label("department_name"))
        .outerjoin(DEPARTMENTS, DEPARTMENTS.c.id == MEMBERSHIPS.c.department_id)
        .where(MEMBERSHIPS.c.person_id.in_(set(person_ids)))
        .order_by(MEMBERSHIPS.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    names = await institution_names(connection, {row["institution_id"] for row in rows})
    found: dict[str, list[PersonMembership]] = {}
    for row in rows:
        membership = PersonMembership(
            id=row["id"],
            institution_id=row["institution_id"],
            institution_name=names[row["institution_id"]],
            department_id=row["department_id"],
            department_name=row["department_name"],
            role=Role(row["role"]),
            ended_at=row["ended_at"],
        )
        found.setdefault(row["person_id"], []).append(membership)
    return found


def workplaces(memberships: Collection[PersonMembership]) -> set[str]:
    """The institutions where somebody works; for who works nowhere any more, where they did."""
    present = {each.institution_id for each in memberships if each.ended_at is None}
    return present or {each.institution_id for each in memberships}


async def require_person(connection: AsyncConnection, reach: Reach, person_id: str) -> RowMapping:
    """Read the row of somebody who works or worked within reach, locked.

    Raises:
        Problem: `person/not-found`.
    """
    query = select(PERSONS).where(PERSONS.c.id == person_id).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None or not (
        reach.whole_county
        or any(
            reach.covers_institution(each.institution_id)
            for each in (await memberships_by_person(connection, [person_id])).get(person_id, [])
        )
    ):
        raise errors.not_found("person")
    return row


async def person_details(
    connection: AsyncConnection, reach: Reach, row: RowMapping, today: date
) -> PersonDetails:
    """Describe somebody whose row was read within reach."""
    memberships = (await memberships_by_person(connection, [row["id"]])).get(row["id"], [])
    query = select(CREDENTIALS).where(CREDENTIALS.c.person_id == row["id"]).order_by(CREDENTIALS.c.id)
    credentials = (await connection.execute(query)).mappings().all()
    verifiers = await people(connection, {each["verified_by"] for each in credentials if each["verified_by"]})
    held = await credentials_by_person(connection, [row["id"]])
    return PersonDetails(
        person_id=row["id"],
        version=row["version"],
        name=row["name"],
        username=row["username"],
        phone=row["phone"],
        has_password=row["password_hash"] is not None,
        has_pin=row["pin_hash"] is not None,
        disabled_at=row["disabled_at"],
        may_edit=administers(reach, workplaces(memberships)),
        memberships=memberships,
        credentials=[
            CredentialDetails(
                id=each["id"],
                number=each["number"],
                expires_on=each["expires_on"],
                expires_soon=needs_attention(each["expires_on"], today),
                is_expired=each["expires_on"] < today,
                verified_at=each["verified_at"],
                verified_by=verifiers.get(each["verified_by"]),
                note=each["evidence"],
                evidence=_evidence(each),
            )
            for each in credentials
        ],
        credential_fault=credential_fault(held.get(row["id"], []), today),
    )


def _evidence(row: RowMapping) -> Evidence | None:
    if row["evidence_sha256"] is None:
        return None
    return Evidence(
        name=row["evidence_name"], media_type=row["evidence_type"], size_bytes=row["evidence_bytes"]
    )


async def require_credential(connection: AsyncConnection, person_id: str, credential_id: str) -> RowMapping:
    """Read a certificate of this person, locked.

    Raises:
        Problem: `credential/not-found`.
    """
    query = (
        select(CREDENTIALS)
        .where(CREDENTIALS.c.id == credential_id, CREDENTIALS.c.person_id == person_id)
        .with_for_update()
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("credential")
    return row
