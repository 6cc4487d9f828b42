"""Puts a whole imaging service to work on real databases and disks."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from imaging_clinic import Clinic

from imaging.service import MIGRATIONS, ImagingService, build
from imaging.settings import ImagingSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.migrations import upgrade
from runtime.service import Machine
from wire.clinical import StudyAccessQuestion
from wire.imaging import StudyReceived

TOKEN = "conformance"


@dataclass(frozen=True)
class Served:
    """Where the service is reached."""

    url: str
    dicom_port: int
    service: ImagingService


def machine_on(folder: Path, bus: Bus, database_url: str) -> Machine:
    return Machine(
        clock=SystemClock(),
        bus=bus,
        blobs=DirectoryBlobs(folder / "blobs"),
        data_dir=folder,
        database_url=database_url,
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
