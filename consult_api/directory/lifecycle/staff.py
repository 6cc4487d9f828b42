"""Enrolling, changing and keeping out people, and giving and ending their roles, as an administrator does.

Every change is audited and told to the shared health record; nobody changes what is beyond their reach, and nobody
locks themselves out.
"""

import secrets as random

from sqlalchemy import RowMapping, insert, select, update

from consult_api import errors
from consult_api.access import Role
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.enrolment import NewCredential, NewMembership, NewPerson
from consult_api.directory.lifecycle.secrets import hash_secret
from consult_api.directory.lifecycle.sessions import end_all
from consult_api.directory.lifecycle.telling import tell_record_of_person
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.places import require_place
from consult_api.directory.queries.staff import (
    memberships_by_person,
    person_details,
    require_person,
    workplaces,
)
from consult_api.directory.rules.administration import Reach
from consult_api.directory.rules.people import administers, may_grant
from consult_api.directory.schemas import (
    CertificateGiven,
    Disabling,
    IssuedSecret,
    PersonChanges,
    PersonDetails,
    PersonGiven,
    PersonMembership,
    RoleGiven,
)
from consult_api.directory.tables import CREDENTIALS, MEMBERSHIPS, PERSONS
from consult_api.request import Call
from wire.identifiers import new_id
from wire.problems import Kind, Problem

# Without what reads alike: 0 and O, 1, l and I.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_ISSUED_LENGTH = 12


async def details(call: Call, person_id: str) -> PersonDetails:
    """Describe somebody within reach.

    Raises:
        Problem: `person/not-found`.
    """
    reach = await reach_of(call.connection, call.actor)
    row = await require_person(call.connection, reach, person_id)
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    return await person_details(call.connection, reach, row, today)


async def enrol(call: Call, body: PersonGiven) -> PersonDetails:
    """Enrol somebody as `enrol_new` does, and describe them."""
    return await details(call, await enrol_new(call, body))


async def enrol_new(call: Call, body: PersonGiven) -> str:
    """Enrol somebody with a first role; return their id.

    Raises:
        Problem: `person/username-taken`, `credential/number-taken`, and what giving the role is refused with.
    """
    reach = await reach_of(call.connection, call.actor)
    await _refuse_role(call, reach, body.membership)
    await _refuse_username(call, body.username, None)
    if body.certificate is not None:
        await refuse_number(call, body.certificate, None)
    person = NewPerson(
        name=body.name,
        username=body.username,
        phone=body.phone,
        memberships=(NewMembership(**body.membership.model_dump()),),
        credential=NewCredential(**body.certificate.model_dump()) if body.certificate else None,
    )
    person_id = await enrolment.create_person(call.transaction, person, now=call.now, by=call.actor)
    await tell_record_of_person(call, person_id)
    return person_id


async def _refuse_role(call: Call, reach: Reach, role: RoleGiven) -> None:
    """Refuse a role that the actor can't give, or a department that isn't the institution's.

    Raises:
        Problem: `institution/not-found`, `person/role-not-yours`, `department/not-found`.
    """
    place = await require_place(call.connection, reach, role.institution_id)
    if not may_grant(reach, role.institution_id, role.role.value):
        raise Problem("person/role-not-yours", Kind.FORBIDDEN, "This role is the county's to give.")
    if role.department_id not in (None, *(department.id for department in place.departments)):
        raise errors.not_found("department")


async def _refuse_username(call: Call, username: str, person_id: str | None) -> None:
    holder = await call.connection.scalar(select(PERSONS.c.id).where(PERSONS.c.username == username))
    if holder not in (None, person_id):
        raise Problem("person/username-taken", Kind.CONFLICT, "Somebody else logs in with this name.")


async def refuse_number(call: Call, certificate: CertificateGiven, person_id: str | None) -> None:
    """Refuse a certificate's number under which somebody else is enrolled.

    Raises:
        Problem: `credential/number-taken`.
    """
    query = select(CREDENTIALS.c.person_id).where(CREDENTIALS.c.number == certificate.number)
    holders = set((await call.connection.execute(query)).scalars())
    if holders - {person_id}:
        raise Problem("credential/number-taken", Kind.CONFLICT, "Somebody else has this certificate.")


async def _mine(call: Call, person_id: str, *, version: int | None = None) -> RowMapping:
    """Read somebody whose login and particulars the actor may change, in the version that they saw.

    Raises:
        Problem: `person/not-found`, `person/not-yours`, `person/stale-version`.
    """
    reach = await reach_of(call.connection, call.actor)
    row = await require_person(call.connection, reach, person_id)
    memberships = (await memberships_by_person(call.connection, [person_id])).get(person_id, [])
    if not administers(reach, workplaces(memberships)):
        raise errors.not_yours("person", "change")
    if version is not None and row["version"] != version:
        raise errors.stale_version("person")
    return row


async def require_mine(call: Call, person_id: str) -> None:
    """Make sure that somebody is the actor's to change.

    Raises:
        Problem: `person/not-found`, `person/not-yours`.
    """
    await _mine(call, person_id)


