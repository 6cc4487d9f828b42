"""The messages that more than one part of the room sends."""

from room_playing import START, meeting, placed, told

from signaling.room.events import LineDropped
from signaling.room.machine import step
from signaling.room.state import open_room
from signaling.room.telling import problem_message, tell_all, tell_media, tell_snapshot
from wire.problems import Kind, Problem
from wire.signaling import Draining

DRAINING = Draining(type="draining", resume_after_ms=1)


def test_everybody_is_told_in_one_effect_so_that_the_message_is_written_once() -> None:
    (tell,) = tell_all(meeting(), DRAINING)
    assert tell.session_ids == ("doctor-1", "specialist-1")


def test_who_is_away_is_told_too() -> None:
    room, _ = step(meeting(), LineDropped(session_id="doctor-1"), START)
    (tell,) = tell_all(room, DRAINING, but="specialist-1")
    assert tell.session_ids == ("doctor-1",)


def test_nobody_there_is_nobody_told() -> None:
    assert tell_all(open_room("room-1", START), DRAINING) == ()


def test_media_message_carries_the_epoch_of_the_placement() -> None:
    (message,) = told(tell_media(meeting(placed()), available=True), "doctor-1")
    assert message.type == "media_changed"
    assert message.media_epoch == 1


def test_snapshot_goes_to_one_seat() -> None:
    room = meeting()
    (tell,) = tell_snapshot(room, room.seats["doctor"])
    assert tell.session_ids == ("doctor-1",)


def test_problem_keeps_code_kind_and_parameters_and_leaves_the_log_context_out() -> None:
    problem = Problem("x/y", Kind.STALE, "Late.", parameters={"n": 1}, context={"secret": "s"})
    message = problem_message(problem, 7)
    assert (message.code, message.kind, message.in_reply_to, message.parameters) == (
        "x/y",
        Kind.STALE,
        7,
        {"n": 1},
    )
    assert "secret" not in message.model_dump_json()
