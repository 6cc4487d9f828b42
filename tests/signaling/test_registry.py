"""Several people in a room: what each sees, dropped lines, second tabs, slow clients."""

import asyncio
from collections.abc import Callable

from manual_clock import ManualClock
from signaling_browser import Browser
from ticket_office import TicketOffice

from runtime.bus import Bus
from signaling.outgoing import FRAMES_MAX
from wire.signaling import RoomPresence

NewBrowser = Callable[[], Browser]

VIEW = {
    "image": {"study_uid": "1.2", "series_uid": "1.2.3", "sop_uid": "1.2.3.4", "frame": 1},
    "viewport": {
        "voi_lower": -160,
        "voi_upper": 240,
        "invert": False,
        "zoom": 1.5,
        "center": [512, 300.5],
        "rotation_deg": 90,
        "flip_horizontal": False,
        "flip_vertical": False,
    },
}
STATE = {"microphone_on": True, "camera_on": True, "hand_raised": False, "quality": "good"}


async def two(arrive: NewBrowser, office: TicketOffice) -> tuple[Browser, Browser]:
    doctor, specialist = arrive(), arrive()
    await doctor.join(office.ticket("doctor", name="李医生"))
    await specialist.join(office.ticket("specialist", role="specialist"))
    await doctor.until("participant_changed")
    return doctor, specialist


async def test_people_in_one_room_see_each_other(arrive: NewBrowser, office: TicketOffice) -> None:
    doctor, specialist = await two(arrive, office)
    await doctor.send("set_state", **STATE)
    seen = (await specialist.until("participant_changed")).participant
    assert (seen.name, seen.microphone_on, seen.quality) == ("李医生", True, "good")
    await specialist.send("send_chat", message_id="m1", text="片子已收到")
    assert (await doctor.until("chat_added")).message.participant_id == "specialist"


async def test_rooms_are_apart(arrive: NewBrowser, office: TicketOffice) -> None:
    doctor, elsewhere = arrive(), arrive()
    await doctor.join(office.ticket("doctor"))
    room = await elsewhere.join(office.ticket("nurse", room="room-2"))
    assert [participant.participant_id for participant in room.participants] == ["nurse"]
    await elsewhere.send("send_chat", message_id="m1", text="hello")
    await elsewhere.until("chat_added")
    assert await doctor.synced() == []


