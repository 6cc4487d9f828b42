"""The call against real signalling beside a real relay in this process, where one of them isn't as it should be."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from loopback import serving
from signaling_browser import Browser
from ticket_office import TicketOffice

from media.service import MediaService
from media.settings import MediaSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.service import Machine
from server.doctor.probe_call import place_call
from signaling.service import build
from signaling.settings import SignalingSettings
from wire.clinical import TicketKeysQuestion
from wire.problems import Problem

CLOCK = SystemClock()
OFFICE = TicketOffice(CLOCK)
# A documentation prefix (RFC 3849): nobody is there.
NOBODY = "2001:db8::7"

Signalling = Callable[[tuple[str, ...]], AbstractAsyncContextManager[str]]


@pytest.fixture
def signalling(bus: Bus, tmp_path: Path) -> Signalling:
    """Open signalling, yielding its address, beside a relay that offers these addresses; with none, no relay."""

    @asynccontextmanager
    async def opened(addresses: tuple[str, ...]) -> AsyncIterator[str]:
        blobs = DirectoryBlobs(tmp_path / "blobs")
        machine = Machine(clock=CLOCK, bus=bus, blobs=blobs, data_dir=tmp_path, database_url="")
        service = await build(machine, SignalingSettings())
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(bus.serve(TicketKeysQuestion, OFFICE.keys))
            url = await stack.enter_async_context(serving(service))
            await stack.enter_async_context(service.running())
            if addresses:
                relay = MediaService(machine, MediaSettings(port=0, addresses=addresses))
                await stack.enter_async_context(relay.running())
            yield url

    return opened


async def refusal(url: str, *tickets: str) -> str:
    """Return in which words the call fails."""
    caller, called = tickets
    with pytest.raises(Problem) as problem:
        await place_call(url, (caller, called), CLOCK)
    return problem.value.detail


async def test_a_relay_out_of_reach_is_told_with_its_address(signalling: Signalling):
    async with signalling((NOBODY,)) as url:
        told = await refusal(url, OFFICE.ticket("caller"), OFFICE.ticket("called"))
    assert told.startswith(f"the caller doesn't reach the relay at {NOBODY}:")
    assert "let MEDIA_PORT through the firewall, and set MEDIA_ADDRESSES" in told


async def test_the_address_that_answers_is_told_beside_those_that_do_not(signalling: Signalling):
    async with signalling((NOBODY, "127.0.0.1")) as url:
        call = await place_call(url, (OFFICE.ticket("caller"), OFFICE.ticket("called")), CLOCK)
    assert call.used.startswith("127.0.0.1:")
    assert len(call.offered) == 2
    assert "pictures" in call.words()


async def test_a_room_without_a_relay_is_told(signalling: Signalling):
    async with signalling(()) as url:
        told = await refusal(url, OFFICE.ticket("caller"), OFFICE.ticket("called"))
    assert told == "the room gets no relay: see that a relay runs, and with the same BUS_URL."


async def test_tickets_of_another_county_are_told(signalling: Signalling):
    stranger = TicketOffice(CLOCK)
    async with signalling(("127.0.0.1",)) as url:
        told = await refusal(url, stranger.ticket("caller"), stranger.ticket("called"))
    assert "(4401 ticket/invalid): the server signs with another key" in told


async def test_the_seats_are_given_up_at_once(signalling: Signalling):
    async with signalling(("127.0.0.1",)) as url:
        await place_call(url, (OFFICE.ticket("caller"), OFFICE.ticket("called")), CLOCK)
        third = Browser(url)
        room = await third.join(OFFICE.ticket("third"))
        await third.socket.close()
    assert [seat.participant_id for seat in room.participants] == ["third"]


async def test_an_address_where_nothing_listens_is_told():
    told = await refusal("ws://127.0.0.1:1/signaling", "", "")
    assert told.startswith("ws://127.0.0.1:1/signaling doesn't answer")
