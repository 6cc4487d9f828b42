"""A room's conversation with the relay: absent, slow, silent, forgetful and restarted workers."""

from collections.abc import AsyncIterator, Callable

import pytest
from bus_relay import BusRelay
from manual_clock import ManualClock
from signaling_browser import Browser
from ticket_office import TicketOffice

from runtime.bus import Bus
from signaling.settings import SignalingSettings

NewBrowser = Callable[[], Browser]

TAKEN = ["PlaceRoom", "CloseRoom", "PlaceRoom"]
"""How a room is taken: nothing of an earlier stay may be left in it."""
OFFER = {"sdp": "offer", "tracks": [{"mid": "0", "kind": "video", "purpose": "camera"}]}


@pytest.fixture
def settings() -> SignalingSettings:
    return SignalingSettings(relay_timeout_s=0.3, relay_watch_timeout_s=0.1)


@pytest.fixture
async def relay(bus: Bus) -> AsyncIterator[BusRelay]:
    relay = BusRelay(bus)
    async with relay.running():
        yield relay


async def placed(browser: Browser, ticket: str) -> int:
    """Join and wait for a relay; returns the media epoch."""
    room = await browser.join(ticket)
    if room.media_available:
        return room.media_epoch
    return (await browser.until("media_changed", available=True)).media_epoch


async def test_without_a_relay_the_room_works_and_everybody_is_told(
    arrive: NewBrowser, office: TicketOffice, bus: Bus, clock: ManualClock
) -> None:
    doctor = arrive()
    assert not (await doctor.join(office.ticket())).media_available
    assert not (await doctor.until("media_changed")).available
    await doctor.send("send_chat", message_id="m1", text="hello")
    await doctor.until("chat_added")
    await doctor.send("publish_offer", media_epoch=1, revision=1, **OFFER)
    assert (await doctor.until("problem")).code == "media/stale-epoch"
    async with BusRelay(bus).running():
        await clock.advance(1)
        changed = await doctor.until("media_changed")
        assert (changed.available, changed.media_epoch) == (True, 1)


async def test_offers_and_answers_pass_through(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    doctor = arrive()
    assert await placed(doctor, office.ticket()) == 1
    await doctor.send("publish_offer", media_epoch=1, revision=1, **OFFER)
    assert (await doctor.until("publish_answered")).sdp == "answer to offer"
    assert (await doctor.until("participant_changed")).participant.publishing == ("camera",)
    await relay.offer("doctor", 1)
    assert (await doctor.until("subscribe_offered")).sdp == "relay's offer"
    await doctor.send("subscribe_answer", media_epoch=1, revision=1, sdp="answer")
    await doctor.send("restart_ice", media_epoch=1)
    await relay.connected("doctor")
    assert (await doctor.until("participant_changed")).participant.publish_state == "connected"
    await doctor.synced()
    assert relay.kinds == [*TAKEN, "Subscribe", "PublishOffer", "SubscribeAnswer", "RestartIce"]


async def test_refusal_by_the_relay_names_the_message(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    doctor = arrive()
    await placed(doctor, office.ticket())
    relay.refuses = True
    number = await doctor.send("publish_offer", media_epoch=1, revision=1, **OFFER)
    problem = await doctor.until("problem")
    assert (problem.in_reply_to, problem.code) == (number, "media/sdp-invalid")


async def test_one_participants_slow_offer_keeps_nobody_else_waiting(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    doctor, specialist = arrive(), arrive()
    await placed(doctor, office.ticket("doctor"))
    await placed(specialist, office.ticket("specialist"))
    relay.answers_when.clear()
    await doctor.send("publish_offer", media_epoch=1, revision=1, **OFFER)
    await doctor.send("restart_ice", media_epoch=1)
    await specialist.send("restart_ice", media_epoch=1)
    await doctor.synced()
    await specialist.synced()
    restarts = [q.participant_id for q in relay.asked if type(q).__name__ == "RestartIce"]
    assert restarts == ["specialist"]
    relay.answers_when.set()
    await doctor.until("publish_answered")


async def test_second_tab_has_the_firsts_connections_released_before_it_subscribes(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    first, second = arrive(), arrive()
    await placed(first, office.ticket())
    await placed(second, office.ticket())
    await first.closed()
    await second.synced()
    assert relay.kinds == [*TAKEN, "Subscribe", "DropParticipant", "Subscribe"]


async def test_last_to_leave_closes_the_room_on_the_relay_and_the_next_opens_it_again(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    doctor = arrive()
    await placed(doctor, office.ticket())
    await doctor.send("leave")
    await doctor.closed()
    again = arrive()
    assert await placed(again, office.ticket()) == 2
    assert relay.kinds[:8] == [*TAKEN, "Subscribe", "CloseRoom", *TAKEN]


async def test_silent_worker_is_noticed_and_another_takes_the_room(
    arrive: NewBrowser, office: TicketOffice, bus: Bus, clock: ManualClock
) -> None:
    doctor = arrive()
    first = BusRelay(bus, "worker-1")
    async with first.running():
        await placed(doctor, office.ticket())
    await clock.advance(4)
    assert not (await doctor.until("media_changed")).available
    second = BusRelay(bus, "worker-2")
    async with second.running():
        await clock.advance(1)
        changed = await doctor.until("media_changed")
        assert (changed.available, changed.media_epoch) == (True, 2)
        await doctor.send("publish_offer", media_epoch=2, revision=1, **OFFER)
        await doctor.until("publish_answered")


async def test_restarted_worker_of_the_same_name_begins_a_new_epoch(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay, clock: ManualClock
) -> None:
    doctor = arrive()
    await placed(doctor, office.ticket())
    relay.rooms.clear()
    await clock.advance(4)
    assert not (await doctor.until("media_changed")).available
    changed = await doctor.until("media_changed")
    assert (changed.available, changed.media_epoch) == (True, 2)


async def test_offer_that_a_silent_worker_missed_is_passed_on_once_it_answers_again(
    arrive: NewBrowser, office: TicketOffice, relay: BusRelay
) -> None:
    doctor = arrive()
    await placed(doctor, office.ticket())
    relay.answers_when.clear()
    await doctor.send("publish_offer", media_epoch=1, revision=1, **OFFER)
    assert not (await doctor.until("media_changed")).available
    relay.answers_when.set()
    assert (await doctor.until("media_changed", available=True)).media_epoch == 1
    assert (await doctor.until("publish_answered")).revision == 1
