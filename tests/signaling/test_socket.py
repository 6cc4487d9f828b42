"""The WebSocket's opening, its limits, and what it does with junk."""

import asyncio
import json
from collections.abc import Callable

import pytest
from joserfc.jwk import ECKey
from manual_clock import ManualClock
from signaling_browser import Browser, rejected_status
from ticket_office import TicketOffice

NewBrowser = Callable[[], Browser]


async def opened_with(browser: Browser, text: str | bytes) -> tuple[int, str]:
    await browser.open()
    await browser.socket.send(text)
    return await browser.closed()


async def refused(browser: Browser, ticket: str) -> tuple[int, str]:
    hello = {"type": "hello", "protocol": 1, "ticket": ticket}
    return await opened_with(browser, json.dumps({"seq": 0, "ack": 0, "message": hello}))


async def test_hello_with_a_ticket_brings_welcome_and_snapshot(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor = arrive()
    welcome = await doctor.hello(office.ticket("doctor"))
    assert (welcome.participant_id, welcome.resumed, welcome.seat_kept_s) == ("doctor", False, 60)
    room = (await doctor.until("snapshot")).room
    assert [participant.participant_id for participant in room.participants] == ["doctor"]
    assert not room.media_available


async def test_page_of_another_host_is_refused_before_the_socket_opens(url: str) -> None:
    assert await rejected_status(url, origin="http://evil.example") == 403


async def test_page_of_the_same_host_is_let_in(url: str) -> None:
    host = url.removeprefix("ws://").removesuffix("/signaling")
    assert await rejected_status(url, origin=f"http://{host}") == 101


async def test_expired_ticket_is_refused(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    ticket = office.ticket()
    await clock.advance(61)
    assert await refused(arrive(), ticket) == (4410, "ticket/expired")


async def test_ticket_is_good_once(arrive: NewBrowser, office: TicketOffice) -> None:
    ticket = office.ticket()
    doctor = arrive()
    await doctor.join(ticket)
    assert await refused(arrive(), ticket) == (4409, "ticket/used")
    assert await doctor.synced() == []


async def test_ticket_from_before_the_start_is_refused_as_used(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    earlier = int(clock.now().timestamp()) - 1
    assert await refused(arrive(), office.ticket(iat=earlier)) == (4409, "ticket/used")


async def test_ticket_for_another_audience_is_refused(arrive: NewBrowser, office: TicketOffice) -> None:
    assert await refused(arrive(), office.ticket(aud="dicomweb")) == (4403, "ticket/foreign")


async def test_ticket_signed_by_a_stranger_is_refused(arrive: NewBrowser, office: TicketOffice) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": office.key.kid}, private=True)
    assert await refused(arrive(), office.ticket(key=stranger)) == (4401, "ticket/invalid")


@pytest.mark.parametrize("changed", [{"role": "king"}, {"name": ""}, {"sub": "x" * 65}, {"exp": "soon"}])
async def test_ticket_with_senseless_claims_is_refused(
    arrive: NewBrowser, office: TicketOffice, changed: dict[str, object]
) -> None:
    assert await refused(arrive(), office.ticket(**changed)) == (4401, "ticket/invalid")


@pytest.mark.parametrize("ticket", ["x", "a.b.c", "ü.ü.ü", "e30.e30.e30", "W10.e30.AAAA", "." * 4000])
async def test_junk_instead_of_a_ticket_is_refused(arrive: NewBrowser, ticket: str) -> None:
    assert await refused(arrive(), ticket) == (4401, "ticket/invalid")


async def test_new_signing_key_is_asked_for(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    await arrive().join(office.ticket("doctor"))
    office.change_key()
    await clock.advance(6)
    await arrive().join(office.ticket("specialist"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        b"\x00\x01",
        json.dumps({"seq": 0, "ack": 0, "message": {"type": "ping"}}),
        json.dumps({"seq": 0, "ack": 0, "message": {"type": "hello", "protocol": 2, "ticket": "x"}}),
        "[" * 100_000,
    ],
)
async def test_socket_that_opens_with_anything_else_is_closed(arrive: NewBrowser, text: str | bytes) -> None:
    assert await opened_with(arrive(), text) == (4400, "signaling/opening-expected")


async def test_socket_that_says_nothing_is_closed(arrive: NewBrowser, clock: ManualClock) -> None:
    silent = arrive()
    await silent.open()
    await asyncio.wait_for(silent.socket.ping(), 5)
    await clock.advance(11)
    assert await silent.closed() == (4400, "signaling/opening-expected")


async def test_junk_in_a_session_is_answered_and_the_session_goes_on(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor = arrive()
    await doctor.join(office.ticket())
    for text in (
        "",
        "}",
        "[]",
        '"x"',
        b"\xff",
        '{"seq":-1}',
        json.dumps({"seq": 0, "ack": 0, "message": {}}),
    ):
        await doctor.socket.send(text)
        problem = await doctor.until("problem")
        assert (problem.code, problem.in_reply_to) == ("signaling/malformed", None)
    number = await doctor.send("send_chat", message_id="m", text="", colour="red")
    problem = await doctor.until("problem")
    assert (problem.in_reply_to, problem.kind) == (number, "invalid")
    await doctor.send("send_chat", message_id="m", text="早上好")
    assert (await doctor.until("chat_added")).message.text == "早上好"


async def test_hello_inside_a_session_is_answered_by_a_problem(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor = arrive()
    await doctor.join(office.ticket())
    number = await doctor.send("hello", protocol=1, ticket=office.ticket())
    problem = await doctor.until("problem")
    assert (problem.code, problem.in_reply_to) == ("signaling/malformed", number)


async def test_oversized_message_ends_only_its_own_line(arrive: NewBrowser, office: TicketOffice) -> None:
    doctor, specialist = arrive(), arrive()
    await doctor.join(office.ticket("doctor"))
    await specialist.join(office.ticket("specialist"))
    await doctor.socket.send("x" * (512 * 1024 + 1))
    assert await doctor.closed() == (4413, "signaling/too-large")
    changed = await specialist.until("participant_changed")
    assert (changed.participant.participant_id, changed.participant.presence) == ("doctor", "dropped")


async def test_flood_of_messages_ends_the_line_and_resume_brings_it_back(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    doctor = arrive()
    await doctor.join(office.ticket())
    for _ in range(201):
        await doctor.send_frame(0, {"type": "ping"})
    assert await doctor.closed() == (4429, "signaling/too-many-messages")
    assert (await doctor.resume()).resumed


async def test_flood_of_pointers_is_thinned_and_hurts_nobody(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, specialist = arrive(), arrive()
    await doctor.join(office.ticket("doctor"))
    await specialist.join(office.ticket("specialist"))
    for column in range(500):
        pointer = {"sop_uid": "1.2", "frame": 1, "at": [column, 0]}
        await doctor.send_frame(0, {"type": "move_pointer", "pointer": pointer})
    await doctor.synced()
    moved = [m for m in await specialist.synced() if m.type == "pointer_moved"]
    assert moved
    assert len(moved) <= 60


async def test_silent_line_counts_as_dead(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    doctor = arrive()
    await doctor.join(office.ticket())
    await clock.advance(29)
    await doctor.synced()
    await clock.advance(29)
    await doctor.synced()
    await clock.advance(31)
    assert await doctor.closed() == (4410, "signaling/silent")
