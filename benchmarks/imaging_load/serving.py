"""Our imaging service alone, behind uvicorn, with a bus that answers for the clinical service. Run as a process.

python -m benchmarks.imaging_load.serving PORT FOLDER TOKEN
"""

import hashlib
import sys
from pathlib import Path

import uvicorn
import uvloop

from imaging.service import MIGRATIONS, build
from imaging.settings import ImagingSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus.memory import MemoryBus
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.migrations import upgrade
from runtime.service import Machine
from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.envelope import Acknowledged
from wire.imaging import StudyReceived
from wire.problems import Kind, Problem


async def serve(port: int, folder: Path, token: str) -> None:
    """Serve until killed."""
    bus = MemoryBus()
    digest = hashlib.sha256(token.encode()).hexdigest()

    async def access(question: StudyAccessQuestion) -> StudyAccess:
        if question.credential_sha256 != digest:
            raise Problem("session/expired", Kind.UNAUTHENTICATED, "Unknown.")
        return StudyAccess(actor_id="loader", institution_id="county", everything=True, study_uids=[])

    async def acknowledge(_received: StudyReceived) -> Acknowledged:
        return Acknowledged()

    machine = Machine(
        clock=SystemClock(),
        bus=bus,
        blobs=DirectoryBlobs(folder / "blobs"),
        data_dir=folder,
        database_url=f"sqlite:{folder / 'database'}",
    )
    database = Database.open(machine.database_url, "imaging")
    await upgrade(database, "imaging", MIGRATIONS)
    await database.close()
    service = await build(machine, ImagingSettings(dicom_host="127.0.0.1", dicom_port=0))
    async with (
        bus.serve(StudyAccessQuestion, access),
        bus.serve(StudyReceived, acknowledge),
        service.running(),
    ):
        web = service.mounts["/dicomweb"]
        config = uvicorn.Config(
            web,
            host="127.0.0.1",
            port=port,
            access_log=False,
            log_level="warning",
            lifespan="off",
            timeout_keep_alive=600,
        )
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
