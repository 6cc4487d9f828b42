"""Puts imaging together: the DICOMweb application, the DICOM listener, the announcements and the answers."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.types import ASGIApp

from imaging.dimse.receiver import DicomReceiver
from imaging.index.describing import describe_study
from imaging.index.tables import outbox
from imaging.ingest.announcing import SUBSCRIBER
from imaging.ingest.lifecycle import Ingest
from imaging.settings import ImagingSettings
from imaging.web.access import Access
from imaging.web.application import PREFIX, DicomWeb, guarded
from imaging.web.content import Content
from runtime.bus import Bus
from runtime.database import Database
from runtime.migrations import check
from runtime.outbox import Courier, Delivered, OutboxRow, Retry, Verdict
from runtime.service import Machine
from runtime.supervision import in_background
from wire.envelope import Acknowledged
from wire.imaging import StudyDescription, StudyQuestion, StudyReceived
from wire.problems import Problem

NAME = "imaging"
MIGRATIONS = Path(__file__).parent / "migrations"


class ImagingService:
    """The imaging service in one process. `ingest` stores files from this machine."""

    name = NAME

    def __init__(self, machine: Machine, settings: ImagingSettings, database: Database) -> None:
        self._machine = machine
        self.database = database
        self._courier = Courier(database, outbox, SUBSCRIBER, Announcer(machine.bus).deliver, machine.clock)
        self.ingest = Ingest(machine, database, settings, self._courier)
        self.receiver = DicomReceiver(database, self.ingest, settings, asyncio.get_running_loop())
        self._content = Content(database, machine.blobs, settings.limits)
        self._web = DicomWeb(
            database=database,
            content=self._content,
            access=Access(machine.bus, machine.clock, settings.access_cache_s),
            ingest=self.ingest,
            settings=settings,
        )

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        """DICOMweb under its prefix."""
        return {PREFIX: guarded(self._web)}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Listen for modalities, announce what was stored, answer what a study is."""
        carrying = in_background(
            "imaging_courier", self._courier.run, self._machine.clock, stop=self._courier.stop
        )
        try:
            async with carrying, self._machine.bus.serve(StudyQuestion, self._describe):
                self.receiver.start()
                yield
        finally:
            await self.receiver.stop()
            self._content.close()
            await self.database.close()

    async def ready(self) -> None:
        """Return when the tables are there.

        Raises:
            Problem: `database/version`.
        """
        await check(self.database, MIGRATIONS)

    async def _describe(self, question: StudyQuestion) -> StudyDescription:
        async with self.database.read() as connection:
            return await describe_study(connection, question.study_uid)


class Announcer:
    """Delivers announcements to the clinical service, which acknowledges once they are in its inbox."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def deliver(self, row: OutboxRow) -> Verdict:
        """Deliver one; a refusal is tried again, for the study stays stored whatever the other side thinks."""
        try:
            await self._bus.ask(StudyReceived.model_validate_json(row.payload), Acknowledged)
        except Problem as problem:
            return Retry(problem.code)
        return Delivered()


async def build(machine: Machine, settings: ImagingSettings) -> ImagingService:
    """Put the service together; nothing listens before `running` is entered."""
    return ImagingService(machine, settings, Database.open(machine.database_url, NAME))
