"""Institutions as their administrator sees them, with all numbers they are known under."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.directory.rules import InstitutionKind
from consult_api.directory.rules.administration import Reach
from consult_api.directory.rules.people import IdentifierKind
from consult_api.directory.schemas import InstitutionDetails, InstitutionIdentifier, NamedDepartment
from consult_api.directory.tables import DEPARTMENTS, INSTITUTION_IDENTIFIERS, INSTITUTIONS


async def places(
    connection: AsyncConnection, reach: Reach, *, institution_id: str | None = None
) -> list[InstitutionDetails]:
    """List the institutions within reach, or one of them."""
    query = select(INSTITUTIONS).order_by(INSTITUTIONS.c.id)
    if institution_id is not None:
        query = query.where(INSTITUTIONS.c.id == institution_id)
    if not reach.whole_county:
        query = query.where(INSTITUTIONS.c.id == reach.institution_id)
    rows = (await connection.execute(query)).mappings().all()
    ids = [row["id"] for row in rows]
    departments: dict[str, list[NamedDepartment]] = {}
    named = select(DEPARTMENTS).where(DEPARTMENTS.c.institution_id.in_(ids)).order_by(DEPARTMENTS.c.id)
    for row in (await connection.execute(named)).mappings():
        department = NamedDepartment(id=row["id"], name=row["name"])
        departments.setdefault(row["institution_id"], []).append(department)
    identifiers: dict[str, list[InstitutionIdentifier]] = {}
    known = select(INSTITUTION_IDENTIFIERS).where(INSTITUTION_IDENTIFIERS.c.institution_id.in_(ids))
    for row in (await connection.execute(known.order_by(*INSTITUTION_IDENTIFIERS.primary_key))).mappings():
        identifier = InstitutionIdentifier(kind=IdentifierKind(row["kind"]), value=row["value"])
        identifiers.setdefault(row["institution_id"], []).append(identifier)
    return [
        InstitutionDetails(
            id=row["id"],
            version=row["version"],
            name=row["name"],
            kind=InstitutionKind(row["kind"]),
            identifiers=_credit_code(row) + identifiers.get(row["id"], []),
            departments=departments.get(row["id"], []),
        )
        for row in rows
    ]


def _credit_code(row: RowMapping) -> list[InstitutionIdentifier]:
    if row["social_credit_code"] is None:
        return []
    return [InstitutionIdentifier(kind=IdentifierKind.SOCIAL_CREDIT_CODE, value=row["social_credit_code"])]


async def place_named(connection: AsyncConnection, reach: Reach, name: str) -> InstitutionDetails:
    """Find an institution within reach by its name.

    Raises:
        Problem: `institution/not-found`, `institution/ambiguous` when several have it.
    """
    query = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.name == name)
    if not reach.whole_county:
        query = query.where(INSTITUTIONS.c.id == reach.institution_id)
    ids = (await connection.execute(query)).scalars().all()
    if len(ids) > 1:
        raise errors.ambiguous("institution")
    if not ids:
        raise errors.not_found("institution")
    return (await places(connection, reach, institution_id=ids[0]))[0]


async def places_known_as(
    connection: AsyncConnection, identifiers: Sequence[InstitutionIdentifier], name: str
) -> set[str]:
    """The ids of the institutions with any of these numbers, or with this name."""
    numbers = {(each.kind.value, each.value) for each in identifiers}
    codes = [value for kind, value in numbers if kind == IdentifierKind.SOCIAL_CREDIT_CODE.value]
    table = INSTITUTION_IDENTIFIERS
    by_code = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.social_credit_code.in_(codes))
    by_number = select(table.c.institution_id).where(tuple_(table.c.kind, table.c.value).in_(numbers))
    known = set((await connection.execute(by_code)).scalars())
    known |= set((await connection.execute(by_number)).scalars())
    by_name = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.name == name)
    return known | set((await connection.execute(by_name)).scalars())


async def require_place(connection: AsyncConnection, reach: Reach, institution_id: str) -> InstitutionDetails:
    """Read an institution within reach, its row locked.

    Raises:
        Problem: `institution/not-found`.
    """
    await connection.execute(
        select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.id == institution_id).with_for_update()
    )
    found = await places(connection, reach, institution_id=institution_id)
    if not found:
        raise errors.not_found("institution")
    return found[0]
