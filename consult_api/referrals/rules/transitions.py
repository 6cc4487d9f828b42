"""The transition tables: a referral up with its way back, and one that a hospital sends down by itself.

Each side takes its own steps. What may go wrong on the way has an exit: an expired hold is booked anew, a township
that doesn't answer can't keep a patient in hospital, and a patient who walks in has arrived.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consult_api.referrals.rules.states import (
    OPEN_STATES,
    Direction,
    ReferralEvent,
    ReferralParty,
    ReferralState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One cell: who may, and where it leads.

    `if_only_seen` is where it leads for a patient who was never admitted. `needs_destination`: only to a held bed or an
    agreed time. `in_hospital`: only while the patient hasn't been discharged.
    """

    to: ReferralState
    by: tuple[ReferralParty, ...]
    if_only_seen: ReferralState | None = None
    needs_destination: bool = False
    in_hospital: bool = False


Table = Mapping[tuple[ReferralState, ReferralEvent], Transition]

S, E = ReferralState, ReferralEvent
_ORIGIN = (ReferralParty.ORIGIN,)
_DESTINATION = (ReferralParty.DESTINATION,)
_BOTH = (ReferralParty.ORIGIN, ReferralParty.DESTINATION)


def _from(
    states: Iterable[ReferralState], event: ReferralEvent, cell: Transition
) -> dict[tuple[ReferralState, ReferralEvent], Transition]:
    return {(state, event): cell for state in states}


def _staying(
    states: Iterable[ReferralState], event: ReferralEvent, by: tuple[ReferralParty, ...]
) -> dict[tuple[ReferralState, ReferralEvent], Transition]:
    return {(state, event): Transition(to=state, by=by) for state in states}


_UNANSWERED = (S.SUBMITTED, S.REDIRECTED)
_EXPECTED = (S.ACCEPTED, S.TRANSPORT_ARRANGED)
_COMING = (*_EXPECTED, S.IN_TRANSIT)
_GOING_DOWN = (S.DOWN_PROPOSED, S.DOWN_ACCEPTED)
_BACK = (S.RETURNED, S.FOLLOW_UP)
_EVER_OPEN = tuple(state for state in ReferralState if state in OPEN_STATES)

UP: Table = {
    (S.DRAFT, E.SUBMIT): Transition(to=S.SUBMITTED, by=_ORIGIN),
    **_from(_UNANSWERED, E.ACCEPT, Transition(to=S.ACCEPTED, by=_DESTINATION)),
    **_from(_UNANSWERED, E.DECLINE, Transition(to=S.DECLINED, by=_DESTINATION)),
    **_from(_UNANSWERED, E.REDIRECT, Transition(to=S.REDIRECTED, by=_BOTH)),
    **_staying(_COMING, E.REBOOK, _DESTINATION),
    **_from(_EXPECTED, E.ARRANGE_TRANSPORT, Transition(to=S.TRANSPORT_ARRANGED, by=_ORIGIN)),
    **_from(_EXPECTED, E.DEPART, Transition(to=S.IN_TRANSIT, by=_ORIGIN, needs_destination=True)),
    **_staying((S.TRANSPORT_ARRANGED, S.IN_TRANSIT), E.UPDATE_ETA, _ORIGIN),
    **_from(_COMING, E.ARRIVE, Transition(to=S.ARRIVED, by=_DESTINATION)),
    (S.ARRIVED, E.ADMIT): Transition(to=S.ADMITTED, by=_DESTINATION),
    (S.ARRIVED, E.SEE): Transition(to=S.SEEN, by=_DESTINATION),
    (S.SEEN, E.ADMIT): Transition(to=S.ADMITTED, by=_DESTINATION),
    **_from((S.ADMITTED, S.SEEN), E.PROPOSE_DOWN, Transition(to=S.DOWN_PROPOSED, by=_DESTINATION)),
    (S.DOWN_PROPOSED, E.ACCEPT_DOWN): Transition(to=S.DOWN_ACCEPTED, by=_ORIGIN),
    (S.DOWN_PROPOSED, E.DECLINE_DOWN): Transition(to=S.ADMITTED, if_only_seen=S.SEEN, by=_ORIGIN),
    **_from(
        _GOING_DOWN,
        E.WITHDRAW_DOWN,
        Transition(to=S.ADMITTED, if_only_seen=S.SEEN, by=_DESTINATION, in_hospital=True),
    ),
    **_from((S.ADMITTED, S.SEEN, S.DOWN_PROPOSED), E.DISCHARGE, Transition(to=S.RETURNED, by=_DESTINATION)),
    (S.DOWN_ACCEPTED, E.DISCHARGE): Transition(to=S.DOWN_ACCEPTED, by=_DESTINATION, in_hospital=True),
    **_from((S.ADMITTED, S.SEEN, *_GOING_DOWN), E.RETURN, Transition(to=S.RETURNED, by=_ORIGIN)),
    (S.RETURNED, E.START_FOLLOW_UP): Transition(to=S.FOLLOW_UP, by=_ORIGIN),
    (S.FOLLOW_UP, E.CLOSE): Transition(to=S.CLOSED, by=_ORIGIN),
    **_from((S.DRAFT, *_UNANSWERED, *_COMING), E.CANCEL, Transition(to=S.CANCELLED, by=_ORIGIN)),
    **_from((*_UNANSWERED, *_EXPECTED, *_BACK), E.SUPERSEDE, Transition(to=S.SUPERSEDED, by=_ORIGIN)),
    **_from(_COMING, E.NO_SHOW, Transition(to=S.NO_SHOW, by=_DESTINATION)),
    (S.DOWN_ACCEPTED, E.NO_SHOW): Transition(to=S.NO_SHOW, by=_ORIGIN),
    **_from(_EVER_OPEN, E.GO_EXTERNAL, Transition(to=S.EXTERNAL, by=_BOTH)),
    **_from(_EVER_OPEN, E.RECORD_DEATH, Transition(to=S.DECEASED, by=_BOTH)),
}