async def changed(call: Call, person_id: str) -> None:
    """Count the person's version up and tell the record."""
    mine = PERSONS.c.id == person_id
    await call.connection.execute(update(PERSONS).where(mine).values(version=PERSONS.c.version + 1))
    await tell_record_of_person(call, person_id)


async def change(call: Call, person_id: str, body: PersonChanges) -> PersonDetails:
    """Change a name, username or telephone number.

    Raises:
        Problem: as `_mine`, `person/username-taken`.
    """
    await _mine(call, person_id, version=body.version)
    await _refuse_username(call, body.username, person_id)
    values = body.model_dump(exclude={"version"})
    await call.connection.execute(update(PERSONS).where(PERSONS.c.id == person_id).values(**values))
    await call.audit("U", "person.change", ("person", person_id))
    await changed(call, person_id)
    return await details(call, person_id)


async def disable(call: Call, person_id: str, body: Disabling) -> PersonDetails:
    """Keep somebody out, or let them in again; sessions end at once.

    Raises:
        Problem: as `_mine`, `person/yourself`.
    """
    await _mine(call, person_id, version=body.version)
    if person_id == call.actor.actor_id:
        raise _yourself()
    if body.is_disabled:
        await enrolment.disable_person(call.transaction, person_id, now=call.now, by=call.actor)
    else:
        enabled = update(PERSONS).where(PERSONS.c.id == person_id).values(disabled_at=None)
        await call.connection.execute(enabled)
        await call.audit("U", "person.enable", ("person", person_id))
    await changed(call, person_id)
    return await details(call, person_id)


def _yourself() -> Problem:
    return Problem("person/yourself", Kind.CONFLICT, "You can't lock yourself out.")


async def add_role(call: Call, person_id: str, body: RoleGiven) -> PersonDetails:
    """Give somebody a further role.

    Raises:
        Problem: `person/not-found`, `person/role-held`, and what `_refuse_role` raises.
    """
    reach = await reach_of(call.connection, call.actor)
    await require_person(call.connection, reach, person_id)
    await _refuse_role(call, reach, body)
    held = (await memberships_by_person(call.connection, [person_id])).get(person_id, [])
    if any(_same(each, body) for each in held):
        raise Problem("person/role-held", Kind.CONFLICT, "This person has this role already.")
    membership_id = new_id()
    values = body.model_dump(mode="json")
    await call.connection.execute(insert(MEMBERSHIPS).values(id=membership_id, person_id=person_id, **values))
    await call.audit("C", "membership.give", ("membership", membership_id), detail=body.role.value)
    await changed(call, person_id)
    return await details(call, person_id)


def _same(held: PersonMembership, given: RoleGiven) -> bool:
    return held.ended_at is None and (held.institution_id, held.department_id, held.role) == (
        given.institution_id,
        given.department_id,
        given.role,
    )


async def end_role(call: Call, person_id: str, membership_id: str) -> PersonDetails:
    """Let a role end; logins in it end with it.

    Raises:
        Problem: `person/not-found`, `membership/not-found`, `person/role-not-yours`, `person/yourself`.
    """
    reach = await reach_of(call.connection, call.actor)
    await require_person(call.connection, reach, person_id)
    held = (await memberships_by_person(call.connection, [person_id])).get(person_id, [])
    found = next((each for each in held if each.id == membership_id and each.ended_at is None), None)
    if found is None:
        raise errors.not_found("membership")
    if not may_grant(reach, found.institution_id, found.role.value):
        raise Problem("person/role-not-yours", Kind.FORBIDDEN, "This role is not yours to end.")
    if person_id == call.actor.actor_id and found.role is Role.ADMINISTRATOR:
        raise _yourself()
    ended = update(MEMBERSHIPS).where(MEMBERSHIPS.c.id == membership_id).values(ended_at=call.now)
    await call.connection.execute(ended)
    await call.audit("U", "membership.end", ("membership", membership_id), detail=found.role.value)
    await changed(call, person_id)
    return await details(call, person_id)


async def issue_password(call: Call, person_id: str) -> IssuedSecret:
    """Make a new password for somebody, who is logged out everywhere; it is shown once.

    Raises:
        Problem: as `_mine`.
    """
    await _mine(call, person_id)
    secret = "".join(random.choice(_LETTERS) for _ in range(_ISSUED_LENGTH))
    hashed = await hash_secret(secret)
    await call.connection.execute(
        update(PERSONS).where(PERSONS.c.id == person_id).values(password_hash=hashed)
    )
    await end_all(call.transaction, [person_id], call.now)
    await call.audit("U", "person.issue_password", ("person", person_id))
    return IssuedSecret(secret=secret)


async def clear_pin(call: Call, person_id: str) -> PersonDetails:
    """Forget somebody's PIN; they choose a new one themselves, since it signs for them.

    Raises:
        Problem: as `_mine`.
    """
    await _mine(call, person_id)
    await call.connection.execute(update(PERSONS).where(PERSONS.c.id == person_id).values(pin_hash=None))
    await call.audit("U", "person.clear_pin", ("person", person_id))
    return await details(call, person_id)
