"""Stores instances until it is killed, saying which are acknowledged. Run by test_crash.

Each line read is a folder: a child is forked to upload into it, so that only the first start pays for the imports.
"""

import asyncio
import os
import sys
from pathlib import Path

import httpx
from dicom_samples import picture, written
from imaging_clinic import Clinic
from imaging_service import at_work, machine_on
from imaging_stow import stow

from imaging.settings import ImagingSettings
from runtime.bus.memory import MemoryBus


async def upload(folder: Path) -> None:
    clinic = Clinic()
    machine = machine_on(folder, MemoryBus(), f"sqlite:{folder / 'db'}")
    async with at_work(machine, ImagingSettings(dicom_host="127.0.0.1", dicom_port=0), clinic) as service:
        transport = httpx.ASGITransport(app=service.mounts["/dicomweb"])
        headers = clinic.admit("all", everything=True)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://x/dicomweb", headers=headers
        ) as web:
            print("ready", os.getpid(), flush=True)
            while True:
                datasets = [picture(rows=64, columns=64, frames=4) for _ in range(3)]
                response = await stow(web, *(written(dataset) for dataset in datasets))
                assert response.status_code == 200
                for dataset in datasets:
                    print(dataset.StudyInstanceUID, dataset.SOPInstanceUID, flush=True)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        asyncio.run(upload(Path(line.rstrip("\n"))))
    os.waitpid(child, 0)
    print("\ndead", flush=True)
