"""A whole imaging service on real databases and disks, and the clinical service's side of its questions."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from imaging_clinic import Clinic
from imaging_service import at_work, machine_on

from imaging.service import ImagingService
from imaging.settings import ImagingSettings
from runtime.bus import Bus
from runtime.service import Machine


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


def client_of(service: ImagingService, clinic: Clinic) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service.mounts["/dicomweb"]),
        base_url="http://imaging.test/dicomweb",
        headers=clinic.admit("all", everything=True),
    )
