"""A county that also writes to an outside FHIR server."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from county import County, Running, running
from manual_clock import ManualClock

from runtime.bus import Bus

sys.path.insert(0, str(Path(__file__).parents[1] / "health_record"))

from outside_server import COUNTY_TOKEN, OutsideServer, outside_server

from consult_api.settings import ConsultApiSettings


@pytest.fixture
async def outside(tmp_path: Path, clock: ManualClock) -> AsyncIterator[OutsideServer]:
    """The outside server."""
    async with outside_server(tmp_path / "outside", clock) as server:
        yield server


@pytest.fixture
async def joined(
    county_database: tuple[str, County],
    outside: OutsideServer,
    clock: ManualClock,
    bus: Bus,
    tmp_path: Path,
) -> AsyncIterator[Running]:
    """The clinical service, writing to the outside server as well."""
    url, county = county_database
    settings = ConsultApiSettings(record_url=outside.url, record_token=COUNTY_TOKEN)
    async with running(url, county, clock, bus, tmp_path, settings) as service:
        yield service
