"""Enrolling and changing institutions and their departments, as an administrator does."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from consult_api import errors
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.telling import tell_record_of_institution
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.places import require_place
from consult_api.directory.rules.administration import Reach
from consult_api.directory.rules.people import IdentifierKind, is_identifier
from consult_api.directory.schemas import (
    DepartmentGiven,
    InstitutionChanges,
    InstitutionDetails,
    InstitutionGiven,
    InstitutionIdentifier,
)
from consult_api.directory.tables import DEPARTMENTS, INSTITUTION_IDENTIFIERS, INSTITUTIONS
from consult_api.request import Call
from wire.problems import Kind, Problem


async def enrol(call: Call, body: InstitutionGiven) -> InstitutionDetails:
    """Enrol an institution; only whoever administers the county does.

    Raises:
        Problem: `institution/not-yours`, `institution/credit-code-invalid`, `institution/identifier-invalid`,
            `institution/identifier-taken`.
    """
    reach = await reach_of(call.connection, call.actor)
    if not reach.whole_county:
        raise errors.not_yours("institution", "enrol")
    _refuse_wrong(body.identifiers)
    institution_id = await enrolment.create_institution(
        call.transaction, name=body.name, kind=body.kind, now=call.now, by=call.actor
    )
    await _keep_identifiers(call, institution_id, body.identifiers)
    await tell_record_of_institution(call, institution_id)
    return await require_place(call.connection, reach, institution_id)


def _refuse_wrong(identifiers: Sequence[InstitutionIdentifier]) -> None:
    for each in identifiers:
        if not is_identifier(each.kind, each.value):
            is_code = each.kind is IdentifierKind.SOCIAL_CREDIT_CODE
            code = "institution/credit-code-invalid" if is_code else "institution/identifier-invalid"
            raise Problem(code, Kind.UNPROCESSABLE, "This number can't be right.")
    if len({each.kind for each in identifiers}) < len(identifiers):
        raise Problem(
            "institution/identifier-invalid", Kind.UNPROCESSABLE, "An institution has one number of a kind."
        )


async def _keep_identifiers(
    call: Call, institution_id: str, identifiers: Sequence[InstitutionIdentifier]
) -> None:
    """Keep exactly these numbers.

    Raises:
        Problem: `institution/identifier-taken`.
    """
    table = INSTITUTION_IDENTIFIERS
    await call.connection.execute(delete(table).where(table.c.institution_id == institution_id))
    credit_code = None
    for each in identifiers:
        if await _holder(call, each) not in (None, institution_id):
            raise Problem(
                "institution/identifier-taken", Kind.CONFLICT, "Another institution has this number."
            )
        if each.kind is IdentifierKind.SOCIAL_CREDIT_CODE:
            credit_code = each.value
        else:
            values = {"kind": each.kind.value, "value": each.value, "institution_id": institution_id}
            await call.connection.execute(insert(table).values(**values))
    mine = INSTITUTIONS.c.id == institution_id
    await call.connection.execute(update(INSTITUTIONS).where(mine).values(social_credit_code=credit_code))


async def _holder(call: Call, identifier: InstitutionIdentifier) -> str | None:
    if identifier.kind is IdentifierKind.SOCIAL_CREDIT_CODE:
        known = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.social_credit_code == identifier.value)
    else:
        table = INSTITUTION_IDENTIFIERS
        known = select(table.c.institution_id).where(
            table.c.kind == identifier.kind.value, table.c.value == identifier.value
        )
    return await call.connection.scalar(known)


async def change(call: Call, institution_id: str, body: InstitutionChanges) -> InstitutionDetails:
    """Change an institution's name, kind or numbers. Its kind decides how far its administrators reach.

    Raises:
        Problem: `institution/not-found`, `institution/not-yours`, `institution/stale-version`, and as `enrol`.
    """
    reach = await reach_of(call.connection, call.actor)
    place = await require_place(call.connection, reach, institution_id)
    if place.version != body.version:
        raise errors.stale_version("institution")
    if place.kind is not body.kind and not reach.whole_county:
        raise errors.not_yours("institution", "change kind")
    _refuse_wrong(body.identifiers)
    await _keep_identifiers(call, institution_id, body.identifiers)
    mine = INSTITUTIONS.c.id == institution_id
    values = {"name": body.name, "kind": body.kind.value}
    await call.connection.execute(update(INSTITUTIONS).where(mine).values(**values))
    await call.audit("U", "institution.change", ("institution", institution_id))
    return await _changed(call, reach, institution_id)


async def _changed(call: Call, reach: Reach, institution_id: str) -> InstitutionDetails:
    mine = INSTITUTIONS.c.id == institution_id
    await call.connection.execute(update(INSTITUTIONS).where(mine).values(version=INSTITUTIONS.c.version + 1))
    await tell_record_of_institution(call, institution_id)
    return await require_place(call.connection, reach, institution_id)


def _refuse_name(place: InstitutionDetails, name: str, department_id: str | None) -> None:
    if any(each.name == name and each.id != department_id for each in place.departments):
        raise Problem(
            "department/name-taken", Kind.CONFLICT, "The institution has a department of this name."
        )


async def add_department(call: Call, institution_id: str, body: DepartmentGiven) -> InstitutionDetails:
    """Enrol a department.

    Raises:
        Problem: `institution/not-found`, `department/name-taken`.
    """
    reach = await reach_of(call.connection, call.actor)
    place = await require_place(call.connection, reach, institution_id)
    _refuse_name(place, body.name, None)
    await enrolment.create_department(
        call.transaction, institution_id=institution_id, name=body.name, now=call.now, by=call.actor
    )
    return await _changed(call, reach, institution_id)


async def rename_department(
    call: Call, institution_id: str, department_id: str, body: DepartmentGiven
) -> InstitutionDetails:
    """Give a department another name.

    Raises:
        Problem: `institution/not-found`, `department/not-found`, `department/name-taken`.
    """
    reach = await reach_of(call.connection, call.actor)
    place = await require_place(call.connection, reach, institution_id)
    if department_id not in {each.id for each in place.departments}:
        raise errors.not_found("department")
    _refuse_name(place, body.name, department_id)
    renamed = update(DEPARTMENTS).where(DEPARTMENTS.c.id == department_id).values(name=body.name)
    await call.connection.execute(renamed)
    await call.audit("U", "department.rename", ("department", department_id))
    return await _changed(call, reach, institution_id)
