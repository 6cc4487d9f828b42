"""A small county in a real database, and its people's browsers against the real application."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from manual_clock import ManualClock
from sqlalchemy import Table, select

from consult_api.access import Role, Scope
from consult_api.beds.lifecycle import create_pool
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.enrolment import NewCredential, NewMembership, NewPerson
from consult_api.directory.rules import InstitutionKind
from consult_api.patients.rules import check_character
from consult_api.service import MIGRATIONS, NAME, ConsultApi, build
from consult_api.settings import ConsultApiSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.database import Database, Transaction
from runtime.migrations import upgrade
from runtime.service import Machine

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "a long enough password"
PIN = "246810"
ORIGIN = "https://county.test"


def resident_id(serial: int, *, born: str = "19910101", area: str = "360426") -> str:
    """A valid, invented number; an odd serial is a man's."""
    body = f"{area}{born}{serial:03d}"
    return body + check_character(body)


@dataclass(frozen=True)
class County:
    """The ids of what was enrolled, by name."""

    institutions: dict[str, str] = field(default_factory=dict[str, str])
    departments: dict[str, str] = field(default_factory=dict[str, str])
    people: dict[str, str] = field(default_factory=dict[str, str])
    pools: dict[str, str] = field(default_factory=dict[str, str])
    tokens: dict[str, str] = field(default_factory=dict[str, str])


INSTITUTIONS = {
    "hospital": InstitutionKind.COUNTY_HOSPITAL,
    "stone": InstitutionKind.TOWNSHIP_CENTRE,
    "river": InstitutionKind.TOWNSHIP_CENTRE,
    "village": InstitutionKind.VILLAGE_ROOM,
}
# username: (role, institution, department, tier on the roster of the department)
PEOPLE: dict[str, tuple[Role, str, str | None, int | None]] = {
    "tang": (Role.TOWNSHIP_DOCTOR, "stone", None, None),
    "tan": (Role.TOWNSHIP_DOCTOR, "stone", None, None),
    "bai": (Role.TOWNSHIP_DOCTOR, "river", None, None),
    "cun": (Role.VILLAGE_DOCTOR, "village", None, None),
    "ren": (Role.RADIOGRAPHER, "stone", None, None),
    "xie": (Role.SPECIALIST, "hospital", "heart", 1),
    "xu": (Role.SPECIALIST, "hospital", "heart", 1),
    "xing": (Role.SPECIALIST, "hospital", "heart", 2),
    "sun": (Role.SPECIALIST, "hospital", "surgery", 1),
    "duan": (Role.DIRECTOR, "hospital", None, None),
    "qin": (Role.COORDINATOR, "hospital", None, None),
    "bao": (Role.BED_OFFICE, "hospital", None, None),
    "ji": (Role.EMERGENCY_COORDINATOR, "hospital", None, None),
    "an": (Role.ADMINISTRATOR, "hospital", None, None),
    "guo": (Role.REGULATOR, "hospital", None, None),
}


async def enrol(transaction: Transaction) -> County:
    """Enrol the whole county."""
    county = County()
    for name, kind in INSTITUTIONS.items():
        county.institutions[name] = await enrolment.create_institution(
            transaction, name=name, kind=kind, now=START
        )
    hospital = county.institutions["hospital"]
    for name in ("heart", "surgery"):
        county.departments[name] = await enrolment.create_department(
            transaction, institution_id=hospital, name=name, now=START
        )
        county.pools[name] = await create_pool(
            transaction,
            institution_id=hospital,
            department_id=county.departments[name],
            total=10,
            occupied=8,
            now=START,
        )
    county.departments["clinic"] = await enrolment.create_department(
        transaction, institution_id=county.institutions["stone"], name="clinic", now=START
    )
    for name in PEOPLE:
        await _enrol_person(transaction, county, name)
    for scope in Scope:
        county.tokens[scope.value] = await enrolment.create_machine_token(
            transaction, name=f"machine for {scope}", scopes=[scope], now=START
        )
    return county


async def _enrol_person(transaction: Transaction, county: County, name: str) -> None:
    role, institution, department, tier = PEOPLE[name]
    membership = NewMembership(
        institution_id=county.institutions[institution],
        role=role,
        department_id=county.departments[department] if department else None,
    )
    person = NewPerson(
        name=name.title(),
        username=name,
        password=PASSWORD,
        pin=PIN,
        phone=f"139{len(county.people):08d}",
        memberships=(membership,),
        credential=NewCredential(number=f"1{len(name):014d}", expires_on=date(2030, 1, 1), verified_at=START),
    )
    county.people[name] = await enrolment.create_person(transaction, person, now=START)
    if department and tier is not None:
        await enrolment.add_shift(
            transaction,
            department_id=county.departments[department],
            person_id=county.people[name],
            tier=tier,
            starts_at=START - timedelta(days=1),
            ends_at=START + timedelta(days=30),
        )


async def prepare(url: str) -> County:
    """Migrate an empty database and enrol the county in it."""
    database = Database.open(url, NAME)
    try:
        await upgrade(database, NAME, MIGRATIONS)
        async with database.write() as transaction:
            return await enrol(transaction)
    finally:
        await database.close()


