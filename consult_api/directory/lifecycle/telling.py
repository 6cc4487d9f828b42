"""Telling the shared health record of people and institutions that changed."""

from sqlalchemy import select

from consult_api.access import Actor
from consult_api.directory.queries import institution_names
from consult_api.directory.queries.places import places
from consult_api.directory.queries.staff import memberships_by_person
from consult_api.directory.rules.administration import Reach
from consult_api.directory.schemas import PersonMembership
from consult_api.directory.tables import CREDENTIALS, PERSONS
from consult_api.request import Call
from wire.clinical import (
    CertificatePart,
    DepartmentPart,
    IdentifierPart,
    InstitutionRecorded,
    PersonPart,
    PostPart,
    StaffRecorded,
)


async def _author(call: Call, actor: Actor) -> PersonPart:
    institution_id = actor.institution_id or ""
    names = await institution_names(call.connection, [institution_id])
    return PersonPart(
        person_id=actor.actor_id,
        name=actor.name,
        institution_id=institution_id,
        institution_name=names[institution_id],
    )


async def tell_record_of_person(call: Call, person_id: str) -> None:
    """Announce somebody with their posts and verified certificates, as they are in this transaction."""
    row = (await call.connection.execute(select(PERSONS).where(PERSONS.c.id == person_id))).mappings().one()
    verified = (
        select(CREDENTIALS.c.number, CREDENTIALS.c.expires_on)
        .where(CREDENTIALS.c.person_id == person_id, CREDENTIALS.c.verified_at.is_not(None))
        .order_by(CREDENTIALS.c.id)
    )
    certificates = (await call.connection.execute(verified)).all()
    memberships = (await memberships_by_person(call.connection, [person_id])).get(person_id, [])
    message = StaffRecorded(
        person_id=person_id,
        version=row["version"],
        name=row["name"],
        active=row["disabled_at"] is None,
        certificates=[CertificatePart(number=number, expires_on=day) for number, day in certificates],
        posts=[_post(each) for each in memberships],
        by=await _author(call, call.actor),
        at=call.now,
    )
    await call.announce(f"person/{person_id}", message)


def _post(membership: PersonMembership) -> PostPart:
    return PostPart(
        institution_id=membership.institution_id,
        institution_name=membership.institution_name,
        department_id=membership.department_id,
        department_name=membership.department_name,
        role=membership.role.value,
        active=membership.ended_at is None,
    )


async def tell_record_of_institution(call: Call, institution_id: str) -> None:
    """Announce an institution with its numbers and departments, as they are in this transaction."""
    [place] = await places(call.connection, Reach(whole_county=True), institution_id=institution_id)
    message = InstitutionRecorded(
        institution_id=institution_id,
        version=place.version,
        name=place.name,
        identifiers=[IdentifierPart(kind=each.kind.value, value=each.value) for each in place.identifiers],
        departments=[
            DepartmentPart(department_id=each.id, department_name=each.name) for each in place.departments
        ],
        by=await _author(call, call.actor),
        at=call.now,
    )
    await call.announce(f"institution/{institution_id}", message)
