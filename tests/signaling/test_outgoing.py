"""What waits for one client."""

import json

from hypothesis import given
from hypothesis import strategies as st

from signaling.outgoing import FRAMES_MAX, SIZE_MAX_BYTES, Outgoing
from wire.signaling import Draining, PointerMoved, ServerMessage, ViewChanged


def numbered(mark: int = 0) -> Draining:
    return Draining(type="draining", resume_after_ms=mark)


def view(version: int) -> ViewChanged:
    return ViewChanged(type="view_changed", version=version, term=1, image=None, viewport=None)


def pointer(person: str) -> PointerMoved:
    return PointerMoved(type="pointer_moved", participant_id=person, pointer=None)


def put(outgoing: Outgoing, *messages: ServerMessage) -> None:
    for message in messages:
        outgoing.put(message, message.model_dump_json())


def taken(outgoing: Outgoing) -> list[int]:
    numbers = list[int]()
    while (text := outgoing.take(0)) is not None:
        numbers.append(json.loads(text)["seq"])
    return numbers


def test_frames_carry_numbers_and_the_latest_acknowledgement() -> None:
    outgoing = Outgoing()
    put(outgoing, numbered(7), numbered(8))
    assert json.loads(outgoing.take(3) or "") == {
        "seq": 1,
        "ack": 3,
        "message": {"type": "draining", "resume_after_ms": 7},
    }
    assert taken(outgoing) == [2]


def test_latest_wins_for_view_and_each_pointer() -> None:
    outgoing = Outgoing()
    put(outgoing, view(1), pointer("a"), view(2), pointer("b"), pointer("a"), view(3))
    frames = [json.loads(outgoing.take(0) or "") for _ in range(3)]
    assert outgoing.take(0) is None
    assert [frame["seq"] for frame in frames] == [0, 0, 0]
    assert [frame["message"].get("version") for frame in frames] == [3, None, None]


def test_what_was_not_acknowledged_is_sent_again() -> None:
    outgoing = Outgoing()
    put(outgoing, *(numbered() for _ in range(5)))
    taken(outgoing)
    put(outgoing, numbered())
    assert outgoing.rewind(2)
    assert taken(outgoing) == [3, 4, 5, 6]


def test_pointers_are_not_sent_again() -> None:
    outgoing = Outgoing()
    put(outgoing, pointer("a"))
    outgoing.rewind(0)
    assert outgoing.take(0) is None


def test_client_that_missed_forgotten_messages_gets_none_of_them() -> None:
    outgoing = Outgoing()
    put(outgoing, *(numbered() for _ in range(4)))
    taken(outgoing)
    outgoing.acknowledge(3)
    assert not outgoing.rewind(1)
    put(outgoing, numbered())
    assert taken(outgoing) == [5]


def test_client_that_lies_about_what_it_has_gets_none_of_them() -> None:
    outgoing = Outgoing()
    put(outgoing, numbered())
    assert not outgoing.rewind(99)
    assert taken(outgoing) == []


def test_acknowledged_history_goes_before_anything_unsent() -> None:
    outgoing = Outgoing()
    put(outgoing, *(numbered() for _ in range(FRAMES_MAX)))
    taken(outgoing)
    put(outgoing, numbered())
    assert not outgoing.overflowed
    assert taken(outgoing) == [FRAMES_MAX + 1]


def test_client_that_takes_nothing_overflows_by_count() -> None:
    outgoing = Outgoing()
    put(outgoing, *(numbered() for _ in range(FRAMES_MAX)))
    assert not outgoing.overflowed
    put(outgoing, numbered())
    assert outgoing.overflowed
    assert taken(outgoing) == []
    outgoing.rewind(0)
    assert not outgoing.overflowed


def test_client_that_takes_nothing_overflows_by_size() -> None:
    outgoing = Outgoing()
    for _ in range(5):
        outgoing.put(numbered(), "x" * (SIZE_MAX_BYTES // 4))
    assert outgoing.overflowed


@given(st.lists(st.sampled_from(["put", "take", "ack", "lose"]), max_size=60))
def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_out_of_order(moves: list[str]) -> None:
    outgoing, put_so_far, has = Outgoing(), 0, 0
    for move in moves:
        if move == "put":
            put(outgoing, numbered())
            put_so_far += 1
        elif move == "take" and (text := outgoing.take(0)) is not None:
            assert json.loads(text)["seq"] == has + 1
            has += 1
        elif move == "ack":
            outgoing.acknowledge(has)
        elif move == "lose":
            outgoing.take(0)
            assert outgoing.rewind(has)
    assert taken(outgoing) == list(range(has + 1, put_so_far + 1))
