"""The imaging service behind a real HTTP server and a real DICOM listener on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from imaging_clinic import Clinic
from imaging_service import TOKEN, Served, at_work, machine_on

from imaging.index.sites import allow_site
from imaging.settings import ImagingSettings
from runtime.bus import Bus


@pytest.fixture
async def served(tmp_path: Path, bus: Bus, sqlite_url: str) -> AsyncIterator[Served]:
    clinic = Clinic()
    clinic.admit(TOKEN, everything=True)
    settings = ImagingSettings(dicom_host="127.0.0.1", dicom_port=0)
    async with at_work(machine_on(tmp_path, bus, sqlite_url), settings, clinic) as service:
        async with service.database.write() as transaction:
            await allow_site(transaction, ae_title="DCMTK", address="127.0.0.1", institution_id="township")
        listening = socket.create_server(("127.0.0.1", 0))
        web = uvicorn.Server(uvicorn.Config(service.mounts["/dicomweb"], log_level="warning", lifespan="off"))
        serving = asyncio.create_task(web.serve(sockets=[listening]))
        try:
            yield Served(
                url=f"http://127.0.0.1:{listening.getsockname()[1]}/dicomweb",
                dicom_port=service.receiver.port,
                service=service,
            )
        finally:
            web.should_exit = True
            await serving
            listening.close()
