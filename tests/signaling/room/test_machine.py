"""Every event in every state of the room, in any order and any number of times."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from room_playing import START, joined, placed, played, said, told

from signaling.room.effects import EndSession, Tell
from signaling.room.events import (
    Drained,
    Event,
    LineDropped,
    Pointed,
    Received,
    RelayAnswered,
    RelayConnectionChanged,
    RelayFailed,
    RelayLost,
    RelayOffered,
    RelayPlaced,
    RelayRefused,
    RelayReleased,
    Request,
    Resumed,
    Tick,
)
from signaling.room.machine import step
from signaling.room.placement import Phase
from signaling.room.roster import SEAT_KEPT, SEATS_MAX
from signaling.room.state import Room, open_room
from signaling.room.viewing import PRESENTING_ROLES
from wire import media
from wire.problems import Kind, Problem
from wire.room import (
    Annotation,
    AnnotationKind,
    ClearAnnotations,
    ImageReference,
    Pointer,
    PutAnnotation,
    Quality,
    RemoveAnnotation,
)
from wire.signaling import (
    Annotate,
    GivePresenter,
    Leave,
    PublishOffer,
    RestartIce,
    SendChat,
    SetState,
    Show,
    SubscribeAnswer,
    TakePresenter,
)
from wire.tickets import RoomRole

PEOPLE: tuple[tuple[str, RoomRole], ...] = (
    ("doctor", "requester"),
    ("specialist", "specialist"),
    ("family", "guest"),
)
IMAGE = ImageReference(study_uid="1.2", series_uid="1.2.3", sop_uid="1.2.3.4", frame=1)
TRACK = media.PublishedTrack(mid="0", kind="video", purpose="camera")


REQUESTS: tuple[Request | Problem, ...] = (
    Leave(type="leave"),
    SetState(type="set_state", microphone_on=True, camera_on=False, hand_raised=True, quality=Quality.POOR),
    SendChat(type="send_chat", message_id="m1", text="hello"),
    SendChat(type="send_chat", message_id="m2", text="again"),
    PublishOffer(type="publish_offer", media_epoch=1, revision=1, sdp="v=0", tracks=(TRACK,)),
    PublishOffer(type="publish_offer", media_epoch=2, revision=2, sdp="v=0", tracks=()),
    SubscribeAnswer(type="subscribe_answer", media_epoch=1, revision=1, sdp="v=0"),
    RestartIce(type="restart_ice", media_epoch=1),
    TakePresenter(type="take_presenter"),
    GivePresenter(type="give_presenter", participant_id="specialist"),
    GivePresenter(type="give_presenter", participant_id="family"),
    GivePresenter(type="give_presenter", participant_id=None),
    Show(type="show", term=1, image=IMAGE, viewport=None),
    Show(type="show", term=3, image=None, viewport=None),
    *(
        Annotate(type="annotate", operation=operation)
        for operation in (
            PutAnnotation(
                op="put",
                annotation=Annotation(
                    annotation_id="a1",
                    image=IMAGE,
                    kind=AnnotationKind.LENGTH,
                    points=((1.0, 2.0), (3.0, 4.0)),
                    label="",
                ),
            ),
            RemoveAnnotation(op="remove", annotation_id="a1"),
            ClearAnnotations(op="clear"),
        )
    ),
    Problem("signaling/malformed", Kind.INVALID, "junk"),
)


def events() -> st.SearchStrategy[Event]:
    sessions = st.sampled_from([f"{person}-{tab}" for person, _ in PEOPLE for tab in (1, 2)])
    people = st.sampled_from(PEOPLE)
    small = st.integers(0, 3)
    return st.one_of(
        st.builds(
            lambda person, tab: joined(person[0], person[1], f"{person[0]}-{tab}"),
            people,
            st.sampled_from([1, 2]),
        ),
        st.builds(Resumed, session_id=sessions),
        st.builds(LineDropped, session_id=sessions),
        st.builds(Received, session_id=sessions, seq=st.integers(1, 8), request=st.sampled_from(REQUESTS)),
        st.builds(
            Pointed,
            session_id=sessions,
            pointer=st.sampled_from([None, Pointer(sop_uid="1.2", frame=1, at=(0.5, 0.5))]),
        ),
        st.just(Tick()),
        st.builds(Drained, resume_after_ms=st.just(1000)),
        st.builds(RelayPlaced, worker_id=st.sampled_from(["w1", "w2"]), kept=st.booleans()),
        st.just(RelayFailed()),
        st.builds(RelayLost, epoch=small),
        st.builds(RelayReleased, session_id=sessions),
        st.builds(RelayAnswered, session_id=sessions, epoch=small, revision=small, sdp=st.just("v=0")),
        st.builds(
            RelayRefused, session_id=sessions, seq=small, problem=st.just(Problem("x/y", Kind.INVALID, "no"))
        ),
        st.builds(
            lambda person, revision: RelayOffered(
                offer=media.SubscribeOffered(
                    room_id="room-1", participant_id=person[0], revision=revision, sdp="v=0", tracks=[]
                )
            ),
            people,
            st.integers(1, 3),
        ),
        st.builds(
            lambda person, state: RelayConnectionChanged(
                change=media.ConnectionChanged(
                    room_id="room-1", participant_id=person[0], direction="publish", state=state
                )
            ),
            people,
            st.sampled_from(["connecting", "connected", "disconnected", "failed"]),
        ),
    )


class RoomLives(RuleBasedStateMachine):
    """Anything may happen; what must hold, holds, and clients that follow the messages see the room."""

    @initialize()
    def opened(self) -> None:
        self.now = START
        self.room = open_room("room-1", self.now)

    @rule(event=events(), times=st.integers(1, 2), later_s=st.sampled_from([0, 0, 1, 30, 61]))
    def happens(self, event: Event, times: int, later_s: int) -> None:
        self.now += timedelta(seconds=later_s)
        for _ in range(times):
            before = self.room
            self.room, effects = step(self.room, event, self.now)
            self._check_effects(before, effects)

    def _check_effects(self, before: Room, effects: tuple[object, ...]) -> None:
        known = {seat.session_id for room in (before, self.room) for seat in room.seats.values()}
        for effect in effects:
            if isinstance(effect, Tell):
                assert effect.session_ids
                assert set(effect.session_ids) <= known
            if isinstance(effect, EndSession):
                assert self.room.seat_of_session(effect.session_id) is None
        assert self.room.viewing.version >= before.viewing.version
        assert self.room.viewing.term >= before.viewing.term
        assert self.room.placement.epoch >= before.placement.epoch

    @invariant()
    def presenter_sits_in_the_room_and_may_present(self) -> None:
        presenter = self.room.viewing.presenter_id
        if presenter is not None:
            assert self.room.seats[presenter].participant.role in PRESENTING_ROLES

    @invariant()
    def every_session_has_one_seat(self) -> None:
        sessions = [seat.session_id for seat in self.room.seats.values()]
        assert len(sessions) == len(set(sessions))

    @invariant()
    def presence_says_whether_the_line_stands(self) -> None:
        for seat in self.room.seats.values():
            assert (seat.participant.presence == "dropped") == (seat.dropped_at is not None)

    @invariant()
    def pointers_belong_to_people_whose_line_stands(self) -> None:
        for shown in self.room.viewing.pointers:
            assert self.room.seats[shown.participant_id].dropped_at is None

    @invariant()
    def relay_is_wanted_exactly_while_somebody_is_there(self) -> None:
        assert (self.room.placement.phase is Phase.IDLE) == (not self.room.seats)
        assert (self.room.empty_since is None) == bool(self.room.seats)

    @invariant()
    def snapshot_is_a_message(self) -> None:
        snapshot = self.room.snapshot()
        assert type(snapshot).model_validate_json(snapshot.model_dump_json()) == snapshot


RoomLives.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_anything_may_happen_in_any_order = RoomLives.TestCase


def prepared_rooms() -> list[Room]:
    """One room for each state that matters: empty, one seat, two, dropped, presenting, each relay phase."""
    both = [joined("doctor"), joined("specialist", "specialist"), joined("family", "guest")]
    presenting = [*both, said("doctor-1", 1, TakePresenter(type="take_presenter"))]
    offered = said("doctor-1", 1, REQUESTS[4])
    return [
        open_room("room-1", START),
        played([joined("doctor")]),
        played(both),
        played([*both, LineDropped(session_id="doctor-1")]),
        played(presenting),
        played([*both, placed()]),
        played([*both, placed(), offered]),
        played([*both, RelayFailed()]),
        played([*both, placed(), RelayLost(epoch=1)]),
        played([*both, placed(), joined("doctor", session="doctor-2")]),
        played([joined("doctor"), said("doctor-1", 1, Leave(type="leave"))]),
    ]


@given(event=events())
@settings(max_examples=150, deadline=None)
def test_every_event_has_an_answer_in_every_state(event: Event) -> None:
    for room in prepared_rooms():
        for later in (timedelta(0), SEAT_KEPT):
            step(room, event, START + later)


def test_every_request_has_an_answer_in_every_state() -> None:
    for room in prepared_rooms():
        for request in REQUESTS:
            for session in ("doctor-1", "specialist-1", "family-1", "nobody"):
                seat = room.seat_of_session(session)
                seq = 1 if seat is None else seat.received + 1
                after, _ = step(room, said(session, seq, request), START)
                seat = after.seat_of_session(session)
                assert seat is None or seat.received == seq


@given(st.lists(st.sampled_from(REQUESTS[1:]), max_size=8), st.data())
@settings(max_examples=80, deadline=None)
def test_repeated_and_late_messages_change_nothing(requests: list[Request], data: st.DataObject) -> None:
    """However often and in whatever order earlier messages come again, the room is that of one delivery."""
    start = played([joined("doctor"), joined("specialist", "specialist"), placed()])
    once = start
    repeated = start
    for seq, request in enumerate(requests, 1):
        once, _ = step(once, said("doctor-1", seq, request), START)
        repeated, _ = step(repeated, said("doctor-1", seq, request), START)
        for again in data.draw(st.lists(st.integers(1, seq), max_size=3)):
            repeated, effects = step(repeated, said("doctor-1", again, requests[again - 1]), START)
            assert effects == ()
    assert repeated == once


def test_message_whose_forerunner_is_missing_is_refused_and_not_counted() -> None:
    room = played([joined("doctor")])
    after, effects = step(room, said("doctor-1", 2, REQUESTS[1]), START)
    assert after == room
    (problem,) = told(effects, "doctor-1")
    assert problem.type == "problem"
    assert (problem.code, problem.parameters) == ("signaling/out-of-order", {"expected": 1})


def test_room_takes_no_more_than_its_seats() -> None:
    full = played([joined(f"p{number}") for number in range(SEATS_MAX)])
    after, effects = step(full, joined("one-more"), START)
    assert after == full
    (ended,) = effects
    assert isinstance(ended, EndSession)
    assert ended.problem is not None
    assert ended.problem.code == "room/full"


def test_drain_is_told_to_everybody() -> None:
    room = played([joined("doctor"), joined("specialist")])
    _, effects = step(room, Drained(resume_after_ms=1000), START)
    assert [message.type for message in told(effects, "specialist-1")] == ["draining"]