class Browser(httpx.AsyncClient):
    """A browser on the county's address; answers other than 2xx are the test's to look at."""

    async def answer(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Do a request that must succeed; return its JSON."""
        response = await self.request(method, f"/api{path}", json=body, headers=headers)
        assert response.is_success, f"{method} {path}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    async def refusal(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """Do a request that must be refused; return the status and the problem's code."""
        response = await self.request(method, f"/api{path}", json=body, headers=headers)
        assert response.headers["content-type"] == "application/problem+json", response.text
        return response.status_code, response.json()["code"]


class Running:
    """The service as it runs, and everybody's browsers."""

    def __init__(self, service: ConsultApi, county: County, clock: ManualClock, bus: Bus) -> None:
        self.service = service
        self.county = county
        self.clock = clock
        self.bus = bus
        self._browsers: dict[str, Browser] = {}

    def browser(self, *, client: str = "192.0.2.1", **headers: str) -> Browser:
        """A new browser without a login, at an address."""
        transport = httpx.ASGITransport(app=self.service.mounts["/api"], client=(client, 50_000))
        return Browser(transport=transport, base_url=ORIGIN, headers=headers)

    async def login(self, name: str) -> Browser:
        """The browser in which this person is logged in, the same one every time."""
        if name not in self._browsers:
            browser = self.browser()
            await browser.answer("POST", "/session", {"username": name, "password": PASSWORD})
            self._browsers[name] = browser
        return self._browsers[name]

    def machine(self, scope: str) -> Browser:
        """A machine with a token of this scope."""
        return self.browser(authorization=f"Bearer {self.county.tokens[scope]}")

    async def rows(self, table: Table) -> list[dict[str, Any]]:
        """Everything in a table, in the order of its key."""
        query = select(table).order_by(*table.primary_key.columns)
        async with self.service.surroundings.database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def patient(self, browser: Browser, serial: int = 1, **more: object) -> dict[str, Any]:
        """Register a patient."""
        body = {"name": "王小明", "resident_id": resident_id(serial)} | more
        return await browser.answer("POST", "/patients", body)

    async def consult(self, browser: Browser, patient_id: str, **more: object) -> dict[str, Any]:
        """Draft a consult to the heart department."""
        body = {
            "patient_id": patient_id,
            "department_id": self.county.departments["heart"],
            "urgency": "emergent",
            "mode": "live",
            "question": "ST elevation in V2 to V4?",
        }
        return await browser.answer("POST", "/consults", body | more)

    async def move(
        self, browser: Browser, consult: dict[str, Any], event: str, **more: object
    ) -> dict[str, Any]:
        """Take a step of a consult, from the version that `consult` shows."""
        body = {"event": event, "version": consult["version"], **more}
        return await browser.answer("POST", f"/consults/{consult['id']}/events", body)

    async def invite(self, browser: Browser, consult: dict[str, Any], name: str) -> dict[str, Any]:
        """Invite somebody to a consult."""
        body = {"person_id": self.county.people[name], "message": "Please look at the rhythm, too."}
        return await browser.answer("POST", f"/consults/{consult['id']}/invitations", body)

    async def say(self, name: str, consult: dict[str, Any], event: str, **more: object) -> dict[str, Any]:
        """Take a step of this person's own invitation to a consult."""
        browser = await self.login(name)
        seen = await browser.answer("GET", f"/consults/{consult['id']}")
        [mine] = [each for each in seen["invitations"] if each["is_mine"]][-1:]
        body = {"event": event, "version": mine["version"], **more}
        return await browser.answer(
            "POST", f"/consults/{consult['id']}/invitations/{mine['id']}/events", body
        )

    async def submitted(self, **more: object) -> dict[str, Any]:
        """A consult that Tang has sent."""
        tang = await self.login("tang")
        patient = await self.patient(tang)
        return await self.move(tang, await self.consult(tang, patient["id"], **more), "submit")

    async def awaiting_report(self) -> dict[str, Any]:
        """A consult whose session Xie has finished, with a draft to sign."""
        xie = await self.login("xie")
        consult = await self.submitted()
        for event in ("accept", "start_session", "finish"):
            consult = await self.move(xie, consult, event)
        draft = {
            "findings": "ST elevation",
            "assessment": "Anterior infarction",
            "advice": "Aspirin, transfer",
        }
        await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", draft)
        return consult


@asynccontextmanager
async def running(
    url: str,
    county: County,
    clock: ManualClock,
    bus: Bus,
    folder: Path,
    settings: ConsultApiSettings | None = None,
) -> AsyncIterator[Running]:
    """Run the service on a prepared database, with settings of the test's choice."""
    machine = Machine(
        clock=clock, bus=bus, blobs=DirectoryBlobs(folder / "blobs"), data_dir=folder, database_url=url
    )
    service = await build(machine, settings or ConsultApiSettings())
    async with service.running():
        yield Running(service, county, clock, bus)


def sha256(secret: str) -> str:
    """How a credential is known on the bus."""
    return hashlib.sha256(secret.encode()).hexdigest()
