"""Who presents, what is shown, drawn and pointed at."""

import pytest
from room_playing import START, joined, kinds, meeting, played, said, told

from signaling.room import viewing as rules
from signaling.room.events import Pointed
from signaling.room.machine import step
from wire.problems import Problem
from wire.room import (
    Annotation,
    AnnotationKind,
    AnnotationOperation,
    ClearAnnotations,
    ImageReference,
    Pointer,
    PutAnnotation,
    RemoveAnnotation,
    Viewing,
    Viewport,
)
from wire.signaling import Annotate, GivePresenter, Show, TakePresenter

IMAGE = ImageReference(study_uid="1.2", series_uid="1.2.3", sop_uid="1.2.3.4", frame=1)
EMPTY = Viewing(version=0, term=0, presenter_id=None, image=None, viewport=None, annotations=(), pointers=())


def viewport(zoom: float) -> Viewport:
    return Viewport(
        voi_lower=-160.0,
        voi_upper=240.0,
        invert=False,
        zoom=zoom,
        center=(512.0, 512.0),
        rotation_deg=0.0,
        flip_horizontal=False,
        flip_vertical=False,
    )


def show(term: int, zoom: float = 1.0) -> Show:
    return Show(type="show", term=term, image=IMAGE, viewport=viewport(zoom))


def put(annotation_id: str, column: float = 0.0) -> PutAnnotation:
    annotation = Annotation(
        annotation_id=annotation_id,
        image=IMAGE,
        kind=AnnotationKind.LENGTH,
        points=((column, 0.0), (10.0, 10.0)),
        label="",
    )
    return PutAnnotation(op="put", annotation=annotation)


def refused(by: str, operation: AnnotationOperation, view: Viewing) -> str:
    with pytest.raises(Problem) as refusal:
        rules.annotated(view, by, operation)
    return refusal.value.code


def test_presenter_role_can_be_taken_from_whoever_has_it() -> None:
    room, effects = step(meeting(), said("doctor-1", 1, TakePresenter(type="take_presenter")), START)
    assert room.viewing.presenter_id == "doctor"
    assert kinds(effects, "specialist-1") == ["presenter_changed"]


def test_presenter_role_can_be_given() -> None:
    give = GivePresenter(type="give_presenter", participant_id="doctor")
    room, _ = step(meeting(), said("specialist-1", 2, give), START)
    assert room.viewing.presenter_id == "doctor"


@pytest.mark.parametrize(
    ("session", "seq", "to", "code"),
    [
        ("doctor-1", 1, "doctor", "viewing/presenter-only"),
        ("specialist-1", 2, "nobody", "viewing/not-in-room"),
        ("specialist-1", 2, "family", "viewing/role-may-not"),
    ],
)
def test_presenter_role_goes_only_where_it_may(session: str, seq: int, to: str, code: str) -> None:
    room = played([joined("family", "guest")], meeting())
    give = GivePresenter(type="give_presenter", participant_id=to)
    after, effects = step(room, said(session, seq, give), START)
    assert after.viewing == room.viewing
    (problem,) = told(effects, session)
    assert problem.type == "problem"
    assert problem.code == code


def test_taking_the_role_twice_changes_nothing() -> None:
    room = meeting()
    after, effects = step(room, said("specialist-1", 2, TakePresenter(type="take_presenter")), START)
    assert (after.viewing, effects) == (room.viewing, ())


def test_presenters_view_reaches_the_others_and_not_the_presenter() -> None:
    room, effects = step(meeting(), said("specialist-1", 2, show(1)), START)
    assert (room.viewing.image, room.viewing.viewport) == (IMAGE, viewport(1.0))
    assert kinds(effects, "doctor-1") == ["view_changed"]
    assert kinds(effects, "specialist-1") == []


def test_view_of_an_older_term_is_refused() -> None:
    take = TakePresenter(type="take_presenter")
    room = played([said("doctor-1", 1, take), said("specialist-1", 2, take)], meeting())
    after, effects = step(room, said("specialist-1", 3, show(1)), START)
    assert after.viewing == room.viewing
    (problem,) = told(effects, "specialist-1")
    assert problem.type == "problem"
    assert problem.code == "viewing/stale-term"


