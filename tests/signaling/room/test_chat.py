"""The room's chat."""

from datetime import timedelta

from room_playing import START, meeting, said, told

from signaling.room import chat as rules
from signaling.room.machine import step
from wire.signaling import SendChat


def line(message_id: str, text: str = "早上好") -> SendChat:
    return SendChat(type="send_chat", message_id=message_id, text=text)


def test_line_reaches_everybody_with_the_servers_time() -> None:
    later = START + timedelta(seconds=5)
    _, effects = step(meeting(), said("doctor-1", 1, line("m1")), later)
    for session in ("doctor-1", "specialist-1"):
        (added,) = told(effects, session)
        assert added.type == "chat_added"
        assert (added.message.participant_id, added.message.text) == ("doctor", "早上好")
        assert added.message.sent_at == later


def test_line_sent_again_under_a_new_number_is_one_line() -> None:
    room, _ = step(meeting(), said("doctor-1", 1, line("m1")), START)
    room, effects = step(room, said("doctor-1", 2, line("m1")), START)
    assert (len(room.chat), effects) == (1, ())


def test_same_id_by_another_sender_is_another_line() -> None:
    room, _ = step(meeting(), said("doctor-1", 1, line("m1")), START)
    room, _ = step(room, said("specialist-1", 2, line("m1")), START)
    assert [message.participant_id for message in room.chat] == ["doctor", "specialist"]


def test_only_the_latest_lines_are_kept() -> None:
    doctor = meeting().seats["doctor"].participant
    chat = ()
    for number in range(rules.LINES_KEPT + 5):
        chat = rules.said(chat, doctor, line(f"m{number}"), START)
    assert len(chat) == rules.LINES_KEPT
    assert chat[0].message_id == "m5"
