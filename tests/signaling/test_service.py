"""The service as a whole: beside the real relay, without the clinical service, and when it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc_caller import Caller
from loopback import serving
from signaling_browser import Browser
from ticket_office import TicketOffice

from media.service import MediaService
from media.settings import MediaSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.service import Machine
from signaling.service import SignalingService, build
from signaling.settings import SignalingSettings
from wire.clinical import TicketKeysQuestion


def machine(bus: Bus, folder: Path) -> Machine:
    return Machine(
        clock=SystemClock(),
        bus=bus,
        blobs=DirectoryBlobs(folder / "blobs"),
        data_dir=folder,
        database_url=f"sqlite:{folder}",
    )


@pytest.fixture(params=["memory_bus", "redis_bus"])
def either_bus(request: pytest.FixtureRequest) -> Bus:
    """The bus of the one-process mode, and that of many processes."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def county(either_bus: Bus, tmp_path: Path) -> AsyncIterator[tuple[str, TicketOffice]]:
    """Signalling and the relay, both real, on one bus, in real time."""
    bus = either_bus
    shared = machine(bus, tmp_path)
    office = TicketOffice(shared.clock)
    relay = MediaService(shared, MediaSettings(port=0))
    service = await build(shared, SignalingSettings())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bus.serve(TicketKeysQuestion, office.keys))
        url = await stack.enter_async_context(serving(service))
        await stack.enter_async_context(service.running())
        await stack.enter_async_context(relay.running())
        yield url, office


async def test_two_people_see_and_hear_each_other_and_go_on_when_a_line_is_torn(
    county: tuple[str, TicketOffice],
) -> None:
    url, office = county
    doctor, specialist = Caller(Browser(url)), Caller(Browser(url))
    try:
        await doctor.join(office.ticket("doctor"))
        await specialist.join(office.ticket("specialist", role="specialist"))
        await doctor.publish(VideoStreamTrack, AudioStreamTrack)
        await specialist.publish(VideoStreamTrack)
        seen = [await specialist.next_frame(), await specialist.next_frame()]
        assert sorted(type(frame).__name__ for frame in seen) == ["AudioFrame", "VideoFrame"]
        assert type(await doctor.next_frame()).__name__ == "VideoFrame"
        assert set(specialist.tracks_seen.values()) == {"doctor"}
        await doctor.browser.cut()
        await doctor.resume()
        await specialist.publish(AudioStreamTrack)
        assert type(await doctor.next_frame()).__name__ == "AudioFrame"
    finally:
        await doctor.close()
        await specialist.close()


async def test_relay_shows_in_the_roster_when_media_flows(county: tuple[str, TicketOffice]) -> None:
    url, office = county
    doctor = Caller(Browser(url))
    try:
        await doctor.join(office.ticket("doctor"))
        await doctor.publish(AudioStreamTrack)
        async with asyncio.timeout(10):
            await doctor.connected.wait()
    finally:
        await doctor.close()


async def test_room_moves_to_another_worker_when_its_own_is_gone(bus: Bus, tmp_path: Path) -> None:
    shared = machine(bus, tmp_path)
    office = TicketOffice(shared.clock)
    impatient = SignalingSettings(relay_watch_s=0.2, relay_watch_timeout_s=0.2, relay_timeout_s=0.5)
    service = await build(shared, impatient)
    async with (
        bus.serve(TicketKeysQuestion, office.keys),
        serving(service) as url,
        service.running(),
        AsyncExitStack() as callers,
    ):
        doctor, specialist = Caller(Browser(url)), Caller(Browser(url))
        async with MediaService(shared, MediaSettings(port=0, worker_id="first")).running():
            for caller, name in ((doctor, "doctor"), (specialist, "specialist")):
                await caller.join(office.ticket(name))
                callers.push_async_callback(caller.close)
            await doctor.publish(VideoStreamTrack)
            await specialist.next_frame()
        async with MediaService(shared, MediaSettings(port=0, worker_id="second")).running():
            await specialist.next_frame()
            assert (doctor.epoch, specialist.epoch) == (2, 2)


async def test_without_the_clinical_service_a_join_is_refused_as_a_passing_trouble(
    bus: Bus, tmp_path: Path
) -> None:
    shared = machine(bus, tmp_path)
    service = await build(shared, SignalingSettings(keys_timeout_s=0.1))
    office = TicketOffice(shared.clock)
    async with serving(service) as url, service.running():
        doctor = Browser(url)
        await doctor.open()
        await doctor.send_frame(0, {"type": "hello", "protocol": 1, "ticket": office.ticket()})
        assert await doctor.closed() == (4503, "ticket/keys-unavailable")
        async with bus.serve(TicketKeysQuestion, office.keys):
            await doctor.join(office.ticket())
            await doctor.socket.close()


async def test_stopping_server_tells_its_clients_to_come_back(
    service: SignalingService, office: TicketOffice
) -> None:
    async with serving(service) as url:
        doctor, newcomer = Browser(url), Browser(url)
        async with service.running():
            await doctor.join(office.ticket())
        assert await doctor.closed() == (1012, "")
        assert doctor.seen[-1].type == "draining"
        await newcomer.open()
        await newcomer.send_frame(0, {"type": "hello", "protocol": 1, "ticket": office.ticket()})
        assert await newcomer.closed() == (4503, "signaling/stopping")


async def test_ready_at_once(service: SignalingService) -> None:
    await service.ready()
    assert list(service.mounts) == ["/signaling"]