def test_late_joiner_gets_image_window_and_annotations() -> None:
    room = played(
        [
            said("specialist-1", 2, show(1, 2.5)),
            said("specialist-1", 3, Annotate(type="annotate", operation=put("a1"))),
        ],
        meeting(),
    )
    _, effects = step(room, joined("late"), START)
    (snapshot,) = told(effects, "late-1")
    assert snapshot.type == "snapshot"
    assert snapshot.room.viewing == room.viewing
    assert snapshot.room.viewing.viewport == viewport(2.5)
    assert [a.annotation.annotation_id for a in snapshot.room.viewing.annotations] == ["a1"]


def test_annotations_stand_in_order_of_arrival_and_a_change_keeps_its_place() -> None:
    view = EMPTY
    for operation in (put("a"), put("b"), put("a", 5.0)):
        view = rules.annotated(view, "doctor", operation)
    assert [a.annotation.annotation_id for a in view.annotations] == ["a", "b"]
    assert view.annotations[0].annotation.points[0] == (5.0, 0.0)
    assert view.version == 3


def test_annotation_that_comes_twice_is_one() -> None:
    once = rules.annotated(EMPTY, "doctor", put("a"))
    assert rules.annotated(once, "doctor", put("a")) is once


def test_removing_twice_is_removing_once() -> None:
    remove = RemoveAnnotation(op="remove", annotation_id="a")
    view = rules.annotated(rules.annotated(EMPTY, "doctor", put("a")), "doctor", remove)
    assert view.annotations == ()
    assert rules.annotated(view, "doctor", remove) is view


def test_others_annotations_belong_to_author_and_presenter() -> None:
    view = rules.with_presenter(rules.annotated(EMPTY, "doctor", put("a")), "specialist")
    assert refused("nurse", put("a", 9.0), view) == "viewing/presenter-only"
    assert refused("nurse", RemoveAnnotation(op="remove", annotation_id="a"), view) == (
        "viewing/presenter-only"
    )
    assert refused("doctor", ClearAnnotations(op="clear"), view) == "viewing/presenter-only"
    moved = rules.annotated(view, "specialist", put("a", 9.0))
    assert moved.annotations[0].participant_id == "doctor"
    assert rules.annotated(view, "specialist", ClearAnnotations(op="clear")).annotations == ()


def test_annotations_are_bounded() -> None:
    view = EMPTY
    for number in range(rules.ANNOTATIONS_MAX):
        view = rules.annotated(view, "doctor", put(str(number)))
    assert refused("doctor", put("one-more"), view) == "viewing/too-many-annotations"
    assert rules.annotated(view, "doctor", put("0", 3.0)).annotations[0].annotation.points[0] == (3.0, 0.0)


@pytest.mark.parametrize("request_", [TakePresenter(type="take_presenter"), show(1)])
def test_guests_look_on(request_: TakePresenter | Show) -> None:
    room = played([joined("family", "guest")], meeting())
    _, effects = step(room, said("family-1", 1, request_), START)
    (problem,) = told(effects, "family-1")
    assert problem.type == "problem"
    assert problem.code == "viewing/role-may-not"


def test_pointer_reaches_the_others_and_the_snapshot_but_makes_no_version() -> None:
    before = meeting()
    pointer = Pointer(sop_uid="1.2", frame=1, at=(1.5, 2.5))
    room, effects = step(before, Pointed(session_id="doctor-1", pointer=pointer), START)
    assert kinds(effects, "specialist-1") == ["pointer_moved"]
    assert kinds(effects, "doctor-1") == []
    assert [(p.participant_id, p.pointer) for p in room.viewing.pointers] == [("doctor", pointer)]
    assert room.viewing.version == before.viewing.version
    room, _ = step(room, Pointed(session_id="doctor-1", pointer=None), START)
    assert room.viewing.pointers == ()
