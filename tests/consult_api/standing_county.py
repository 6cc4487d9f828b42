"""The application on a copy of the county's database, without its background workers, run from a plain function."""

import asyncio
import shutil
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from county import Browser, County, Running
from manual_clock import ManualClock

from consult_api.service import build
from consult_api.settings import ConsultApiSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus.memory import MemoryBus
from runtime.service import Machine
from wire.imaging import StudyDescription, StudyQuestion

T = TypeVar("T")
LONG = ConsultApiSettings(session_idle=timedelta(days=9000), session_longest=timedelta(days=9000))


class World:
    """The application on a copy of the county's database, without its background workers."""

    def __init__(self, template: Path, county: County, folder: Path, cookies: dict[str, str]) -> None:
        shutil.copytree(template, folder / "database")
        self.county, self.folder, self.cookies = county, folder, cookies
        self.clock, self.bus = ManualClock(), MemoryBus()
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.run(self.stack.enter_async_context(self.bus.serve(StudyQuestion, self._describe)))
        self.start()

    def run(self, work: Awaitable[T]) -> T:
        async def done() -> T:
            return await work

        return self.runner.run(done())

    async def _describe(self, question: StudyQuestion) -> StudyDescription:
        return StudyDescription(
            study_uid=question.study_uid,
            institution_id=self.county.institutions["stone"],
            stored_by="somebody",
            patient_name="Wang^Xiaoming=王^小明",
            patient_id="H-1",
            patient_birth_date=None,
            patient_sex="M",
            study_date=None,
            description="Chest PA",
            modalities=["CR"],
            series=[],
            instances=1,
        )

    def start(self) -> None:
        machine = Machine(
            clock=self.clock,
            bus=self.bus,
            blobs=DirectoryBlobs(self.folder / "blobs"),
            data_dir=self.folder,
            database_url=f"sqlite:{self.folder / 'database'}",
        )
        self.service = Running(self.run(build(machine, LONG)), self.county, self.clock, self.bus)
        self.browsers: dict[str, Browser] = {}

    def stop(self) -> None:
        self.run(self.service.service.surroundings.database.close())

    def end(self) -> None:
        self.stop()
        self.run(self.stack.aclose())
        self.runner.close()

    def browser(self, name: str) -> Browser:
        if name not in self.browsers:
            self.browsers[name] = self.service.browser(cookie=f"lianzhen_session={self.cookies[name]}")
        return self.browsers[name]
