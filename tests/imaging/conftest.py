"""A whole imaging service on real databases and disks, and the clinical service's side of its questions."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from manual_clock import ManualClock

from imaging.service import MIGRATIONS, ImagingService, build
from imaging.settings import ImagingSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.migrations import upgrade
from runtime.service import Machine
from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.envelope import Acknowledged
from wire.imaging import StudyReceived
from wire.problems import Kind, Problem


@dataclass
class Clinic:
    """The clinical service as imaging meets it on the bus: who holds which credential, and what was announced."""

    holders: dict[str, StudyAccess] = field(default_factory=dict)
    asked: list[StudyAccessQuestion] = field(default_factory=list)
    announced: list[StudyReceived] = field(default_factory=list)

    def admit(
        self,
        token: str,
        *,
        institution: str = "township",
        everything: bool = False,
        studies: tuple[str, ...] = (),
    ) -> dict[str, str]:
        """Give rights to whoever holds `token`; return the request headers that show it."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        self.holders[digest] = StudyAccess(
            actor_id=f"holder-of-{token}",
            institution_id=institution,
            everything=everything,
            study_uids=list(studies),
        )
        return {"Authorization": f"Bearer {token}"}

    async def answer(self, question: StudyAccessQuestion) -> StudyAccess:
        self.asked.append(question)
        access = self.holders.get(question.credential_sha256)
        if access is None:
            raise Problem("session/expired", Kind.UNAUTHENTICATED, "Nobody holds this.")
        if (
            question.purpose == "view"
            and not access.everything
            and question.study_uid not in access.study_uids
        ):
            raise Problem("access/denied", Kind.FORBIDDEN, "Not yours.")
        return access

    async def acknowledge(self, received: StudyReceived) -> Acknowledged:
        self.announced.append(received)
        return Acknowledged()


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def settings() -> ImagingSettings:
    """Limits small enough to reach."""
    return ImagingSettings(dicom_host="127.0.0.1", dicom_port=0, memory_part_bytes=1 << 20)


@pytest.fixture
def machine(tmp_path: Path, bus: Bus, sqlite_url: str) -> Machine:
    return machine_on(tmp_path, bus, sqlite_url)


@pytest.fixture
async def service(
    machine: Machine, settings: ImagingSettings, clinic: Clinic
) -> AsyncIterator[ImagingService]:
    """The service at work."""
    async with at_work(machine, settings, clinic) as working:
        yield working


@pytest.fixture(params=["sqlite", "postgresql"])
async def service_on_either(
    request: pytest.FixtureRequest, tmp_path: Path, bus: Bus, settings: ImagingSettings, clinic: Clinic
) -> AsyncIterator[ImagingService]:
    """The service at work, on each database in turn."""
    url = request.getfixturevalue(f"{request.param}_url")
    async with at_work(machine_on(tmp_path, bus, url), settings, clinic) as working:
        yield working


@pytest.fixture
async def web(service: ImagingService, clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the DICOMweb application that may do everything for the township."""
    async with client_of(service, clinic) as client:
        yield client


@pytest.fixture
async def web_on_either(
    service_on_either: ImagingService, clinic: Clinic
) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service_on_either, clinic) as client:
        yield client


def machine_on(folder: Path, bus: Bus, database_url: str) -> Machine:
    return Machine(
        clock=SystemClock(),
        bus=bus,
        blobs=DirectoryBlobs(folder / "blobs"),
        data_dir=folder,
        database_url=database_url,
    )


def client_of(service: ImagingService, clinic: Clinic) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service.mounts["/dicomweb"]),
        base_url="http://imaging.test/dicomweb",
        headers=clinic.admit("all", everything=True),
    )


def at_work(machine: Machine, settings: ImagingSettings, clinic: Clinic) -> "AtWork":
    return AtWork(machine, settings, clinic)


class AtWork:
    """Migrates, starts and stops a service."""

    def __init__(self, machine: Machine, settings: ImagingSettings, clinic: Clinic) -> None:
        self._machine, self._settings, self._clinic = machine, settings, clinic
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> ImagingService:
        database = Database.open(self._machine.database_url, "imaging")
        await upgrade(database, "imaging", MIGRATIONS)
        await database.close()
        working = await build(self._machine, self._settings)
        bus = self._machine.bus
        await self._stack.enter_async_context(bus.serve(StudyAccessQuestion, self._clinic.answer))
        await self._stack.enter_async_context(bus.serve(StudyReceived, self._clinic.acknowledge))
        await self._stack.enter_async_context(working.running())
        return working

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()


@pytest.fixture
def moving_clock() -> ManualClock:
    return ManualClock()
