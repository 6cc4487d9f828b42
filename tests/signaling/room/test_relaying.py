"""How the room and the relay move together."""

from typing import Literal

from room_playing import START, commands, joined, kinds, meeting, placed, played, said, told

from signaling.room.effects import Answer, Offer, PlaceOnRelay, Release, Restart, Subscribe
from signaling.room.events import (
    RelayAnswered,
    RelayConnectionChanged,
    RelayFailed,
    RelayLost,
    RelayOffered,
    RelayRefused,
    RelayReleased,
    Resumed,
)
from signaling.room.machine import step
from signaling.room.placement import Phase
from wire import media
from wire.problems import Kind, Problem
from wire.room import MediaState
from wire.signaling import PublishOffer, RestartIce, SubscribeAnswer

TRACK = media.PublishedTrack(mid="0", kind="video", purpose="camera")


def offer(revision: int, epoch: int = 1) -> PublishOffer:
    return PublishOffer(
        type="publish_offer", media_epoch=epoch, revision=revision, sdp="offer", tracks=(TRACK,)
    )


def answer(revision: int, epoch: int = 1) -> SubscribeAnswer:
    return SubscribeAnswer(type="subscribe_answer", media_epoch=epoch, revision=revision, sdp="answer")


def answered(revision: int, epoch: int = 1) -> RelayAnswered:
    return RelayAnswered(session_id="doctor-1", epoch=epoch, revision=revision, sdp="answer")


def relay_offer(revision: int, person: str = "doctor") -> RelayOffered:
    return RelayOffered(
        offer=media.SubscribeOffered(
            room_id="room-1", participant_id=person, revision=revision, sdp="offer", tracks=[]
        )
    )


def change(state: Literal["connected", "failed"]) -> RelayConnectionChanged:
    return RelayConnectionChanged(
        change=media.ConnectionChanged(
            room_id="room-1", participant_id="doctor", direction="publish", state=state
        )
    )


def test_placed_room_tells_everybody_and_subscribes_everybody() -> None:
    room, effects = step(meeting(), placed("w1"), START)
    (changed,) = told(effects, "doctor-1")
    assert changed.type == "media_changed"
    assert (changed.available, changed.media_epoch) == (True, 1)
    assert [(type(c), c.participant_id) for c in commands(effects) if isinstance(c, Subscribe)] == [
        (Subscribe, "doctor"),
        (Subscribe, "specialist"),
    ]
    assert room.snapshot().media_available


def test_without_a_relay_everybody_is_told_once() -> None:
    room, effects = step(meeting(), RelayFailed(), START)
    (changed,) = told(effects, "doctor-1")
    assert changed.type == "media_changed"
    assert not changed.available
    assert step(room, RelayFailed(), START) == (room, ())


def test_offer_is_passed_on_and_its_answer_comes_back_with_the_revision() -> None:
    room, effects = step(meeting(placed()), said("doctor-1", 1, offer(1)), START)
    (command,) = effects
    assert isinstance(command, Offer)
    assert (command.worker_id, command.revision, command.tracks) == ("w1", 1, (TRACK,))
    room, effects = step(room, answered(1), START)
    assert kinds(effects, "doctor-1") == ["publish_answered", "participant_changed"]
    assert room.seats["doctor"].participant.publishing == ("camera",)


def test_offer_of_the_same_revision_is_passed_on_once() -> None:
    room = played([said("doctor-1", 1, offer(1))], meeting(placed()))
    after, effects = step(room, said("doctor-1", 2, offer(1)), START)
    assert effects == ()
    assert after.seats["doctor"].negotiation == room.seats["doctor"].negotiation


def test_late_answer_after_a_newer_offer_is_ignored() -> None:
    room = played([said("doctor-1", 1, offer(1)), said("doctor-1", 2, offer(2))], meeting(placed()))
    assert step(room, answered(1), START) == (room, ())
    _, effects = step(room, answered(2), START)
    assert "publish_answered" in kinds(effects, "doctor-1")


def test_answer_that_comes_twice_is_told_once() -> None:
    room = played([said("doctor-1", 1, offer(1)), answered(1)], meeting(placed()))
    assert step(room, answered(1), START) == (room, ())


def test_offer_without_a_relay_is_refused_as_unavailable() -> None:
    room = played([RelayLost(epoch=1)], meeting(placed()))
    _, effects = step(room, said("doctor-1", 1, offer(1)), START)
    (problem,) = told(effects, "doctor-1")
    assert problem.type == "problem"
    assert (problem.code, problem.in_reply_to) == ("media/unavailable", 1)


def test_offer_for_dead_connections_is_refused_as_stale() -> None:
    room = played([RelayLost(epoch=1), placed("w2")], meeting(placed()))
    _, effects = step(room, said("doctor-1", 1, offer(1, epoch=1)), START)
    (problem,) = told(effects, "doctor-1")
    assert problem.type == "problem"
    assert problem.code == "media/stale-epoch"


def test_subscribe_offer_reaches_its_participant_alone_and_once() -> None:
    room, effects = step(meeting(placed()), relay_offer(1), START)
    assert kinds(effects, "doctor-1") == ["subscribe_offered"]
    assert kinds(effects, "specialist-1") == []
    assert step(room, relay_offer(1), START) == (room, ())


