"""Joining, a second tab, a dropped line, coming back, leaving, running out of time."""

from datetime import timedelta

from room_playing import START, commands, joined, kinds, meeting, placed, played, said, told

from signaling.room.effects import CloseOnRelay, EndSession, PlaceOnRelay, Release, Subscribe
from signaling.room.events import LineDropped, Pointed, Received, Resumed, Tick
from signaling.room.machine import step
from signaling.room.roster import ROOM_KEPT, SEAT_KEPT, is_over
from wire.room import Pointer, Presence
from wire.signaling import Leave, SendChat


def left(session: str, seq: int = 1) -> Received:
    return said(session, seq, Leave(type="leave"))


def test_first_to_join_gets_the_room_and_a_relay_is_asked_for() -> None:
    _, effects = step(played([]), joined("doctor"), START)
    assert kinds(effects, "doctor-1") == ["snapshot"]
    assert commands(effects) == [PlaceOnRelay(last_worker_id="")]


def test_newcomer_is_announced_to_the_others_and_sees_everybody() -> None:
    _, effects = step(played([joined("doctor")]), joined("specialist"), START)
    assert kinds(effects, "doctor-1") == ["participant_changed"]
    (snapshot,) = told(effects, "specialist-1")
    assert snapshot.type == "snapshot"
    assert [p.participant_id for p in snapshot.room.participants] == ["doctor", "specialist"]


def test_second_tab_takes_the_seat_and_the_first_is_told() -> None:
    room = meeting(placed())
    room, effects = step(room, joined("doctor", session="doctor-2"), START)
    assert kinds(effects, "doctor-1") == ["seat_taken"]
    ended = [effect for effect in effects if isinstance(effect, EndSession)]
    assert [(e.session_id, e.problem and e.problem.code) for e in ended] == [("doctor-1", "seat/taken")]
    assert kinds(effects, "doctor-2") == ["snapshot"]
    assert kinds(effects, "specialist-1") == ["participant_changed"]
    assert [type(command) for command in commands(effects)[1:]] == [Release, Subscribe]
    assert len(room.seats) == 2


def test_second_tab_keeps_the_presenter() -> None:
    room = played([joined("specialist", "specialist", "specialist-2")], meeting())
    assert room.viewing.presenter_id == "specialist"


def test_message_of_the_first_tab_is_ignored_after_the_second_came() -> None:
    room = played([joined("doctor", session="doctor-2")], meeting())
    chat = SendChat(type="send_chat", message_id="m", text="late")
    assert step(room, said("doctor-1", 1, chat), START) == (room, ())


def test_dropped_line_keeps_the_seat_and_shows_it() -> None:
    room, effects = step(meeting(), LineDropped(session_id="doctor-1"), START)
    assert room.seats["doctor"].participant.presence is Presence.DROPPED
    assert kinds(effects, "specialist-1") == ["participant_changed"]
    assert kinds(effects, "doctor-1") == []


def test_dropped_line_takes_its_pointer_away() -> None:
    pointer = Pointer(sop_uid="1.2", frame=1, at=(1.0, 2.0))
    room = played([Pointed(session_id="doctor-1", pointer=pointer)], meeting())
    room, effects = step(room, LineDropped(session_id="doctor-1"), START)
    assert room.viewing.pointers == ()
    assert kinds(effects, "specialist-1") == ["pointer_moved", "participant_changed"]


def test_line_back_within_the_time_has_its_seat() -> None:
    room = played([LineDropped(session_id="doctor-1")], meeting())
    almost = START + SEAT_KEPT - timedelta(milliseconds=1)
    room = played([Tick()], room, almost)
    room, effects = step(room, Resumed(session_id="doctor-1"), almost)
    assert room.seats["doctor"].participant.presence is Presence.CONNECTED
    assert kinds(effects, "doctor-1") == ["snapshot"]
    assert kinds(effects, "specialist-1") == ["participant_changed"]


def test_line_away_for_too_long_loses_its_seat() -> None:
    room = played([LineDropped(session_id="doctor-1")], meeting(placed()))
    room, effects = step(room, Tick(), START + SEAT_KEPT)
    assert list(room.seats) == ["specialist"]
    (gone,) = told(effects, "specialist-1")
    assert gone.type == "participant_left"
    assert gone.reason == "timed_out"
    assert [type(command) for command in commands(effects)] == [EndSession, Release]


def test_resume_after_the_seat_is_gone_ends_the_session() -> None:
    _, effects = step(meeting(), Resumed(session_id="nobody-1"), START)
    (ended,) = effects
    assert isinstance(ended, EndSession)
    assert ended.problem is not None
    assert ended.problem.code == "session/gone"


def test_second_drop_starts_the_time_anew() -> None:
    room = played([LineDropped(session_id="doctor-1"), Resumed(session_id="doctor-1")], meeting())
    later = START + timedelta(seconds=50)
    room = played([LineDropped(session_id="doctor-1")], room, later)
    assert "doctor" in played([Tick()], room, later + timedelta(seconds=59)).seats


def test_leaving_frees_the_seat_at_once() -> None:
    room, effects = step(meeting(placed()), left("doctor-1"), START)
    assert list(room.seats) == ["specialist"]
    (gone,) = told(effects, "specialist-1")
    assert gone.type == "participant_left"
    assert gone.reason == "left"
    assert effects[0] == EndSession(session_id="doctor-1", problem=None)


def test_presenter_who_leaves_lays_the_role_down() -> None:
    before = meeting()
    room, effects = step(before, left("specialist-1", 2), START)
    assert room.viewing.presenter_id is None
    assert room.viewing.term == before.viewing.term + 1
    assert kinds(effects, "doctor-1") == ["participant_left", "presenter_changed"]


def test_last_to_leave_releases_the_relay() -> None:
    room, effects = step(played([joined("doctor"), placed("w7")]), left("doctor-1"), START)
    assert commands(effects)[-1] == CloseOnRelay(worker_id="w7")
    _, effects = step(room, joined("doctor", session="doctor-2"), START)
    assert PlaceOnRelay(last_worker_id="") in effects


def test_empty_room_keeps_chat_and_view_for_a_while() -> None:
    chat = SendChat(type="send_chat", message_id="m", text="hello")
    room = played([joined("doctor"), said("doctor-1", 1, chat), left("doctor-1", 2)])
    assert not is_over(room, START + ROOM_KEPT - timedelta(seconds=1))
    assert is_over(room, START + ROOM_KEPT)
    _, effects = step(room, joined("doctor", session="doctor-2"), START)
    (snapshot,) = told(effects, "doctor-2")
    assert snapshot.type == "snapshot"
    assert [line.text for line in snapshot.room.chat] == ["hello"]
