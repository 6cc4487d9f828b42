"""What one row of an imported table does: finds who or what it is about, and enrols or changes it if it differs."""

from dataclasses import dataclass, field

from sqlalchemy import select

from consult_api import errors
from consult_api.access import Role
from consult_api.directory.lifecycle import certificates, rosters, staff
from consult_api.directory.lifecycle import places as keeping
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.places import place_named, places_known_as, require_place
from consult_api.directory.queries.rosters import shifts_within
from consult_api.directory.rules.imports import InstitutionLine, PersonLine, ShiftLine
from consult_api.directory.schemas import (
    CertificateGiven,
    DepartmentGiven,
    InstitutionChanges,
    InstitutionDetails,
    InstitutionGiven,
    InstitutionIdentifier,
    NewShift,
    PersonChanges,
    PersonDetails,
    PersonGiven,
    RoleGiven,
)
from consult_api.directory.schemas.imports import Outcome
from consult_api.directory.tables import PERSONS
from consult_api.request import Call


@dataclass(frozen=True, slots=True)
class Places:
    """Institutions and departments by their names, each looked up once: tables of people and shifts change none."""

    call: Call
    _known: dict[str, InstitutionDetails] = field(default_factory=dict[str, InstitutionDetails])

    async def find(self, institution: str, department: str | None) -> tuple[str, str | None]:
        """The ids of an institution within reach and of its department.

        Raises:
            Problem: `institution/not-found`, `institution/ambiguous`, `department/not-found`.
        """
        if institution not in self._known:
            connection = self.call.connection
            reach = await reach_of(connection, self.call.actor)
            self._known[institution] = await place_named(connection, reach, institution)
        place = self._known[institution]
        if department is None:
            return place.id, None
        found = next((each.id for each in place.departments if each.name == department), None)
        if found is None:
            raise errors.not_found("department")
        return place.id, found


async def institution(call: Call, line: InstitutionLine) -> Outcome:
    """Enrol an institution, or change the one with one of its numbers or with its name.

    Numbers that the row leaves out stay; departments that it names and that are missing are added.

    Raises:
        Problem: as `places.enrol` and `places.change`; `institution/ambiguous`.
    """
    given = {kind: InstitutionIdentifier(kind=kind, value=value) for kind, value in line.identifiers.items()}
    reach = await reach_of(call.connection, call.actor)
    known = await places_known_as(call.connection, list(given.values()), line.name)
    if len(known) > 1:
        raise errors.ambiguous("institution")
    if not known:
        body = InstitutionGiven(name=line.name, kind=line.kind, identifiers=list(given.values()))
        place = await keeping.enrol(call, body)
        await _departments(call, place, line)
        return "created"
    place = await require_place(call.connection, reach, known.pop())
    merged = {each.kind: each for each in place.identifiers} | given
    body = InstitutionChanges(
        version=place.version, name=line.name, kind=line.kind, identifiers=list(merged.values())
    )
    differs = (place.name, place.kind) != (line.name, line.kind) or {
        each.value for each in place.identifiers
    } != {each.value for each in merged.values()}
    if differs:
        place = await keeping.change(call, place.id, body)
    return "changed" if await _departments(call, place, line) or differs else "unchanged"


async def _departments(call: Call, place: InstitutionDetails, line: InstitutionLine) -> bool:
    missing = [name for name in line.departments if name not in {each.name for each in place.departments}]
    for name in missing:
        await keeping.add_department(call, place.id, DepartmentGiven(name=name))
    return bool(missing)


async def person(call: Call, places: Places, line: PersonLine) -> Outcome:
    """Enrol somebody, or change whoever has this username; a further role and certificate are added.

    A telephone number that the row leaves out stays.

    Raises:
        Problem: as enrolling and changing by hand; as `Places.find`.
    """
    institution_id, department_id = await places.find(line.institution, line.department)
    role = RoleGiven(institution_id=institution_id, department_id=department_id, role=Role(line.role))
    certificate = None
    if line.number is not None and line.expires_on is not None:
        certificate = CertificateGiven(number=line.number, expires_on=line.expires_on)
    query = select(PERSONS.c.id).where(PERSONS.c.username == line.username)
    person_id: str | None = await call.connection.scalar(query)
    if person_id is None:
        body = PersonGiven(
            name=line.name,
            username=line.username,
            phone=line.phone,
            membership=role,
            certificate=certificate,
        )
        await staff.enrol_new(call, body)
        return "created"
    found = await staff.details(call, person_id)
    differs = await _particulars(call, found, line)
    differs = await _given_role(call, found, role) or differs
    differs = (certificate is not None and await _certificate(call, found, certificate)) or differs
    return "changed" if differs else "unchanged"


async def _particulars(call: Call, found: PersonDetails, line: PersonLine) -> bool:
    phone = line.phone or found.phone
    if (found.name, found.phone) == (line.name, phone):
        return False
    body = PersonChanges(version=found.version, name=line.name, username=line.username, phone=phone)
    await staff.change(call, found.person_id, body)
    return True


async def _given_role(call: Call, found: PersonDetails, role: RoleGiven) -> bool:
    held = {
        (each.institution_id, each.department_id, each.role)
        for each in found.memberships
        if each.ended_at is None
    }
    if (role.institution_id, role.department_id, role.role) in held:
        return False
    await staff.add_role(call, found.person_id, role)
    return True


async def _certificate(call: Call, found: PersonDetails, certificate: CertificateGiven) -> bool:
    known = next((each for each in found.credentials if each.number == certificate.number), None)
    if known is None:
        await certificates.add(call, found.person_id, certificate)
        return True
    if known.expires_on == certificate.expires_on:
        return False
    await certificates.change(call, found.person_id, known.id, certificate)
    return True


async def shift(call: Call, places: Places, line: ShiftLine) -> Outcome:
    """Put somebody on a roster, unless the very same shift is there.

    Raises:
        Problem: as `rosters.add` and `Places.find`; `person/not-found`.
    """
    _, department_id = await places.find(line.institution, line.department)
    if department_id is None:
        raise errors.not_found("department")
    query = select(PERSONS.c.id).where(PERSONS.c.username == line.username)
    person_id: str | None = await call.connection.scalar(query)
    if person_id is None:
        raise errors.not_found("person")
    rows = await shifts_within(call.connection, department_id, line.starts_at, line.ends_at)
    wanted = (person_id, line.tier, line.starts_at, line.ends_at)
    if any((row["person_id"], row["tier"], row["starts_at"], row["ends_at"]) == wanted for row in rows):
        return "unchanged"
    body = NewShift(
        department_id=department_id,
        person_id=person_id,
        tier=line.tier,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
    )
    await rosters.add(call, body)
    return "created"