_DOWN_OPEN = (*_GOING_DOWN, *_BACK)

DOWN: Table = {
    (S.DRAFT, E.SUBMIT): Transition(to=S.DOWN_PROPOSED, by=_ORIGIN),
    (S.DOWN_PROPOSED, E.ACCEPT_DOWN): Transition(to=S.DOWN_ACCEPTED, by=_DESTINATION),
    (S.DOWN_PROPOSED, E.DECLINE_DOWN): Transition(to=S.DECLINED, by=_DESTINATION),
    (S.DOWN_PROPOSED, E.REDIRECT): Transition(to=S.DOWN_PROPOSED, by=_BOTH),
    (S.DOWN_PROPOSED, E.DISCHARGE): Transition(to=S.RETURNED, by=_ORIGIN),
    (S.DOWN_ACCEPTED, E.DISCHARGE): Transition(to=S.DOWN_ACCEPTED, by=_ORIGIN, in_hospital=True),
    (S.DOWN_ACCEPTED, E.RETURN): Transition(to=S.RETURNED, by=_DESTINATION),
    (S.DOWN_ACCEPTED, E.NO_SHOW): Transition(to=S.NO_SHOW, by=_DESTINATION),
    (S.RETURNED, E.START_FOLLOW_UP): Transition(to=S.FOLLOW_UP, by=_DESTINATION),
    (S.FOLLOW_UP, E.CLOSE): Transition(to=S.CLOSED, by=_DESTINATION),
    **_from((S.DRAFT, *_GOING_DOWN), E.CANCEL, Transition(to=S.CANCELLED, by=_ORIGIN)),
    **_from(_GOING_DOWN, E.SUPERSEDE, Transition(to=S.SUPERSEDED, by=_ORIGIN)),
    **_from(_DOWN_OPEN, E.GO_EXTERNAL, Transition(to=S.EXTERNAL, by=_BOTH)),
    **_from(_DOWN_OPEN, E.RECORD_DEATH, Transition(to=S.DECEASED, by=_BOTH)),
}

TABLES: Mapping[Direction, Table] = {Direction.UP: UP, Direction.DOWN: DOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRow:
    """One cell as it is served; a cell that leads to two places is two rows."""

    direction: Direction
    from_state: ReferralState
    event: ReferralEvent
    to: ReferralState
    by: tuple[ReferralParty, ...]


def transition_rows(direction: Direction) -> list[TransitionRow]:
    """List a table as it is served to the browser and drawn in the documentation."""
    return [
        TransitionRow(direction=direction, from_state=state, event=event, to=to, by=cell.by)
        for (state, event), cell in TABLES[direction].items()
        for to in (cell.to, cell.if_only_seen)
        if to is not None
    ]
