"""The shared view: who presents, what is shown and how, what is drawn and pointed at.

The server's order decides. Nothing here knows of sockets; what isn't allowed raises a `Problem`.
"""

from signaling import errors
from wire.room import (
    AnnotationOperation,
    AuthoredAnnotation,
    ClearAnnotations,
    ParticipantPointer,
    Pointer,
    PutAnnotation,
    RemoveAnnotation,
    Viewing,
)
from wire.signaling import Show
from wire.tickets import RoomRole

ANNOTATIONS_MAX = 500

PRESENTING_ROLES: frozenset[RoomRole] = frozenset(("requester", "specialist", "coordinator"))
"""Who may present, draw and point. Observers and guests look on."""


def require_presenting_role(role: RoomRole) -> None:
    """Refuse those who only look on."""
    if role not in PRESENTING_ROLES:
        raise errors.role_may_not()


def with_presenter(viewing: Viewing, presenter_id: str | None) -> Viewing:
    """Return the view with the role in other hands; the same hands change nothing."""
    if viewing.presenter_id == presenter_id:
        return viewing
    return viewing.model_copy(
        update={"presenter_id": presenter_id, "term": viewing.term + 1, "version": viewing.version + 1}
    )


def shown(viewing: Viewing, by: str, show: Show) -> Viewing:
    """Return the view as the presenter shows it."""
    if show.term != viewing.term:
        raise errors.stale_term()
    if viewing.presenter_id != by:
        raise errors.presenter_only()
    if (show.image, show.viewport) == (viewing.image, viewing.viewport):
        return viewing
    return viewing.model_copy(
        update={"image": show.image, "viewport": show.viewport, "version": viewing.version + 1}
    )


def annotated(viewing: Viewing, by: str, operation: AnnotationOperation) -> Viewing:
    """Return the view after an annotation operation; one that is done already changes nothing."""
    match operation:
        case PutAnnotation():
            standing = _put(viewing, by, operation)
        case RemoveAnnotation():
            standing = _removed(viewing, by, operation.annotation_id)
        case ClearAnnotations():
            _require_presenter(viewing, by)
            standing = ()
    if standing == viewing.annotations:
        return viewing
    return viewing.model_copy(update={"annotations": standing, "version": viewing.version + 1})


def pointed(viewing: Viewing, by: str, pointer: Pointer | None) -> Viewing:
    """Return the view with this participant's pointer moved or gone. Pointers don't count as versions."""
    others = tuple(shown for shown in viewing.pointers if shown.participant_id != by)
    mine = () if pointer is None else (ParticipantPointer(participant_id=by, pointer=pointer),)
    return viewing.model_copy(update={"pointers": others + mine})


def points(viewing: Viewing, participant_id: str) -> bool:
    """Tell whether this participant's pointer is shown."""
    return any(shown.participant_id == participant_id for shown in viewing.pointers)


def _put(viewing: Viewing, by: str, operation: PutAnnotation) -> tuple[AuthoredAnnotation, ...]:
    earlier = _find(viewing, operation.annotation.annotation_id)
    if earlier is None:
        if len(viewing.annotations) >= ANNOTATIONS_MAX:
            raise errors.too_many_annotations(ANNOTATIONS_MAX)
        return (
            *viewing.annotations,
            AuthoredAnnotation(participant_id=by, annotation=operation.annotation),
        )
    _require_author(viewing, by, earlier)
    changed = earlier.model_copy(update={"annotation": operation.annotation})
    return tuple(changed if standing is earlier else standing for standing in viewing.annotations)


def _removed(viewing: Viewing, by: str, annotation_id: str) -> tuple[AuthoredAnnotation, ...]:
    earlier = _find(viewing, annotation_id)
    if earlier is None:
        return viewing.annotations
    _require_author(viewing, by, earlier)
    return tuple(standing for standing in viewing.annotations if standing is not earlier)


def _find(viewing: Viewing, annotation_id: str) -> AuthoredAnnotation | None:
    return next(
        (standing for standing in viewing.annotations if standing.annotation.annotation_id == annotation_id),
        None,
    )


def _require_presenter(viewing: Viewing, by: str) -> None:
    if viewing.presenter_id != by:
        raise errors.presenter_only()


def _require_author(viewing: Viewing, by: str, annotation: AuthoredAnnotation) -> None:
    if annotation.participant_id != by:
        _require_presenter(viewing, by)
