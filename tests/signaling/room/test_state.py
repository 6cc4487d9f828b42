"""What a room is."""

from room_playing import START, joined, meeting, placed, played

from signaling.room.events import RelayLost
from signaling.room.state import open_room


def test_new_room_is_empty_since_it_was_opened() -> None:
    room = open_room("room-1", START)
    assert room.empty_since == START
    assert room.snapshot().participants == ()


def test_seat_is_found_by_its_present_session_alone() -> None:
    room = played([joined("doctor", session="doctor-2")], meeting())
    assert room.seat_of_session("doctor-1") is None
    seat = room.seat_of_session("doctor-2")
    assert seat is not None
    assert seat.participant_id == "doctor"


def test_room_without_its_last_seat_is_empty_from_then_on() -> None:
    room = played([joined("doctor")])
    assert room.empty_since is None
    assert room.without_seat("doctor", START).empty_since == START
    assert meeting().without_seat("doctor", START).empty_since is None


def test_snapshot_says_whether_media_can_be_had() -> None:
    before, with_relay = meeting(), meeting(placed())
    without = played([RelayLost(epoch=1)], with_relay)
    assert [
        (r.snapshot().media_available, r.snapshot().media_epoch) for r in (before, with_relay, without)
    ] == [
        (False, 0),
        (True, 1),
        (False, 1),
    ]


def test_participants_stand_in_the_order_of_joining() -> None:
    room = played([joined("director"), joined("doctor", session="doctor-2")], meeting())
    assert [p.participant_id for p in room.snapshot().participants] == ["doctor", "specialist", "director"]