def test_only_the_newest_subscribe_offer_can_be_answered() -> None:
    room = played([relay_offer(1), relay_offer(2)], meeting(placed()))
    room, effects = step(room, said("doctor-1", 1, answer(1)), START)
    assert effects == ()
    room, effects = step(room, said("doctor-1", 2, answer(2)), START)
    (command,) = effects
    assert isinstance(command, Answer)
    assert command.revision == 2
    assert step(room, said("doctor-1", 3, answer(2)), START)[1] == ()


def test_client_that_comes_back_gets_what_its_connections_wait_for() -> None:
    story = [said("doctor-1", 1, offer(1)), answered(1), relay_offer(3)]
    _, effects = step(played(story, meeting(placed())), Resumed(session_id="doctor-1"), START)
    assert kinds(effects, "doctor-1") == ["snapshot", "publish_answered", "subscribe_offered"]


def test_answered_offer_is_not_offered_again() -> None:
    room = played([relay_offer(1), said("doctor-1", 1, answer(1))], meeting(placed()))
    _, effects = step(room, Resumed(session_id="doctor-1"), START)
    assert kinds(effects, "doctor-1") == ["snapshot"]


def test_restart_of_the_subscribe_connection_is_passed_on() -> None:
    _, effects = step(
        meeting(placed()), said("doctor-1", 1, RestartIce(type="restart_ice", media_epoch=1)), START
    )
    (command,) = effects
    assert isinstance(command, Restart)


def test_lost_worker_is_told_and_a_relay_asked_for_again() -> None:
    room, effects = step(meeting(placed("w1")), RelayLost(epoch=1), START)
    assert kinds(effects, "doctor-1") == ["media_changed"]
    assert commands(effects) == [PlaceOnRelay(last_worker_id="w1")]
    assert step(room, RelayLost(epoch=1), START) == (room, ())


def test_loss_of_an_earlier_worker_is_ignored() -> None:
    room = played([RelayLost(epoch=1), placed("w2")], meeting(placed("w1")))
    assert step(room, RelayLost(epoch=1), START) == (room, ())


def test_worker_that_kept_the_room_goes_on_with_the_same_connections() -> None:
    room = played([said("doctor-1", 1, offer(1)), RelayLost(epoch=1)], meeting(placed("w1")))
    room, effects = step(room, placed("w1", kept=True), START)
    (changed,) = told(effects, "doctor-1")
    assert changed.type == "media_changed"
    assert changed.media_epoch == 1
    assert [type(command) for command in commands(effects)] == [Subscribe, Offer, Subscribe]


def test_new_worker_begins_a_new_epoch_and_all_connections_anew() -> None:
    story = [said("doctor-1", 1, offer(1)), answered(1), change("connected"), RelayLost(epoch=1)]
    room, effects = step(played(story, meeting(placed("w1"))), placed("w2"), START)
    assert room.placement.epoch == 2
    participant = room.seats["doctor"].participant
    assert (participant.publishing, participant.publish_state) == ((), MediaState.NEW)
    assert [type(command) for command in commands(effects)] == [Subscribe, Subscribe]
    _, effects = step(room, said("doctor-1", 2, offer(2, epoch=2)), START)
    assert isinstance(effects[0], Offer)


def test_answer_of_an_earlier_worker_is_ignored() -> None:
    story = [said("doctor-1", 1, offer(1)), RelayLost(epoch=1), placed("w2")]
    room = played([*story, said("doctor-1", 2, offer(2, epoch=2))], meeting(placed("w1")))
    assert step(room, answered(2, epoch=1), START) == (room, ())


def test_offers_for_the_first_tab_are_ignored_until_the_relay_has_let_go_of_it() -> None:
    room = played([relay_offer(4), joined("doctor", session="doctor-2")], meeting(placed()))
    assert step(room, relay_offer(5), START) == (room, ())
    room = played([RelayReleased(session_id="doctor-2")], room)
    _, effects = step(room, relay_offer(1), START)
    assert kinds(effects, "doctor-2") == ["subscribe_offered"]


def test_third_tab_waits_for_its_own_release() -> None:
    tabs = [joined("doctor", session="doctor-2"), joined("doctor", session="doctor-3")]
    room = played([*tabs, RelayReleased(session_id="doctor-2")], meeting(placed()))
    assert step(room, relay_offer(1), START) == (room, ())


def test_second_tab_during_an_outage_has_the_first_released_afterwards() -> None:
    story = [RelayLost(epoch=1), joined("doctor", session="doctor-2")]
    _, effects = step(played(story, meeting(placed("w1"))), placed("w1", kept=True), START)
    assert [type(command) for command in commands(effects)] == [Release, Subscribe, Subscribe]


def test_connection_state_is_shown_to_everybody_when_it_changes() -> None:
    room, effects = step(meeting(placed()), change("connected"), START)
    assert kinds(effects, "specialist-1") == ["participant_changed"]
    assert step(room, change("connected"), START) == (room, ())


def test_refusal_by_the_relay_reaches_who_asked() -> None:
    problem = Problem("media/sdp-invalid", Kind.INVALID, "No.")
    _, effects = step(meeting(), RelayRefused(session_id="doctor-1", seq=4, problem=problem), START)
    (message,) = told(effects, "doctor-1")
    assert message.type == "problem"
    assert (message.code, message.in_reply_to) == ("media/sdp-invalid", 4)


def test_relay_that_takes_a_room_nobody_is_in_any_more_changes_nothing() -> None:
    room = played([])
    assert room.placement.phase is Phase.IDLE
    assert step(room, placed(), START) == (room, ())