async def test_view_pointer_and_annotations_reach_the_other_and_the_late_joiner(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, specialist = await two(arrive, office)
    await specialist.send("take_presenter")
    term = (await specialist.until("presenter_changed")).term
    await specialist.send("show", term=term, **VIEW)
    view = await doctor.until("view_changed")
    assert (view.viewport.voi_upper, view.image.sop_uid) == (240.0, "1.2.3.4")
    pointer = {"sop_uid": "1.2.3.4", "frame": 1, "at": [100.5, 20]}
    await specialist.send_frame(0, {"type": "move_pointer", "pointer": pointer})
    assert (await doctor.until("pointer_moved")).pointer.at == (100.5, 20.0)
    annotation = {
        "annotation_id": "a1",
        "image": VIEW["image"],
        "kind": "length",
        "points": [[1, 2], [3, 4]],
        "label": "12 mm",
    }
    await doctor.send("annotate", operation={"op": "put", "annotation": annotation})
    assert (await specialist.until("annotations_changed")).participant_id == "doctor"
    late = arrive()
    viewing = (await late.join(office.ticket("director"))).viewing
    assert (viewing.presenter_id, viewing.viewport.rotation_deg) == ("specialist", 90.0)
    assert [shown.annotation.label for shown in viewing.annotations] == ["12 mm"]
    assert [shown.participant_id for shown in viewing.pointers] == ["specialist"]


async def test_torn_line_keeps_the_seat_and_resume_brings_what_was_missed(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    doctor, specialist = await two(arrive, office)
    await specialist.send("set_state", **STATE)
    await doctor.until("participant_changed")
    await doctor.cut()
    dropped = (
        await specialist.until(
            "participant_changed",
        )
    ).participant
    while dropped.participant_id != "doctor":
        dropped = (await specialist.until("participant_changed")).participant
    assert dropped.presence == "dropped"
    await specialist.send("send_chat", message_id="m1", text="还在吗")
    await specialist.until("chat_added")
    for _ in range(3):
        await clock.advance(15)
        await specialist.synced()
    welcome = await doctor.resume()
    assert (welcome.resumed, welcome.participant_id) == (True, "doctor")
    assert (await doctor.until("chat_added")).message.text == "还在吗"
    room = (await doctor.until("snapshot")).room
    assert {p.participant_id: p.presence for p in room.participants} == {
        "doctor": "connected",
        "specialist": "connected",
    }
    back = (await specialist.until("participant_changed")).participant
    assert (back.participant_id, back.presence) == ("doctor", "connected")


async def test_messages_sent_again_after_a_resume_are_acted_on_once(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, specialist = await two(arrive, office)
    await doctor.send("send_chat", message_id="m1", text="one")
    await specialist.until("chat_added")
    await doctor.cut()
    await doctor.resume()
    chat = {"type": "send_chat", "message_id": "m1", "text": "one"}
    await doctor.send_frame(1, chat)
    await doctor.send_frame(1, chat)
    await doctor.send("send_chat", message_id="m2", text="two")
    await specialist.until("chat_added")
    lines = [m.message.text for m in [*specialist.seen, *await specialist.synced()] if m.type == "chat_added"]
    assert lines == ["one", "two"]


async def test_welcome_says_what_the_server_already_has(arrive: NewBrowser, office: TicketOffice) -> None:
    doctor = arrive()
    await doctor.join(office.ticket())
    await doctor.send("send_chat", message_id="m1", text="one")
    await doctor.until("chat_added")
    await doctor.cut()
    await doctor.open()
    resume = {
        "type": "resume",
        "protocol": 1,
        "session_id": doctor.session_id,
        "resume_token": doctor.resume_token,
    }
    await doctor.send_frame(0, resume)
    frame = await doctor.receive()
    assert (frame.message.type, frame.ack) == ("welcome", 1)


async def test_line_away_for_a_minute_has_lost_its_seat(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    doctor, specialist = await two(arrive, office)
    await doctor.cut()
    await specialist.until("participant_changed")
    for _ in range(3):
        await clock.advance(21)
        await specialist.synced()
    left = next(message for message in specialist.seen if message.type == "participant_left")
    assert (left.participant_id, left.reason) == ("doctor", "timed_out")
    await doctor.open()
    resume = {
        "type": "resume",
        "protocol": 1,
        "session_id": doctor.session_id,
        "resume_token": doctor.resume_token,
    }
    await doctor.send_frame(0, resume)
    assert await doctor.closed() == (4410, "session/gone")


async def test_resume_with_another_token_is_refused_and_hurts_nobody(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, thief = arrive(), arrive()
    await doctor.join(office.ticket())
    await thief.open()
    resume = {"type": "resume", "protocol": 1, "session_id": doctor.session_id, "resume_token": "guess"}
    await thief.send_frame(0, resume)
    assert await thief.closed() == (4410, "session/gone")
    assert await doctor.synced() == []


async def test_leaving_frees_the_seat_and_ends_the_socket_normally(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, specialist = await two(arrive, office)
    await doctor.send("leave")
    assert await doctor.closed() == (1000, "")
    left = await specialist.until("participant_left")
    assert (left.participant_id, left.reason) == ("doctor", "left")


async def test_second_tab_takes_over_and_the_first_is_told(arrive: NewBrowser, office: TicketOffice) -> None:
    doctor, specialist = await two(arrive, office)
    second = arrive()
    room = await second.join(office.ticket("doctor"))
    assert [p.participant_id for p in room.participants] == ["doctor", "specialist"]
    assert await doctor.closed() == (4409, "seat/taken")
    assert doctor.seen[-1].type == "seat_taken"
    await second.send("send_chat", message_id="m1", text="from the new tab")
    assert (await specialist.until("chat_added")).message.participant_id == "doctor"
    assert not any(message.type == "participant_left" for message in specialist.seen)


async def test_resume_while_the_old_socket_seems_alive_moves_the_session(
    arrive: NewBrowser, office: TicketOffice
) -> None:
    doctor, specialist = await two(arrive, office)
    half_open = doctor.socket
    await doctor.resume()
    async with asyncio.timeout(5):
        await half_open.wait_closed()
    assert (half_open.close_code, half_open.close_reason) == (4409, "session/moved")
    await doctor.send("send_chat", message_id="m1", text="still here")
    assert (await specialist.until("chat_added")).message.text == "still here"
    assert not any(
        message.type == "participant_changed" and message.participant.presence == "dropped"
        for message in specialist.seen
    )


async def test_client_that_takes_nothing_is_dropped_and_gets_a_snapshot_when_it_comes_back(
    arrive: NewBrowser, office: TicketOffice, clock: ManualClock
) -> None:
    """Chat is sent until the small window of the slow client's line, and then its queue, are full."""
    specialist, slow = arrive(), arrive()
    await specialist.join(office.ticket("specialist"))
    slow.receive_buffer_bytes = 4096
    await slow.join(office.ticket("slow"))
    slow.socket.transport.pause_reading()
    text, dropped = "长" * 2000, False
    for number in range(2 * FRAMES_MAX):
        await clock.advance(0.02)
        await specialist.send("send_chat", message_id=str(number), text=text)
        await specialist.until("chat_added")
        dropped = any(
            message.type == "participant_changed" and message.participant.presence == "dropped"
            for message in specialist.seen
        )
        specialist.seen.clear()
        if dropped:
            break
    assert dropped
    slow.socket.transport.abort()
    slow.receive_buffer_bytes = 0
    await slow.resume()
    room = (await slow.until("snapshot")).room
    assert room.chat[-1].text == text
    await specialist.send("send_chat", message_id="last", text="welcome back")
    assert (await slow.until("chat_added")).message.text == "welcome back"


async def test_presence_is_announced_on_the_bus(
    arrive: NewBrowser, office: TicketOffice, bus: Bus, clock: ManualClock
) -> None:
    async with bus.subscribe(RoomPresence) as hints:
        await arrive().join(office.ticket("doctor"))
        await clock.advance(1)
        hint = await anext(aiter(hints))
    assert (hint.room_id, hint.participant_ids) == ("room-1", ("doctor",))
