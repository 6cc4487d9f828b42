"""Filling an empty county with the demonstration county.

Institutions and people are enrolled as an administrator would; patients are registered by their own doctors, and
the finished example consult is asked, answered and signed by its people, through the HTTP interface itself.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from consult_api.access import Role
from consult_api.beds.lifecycle import create_pool
from consult_api.directory.lifecycle.enrolment import (
    NewCredential,
    NewMembership,
    NewPerson,
    add_shift,
    create_department,
    create_institution,
    create_person,
)
from consult_api.directory.rules import InstitutionKind
from runtime.database import Transaction
from server.administration import CLOCK, list_institutions, open_database
from server.demonstration.county import HOSPITAL, MEMBERS, PLACES, WARDS, Member
from server.demonstration.films import write_films
from server.demonstration.story import tell_story
from server.settings import Settings

ROSTER = timedelta(days=3650)
SIGNING_ROLES = frozenset({"specialist", "director", "township_doctor", "village_doctor"})
ROLE_NAMES: Mapping[str, str] = {
    "township_doctor": "township doctor 乡镇医生",
    "village_doctor": "village doctor 村医",
    "specialist": "specialist 专科医生",
    "director": "duty director 总值班",
    "coordinator": "consult coordinator 会诊协调员",
    "bed_office": "bed office 床位办",
    "emergency_coordinator": "emergency coordinator 急救调度",
    "administrator": "administrator 管理员",
}


@dataclass(frozen=True, slots=True)
class DemonstrationLogin:
    """A login of the demonstration county. Made up anew for each county and kept beside its data."""

    username: str
    password: str
    pin: str
    name: str
    role: str
    place: str
    department: str | None


@dataclass(slots=True)
class _Places:
    institutions: dict[str, str]
    departments: dict[tuple[str, str], str]


def folder_of(settings: Settings) -> Path:
    """Where the demonstration county keeps its logins and films; there is none in a real county."""
    return settings.data_dir / "demonstration"


async def seed_if_empty(settings: Settings, out: Console) -> None:
    """Make the demonstration county unless there is an institution already."""
    if await list_institutions(settings):
        return
    with Progress(console=out, transient=True) as progress:
        step = progress.add_task("Making the demonstration county", total=None)
        logins = make_logins()
        async with open_database(settings, "consult_api") as database, database.write() as transaction:
            places = await _enrol_places(transaction, CLOCK.now())
            await _enrol_people(transaction, places, logins, CLOCK.now())
        progress.update(step, description="Writing the sample films")
        films = write_films(folder_of(settings) / "films", _today())
        progress.update(step, description="Registering patients, telling one consult")
        await tell_story(replace_ports(settings), logins, films)
        _write_down(settings, logins)
    out.print("The demonstration county is ready.")


def _today() -> date:
    return CLOCK.now().astimezone().date()


def make_logins() -> list[DemonstrationLogin]:
    """Make up a password for the county and a PIN for whoever signs: easy to type, different everywhere."""
    password = f"lianzhen-{secrets.randbelow(10**6):06d}"
    return [
        DemonstrationLogin(
            username=member.username,
            password=password,
            pin=f"{secrets.randbelow(10**6):06d}" if member.role in SIGNING_ROLES else "",
            name=member.name,
            role=member.role,
            place=member.place,
            department=member.department,
        )
        for member in MEMBERS
    ]


async def _enrol_places(transaction: Transaction, now: datetime) -> _Places:
    places = _Places({}, {})
    for place in PLACES:
        institution_id = await create_institution(
            transaction, name=place.name, kind=InstitutionKind(place.kind), now=now
        )
        places.institutions[place.name] = institution_id
        for department in place.departments:
            places.departments[place.name, department] = await create_department(
                transaction, institution_id=institution_id, name=department, now=now
            )
    for ward in WARDS:
        await create_pool(
            transaction,
            institution_id=places.institutions[HOSPITAL],
            department_id=places.departments[HOSPITAL, ward.department],
            total=ward.total,
            occupied=ward.occupied,
            now=now,
        )
    return places


async def _enrol_people(
    transaction: Transaction, places: _Places, logins: list[DemonstrationLogin], now: datetime
) -> None:
    for number, (member, login) in enumerate(zip(MEMBERS, logins, strict=True), start=1):
        department_id = places.departments[member.place, member.department] if member.department else None
        person_id = await create_person(
            transaction,
            NewPerson(
                name=member.name,
                username=login.username,
                password=login.password,
                pin=login.pin or None,
                phone=f"1390000{number:04d}" if login.pin else None,
                memberships=(
                    NewMembership(
                        institution_id=places.institutions[member.place],
                        role=Role(member.role),
                        department_id=department_id,
                    ),
                ),
                credential=_credential(number, now) if login.pin else None,
            ),
            now=now,
        )
        await _put_on_rosters(transaction, places, member, person_id, now)


def _credential(number: int, now: datetime) -> NewCredential:
    return NewCredential(
        number=f"9999000000{number:05d}",
        expires_on=(now + ROSTER).date(),
        evidence="demonstration",
        verified_at=now,
    )


async def _put_on_rosters(
    transaction: Transaction, places: _Places, member: Member, person_id: str, now: datetime
) -> None:
    if member.role == "director":
        departments = [id_ for (place, _), id_ in places.departments.items() if place == member.place]
        tier = 0
    elif member.role == "specialist" and member.department is not None:
        departments = [places.departments[member.place, member.department]]
        tier = 1 if member.on_duty else 2
    else:
        return
    for department_id in departments:
        await add_shift(
            transaction,
            department_id=department_id,
            person_id=person_id,
            tier=tier,
            starts_at=now - timedelta(hours=1),
            ends_at=now + ROSTER,
        )


def replace_ports(settings: Settings) -> Settings:
    """The same settings with ports of the system's choice: a running server keeps its own."""
    return settings.model_copy(update={"http_port": 0, "media_port": 0, "dicom_port": 0})


def _write_down(settings: Settings, logins: list[DemonstrationLogin]) -> None:
    path = folder_of(settings) / "county.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"logins": [asdict(login) for login in logins]}, ensure_ascii=False, indent=1))


def show_banner(settings: Settings, out: Console) -> None:
    """Say that this is a demonstration, and who can log in; nothing in a real county."""
    path = folder_of(settings) / "county.json"
    if not path.exists():
        return
    out.rule("[bold yellow]DEMONSTRATION COUNTY 演示县域 – every person is invented; not for real patients")
    logins = json.loads(path.read_text())["logins"]
    table = Table(
        "username", "PIN", "name", "role", "where", title=f"Password of all: {logins[0]['password']}"
    )
    for login in logins:
        where = " ".join(filter(None, (login["place"], login["department"])))
        role = ROLE_NAMES.get(login["role"], login["role"])
        table.add_row(login["username"], login["pin"], login["name"], role, where)
    out.print(table)
    out.print(f"Sample films to drag into a consult: {folder_of(settings) / 'films'}")
