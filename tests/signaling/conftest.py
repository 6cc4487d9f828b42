"""Signalling on a real loopback socket, with the bus of the one-process mode and a clock that tests move."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from manual_clock import ManualClock

from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.service import Machine
from signaling.service import SignalingService, build
from signaling.settings import SignalingSettings
from wire.clinical import TicketKeysQuestion

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "room"))

from loopback import serving
from signaling_browser import Browser
from ticket_office import TicketOffice


@pytest.fixture
async def office(bus: Bus, clock: ManualClock) -> AsyncIterator[TicketOffice]:
    """The clinical service's part: tickets and their keys."""
    office = TicketOffice(clock)
    async with bus.serve(TicketKeysQuestion, office.keys):
        yield office


@pytest.fixture
def settings() -> SignalingSettings:
    """Without a relay the room stays in waiting for one, so that no message of that comes between."""
    return SignalingSettings(relay_timeout_s=60)


@pytest.fixture
async def service(
    bus: Bus, clock: ManualClock, settings: SignalingSettings, tmp_path: Path
) -> SignalingService:
    """The service, built but not running."""
    machine = Machine(
        clock=clock,
        bus=bus,
        blobs=DirectoryBlobs(tmp_path / "blobs"),
        data_dir=tmp_path,
        database_url=f"sqlite:{tmp_path}",
    )
    return await build(machine, settings)


@pytest.fixture
async def url(service: SignalingService, office: TicketOffice) -> AsyncIterator[str]:
    """The address of the running service."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(service))
        await stack.enter_async_context(service.running())
        yield address


@pytest.fixture
def arrive(url: str) -> Callable[[], Browser]:
    """Makes a new client."""
    return lambda: Browser(url)
