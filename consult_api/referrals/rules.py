"""The referral as a state machine, from the township up and back down, with its deadlines.

Each side takes its own steps. A patient travels only to a destination: a bed that is held or an agreed time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    TRANSPORT_ARRANGED = "transport_arranged"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    SEEN = "seen"
    DOWN_PROPOSED = "down_proposed"
    DOWN_ACCEPTED = "down_accepted"
    RETURNED = "returned"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXTERNAL = "external"
    DECEASED = "deceased"
    SUPERSEDED = "superseded"


class Direction(StrEnum):
    """To a larger hospital, or back to the township."""

    UP = "up"
    DOWN = "down"


class Priority(StrEnum):
    """How fast; `green` is the green channel: reception, examination and admission come first."""

    GREEN = "green"
    URGENT = "urgent"
    ELECTIVE = "elective"


class ReferralParty(StrEnum):
    """Who somebody is to one referral."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class ReferralEvent(StrEnum):
    """What moves a referral."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDIRECT = "redirect"
    ARRANGE_TRANSPORT = "arrange_transport"
    DEPART = "depart"
    ARRIVE = "arrive"
    ADMIT = "admit"
    SEE = "see"
    PROPOSE_DOWN = "propose_down"
    ACCEPT_DOWN = "accept_down"
    RETURN = "return"
    START_FOLLOW_UP = "start_follow_up"
    CLOSE = "close"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    GO_EXTERNAL = "go_external"
    RECORD_DEATH = "record_death"
    SUPERSEDE = "supersede"


class ReferralTimer(StrEnum):
    """The clocks a referral may have running."""

    RESPOND = "respond"
    OVERDUE = "overdue"
    BACK_REPORT = "back_report"


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the referral at a time."""

    kind: ReferralTimer
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StopTimers:
    """Those clocks don't matter any more."""

    kinds: tuple[ReferralTimer, ...]


@dataclass(frozen=True, slots=True)
class HoldBed:
    """Keep a bed until a time, or keep the one that is held until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class UseBed:
    """The patient lies in the held bed."""


@dataclass(frozen=True, slots=True)
class ReleaseBed:
    """The bed is free for others."""


@dataclass(frozen=True, slots=True)
class OpenAccess:
    """The receiving side may see the patient."""


@dataclass(frozen=True, slots=True)
class EndAccess:
    """The receiving side sees the patient only for a while longer, shorter when it never had them."""

    refused: bool


Effect = StartTimer | StopTimers | HoldBed | UseBed | ReleaseBed | OpenAccess | EndAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One cell: who may, and where it leads. `needs_destination`: only to a held bed or an agreed time."""

    to: ReferralState
    by: tuple[ReferralParty, ...]
    needs_destination: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A referral as far as the table and its guards need it.

    `expected_at` is the arrival as last announced. `slot_at` is the agreed time, `bed_held` whether a bed is kept.
    """

    state: ReferralState
    priority: Priority
    expected_at: datetime | None
    slot_at: datetime | None
    bed_held: bool


RESPOND_WITHIN: Mapping[Priority, timedelta] = {
    Priority.GREEN: timedelta(minutes=5),
    Priority.URGENT: timedelta(minutes=30),
    Priority.ELECTIVE: timedelta(hours=24),
}
HOLD_AFTER_ARRIVAL = timedelta(hours=2)
OVERDUE_AFTER = timedelta(minutes=30)
BACK_REPORT_WITHIN = timedelta(hours=24)

S, E = ReferralState, ReferralEvent
_ORIGIN = (ReferralParty.ORIGIN,)
_DESTINATION = (ReferralParty.DESTINATION,)
_BOTH = (ReferralParty.ORIGIN, ReferralParty.DESTINATION)

TRANSITIONS: Mapping[tuple[ReferralState, ReferralEvent], Transition] = {
    (S.DRAFT, E.SUBMIT): Transition(to=S.SUBMITTED, by=_ORIGIN),
    **{
        (state, event): cell
        for state in (S.SUBMITTED, S.REDIRECTED)
        for event, cell in (
            (E.ACCEPT, Transition(to=S.ACCEPTED, by=_DESTINATION)),
            (E.DECLINE, Transition(to=S.DECLINED, by=_DESTINATION)),
            (E.REDIRECT, Transition(to=S.REDIRECTED, by=_DESTINATION)),
        )
    },
    (S.ACCEPTED, E.ARRANGE_TRANSPORT): Transition(to=S.TRANSPORT_ARRANGED, by=_ORIGIN),
    (S.ACCEPTED, E.DEPART): Transition(to=S.IN_TRANSIT, by=_ORIGIN, needs_destination=True),
    (S.TRANSPORT_ARRANGED, E.DEPART): Transition(to=S.IN_TRANSIT, by=_ORIGIN, needs_destination=True),
    (S.IN_TRANSIT, E.ARRIVE): Transition(to=S.ARRIVED, by=_DESTINATION),
    (S.ARRIVED, E.ADMIT): Transition(to=S.ADMITTED, by=_DESTINATION),
    (S.ARRIVED, E.SEE): Transition(to=S.SEEN, by=_DESTINATION),
    (S.SEEN, E.ADMIT): Transition(to=S.ADMITTED, by=_DESTINATION),
    (S.ADMITTED, E.PROPOSE_DOWN): Transition(to=S.DOWN_PROPOSED, by=_DESTINATION),
    (S.SEEN, E.PROPOSE_DOWN): Transition(to=S.DOWN_PROPOSED, by=_DESTINATION),
    (S.DOWN_PROPOSED, E.ACCEPT_DOWN): Transition(to=S.DOWN_ACCEPTED, by=_ORIGIN),
    (S.DOWN_ACCEPTED, E.RETURN): Transition(to=S.RETURNED, by=_ORIGIN),
    (S.RETURNED, E.START_FOLLOW_UP): Transition(to=S.FOLLOW_UP, by=_ORIGIN),
    (S.FOLLOW_UP, E.CLOSE): Transition(to=S.CLOSED, by=_ORIGIN),
    **{
        (state, E.CANCEL): Transition(to=S.CANCELLED, by=_ORIGIN)
        for state in (S.DRAFT, S.SUBMITTED, S.REDIRECTED, S.ACCEPTED, S.TRANSPORT_ARRANGED)
    },
    **{
        (state, E.SUPERSEDE): Transition(to=S.SUPERSEDED, by=_ORIGIN)
        for state in (S.SUBMITTED, S.REDIRECTED, S.ACCEPTED, S.TRANSPORT_ARRANGED)
    },
    **{
        (state, E.NO_SHOW): Transition(to=S.NO_SHOW, by=_DESTINATION)
        for state in (S.ACCEPTED, S.TRANSPORT_ARRANGED, S.IN_TRANSIT)
    },
    **{
        (state, E.GO_EXTERNAL): Transition(to=S.EXTERNAL, by=_BOTH)
        for state in (S.ACCEPTED, S.TRANSPORT_ARRANGED, S.IN_TRANSIT, S.ARRIVED, S.ADMITTED, S.SEEN)
    },
    **{
        (state, E.RECORD_DEATH): Transition(to=S.DECEASED, by=_BOTH)
        for state in (
            *(S.SUBMITTED, S.REDIRECTED, S.ACCEPTED, S.TRANSPORT_ARRANGED, S.IN_TRANSIT, S.ARRIVED),
            *(S.ADMITTED, S.SEEN, S.DOWN_PROPOSED, S.DOWN_ACCEPTED, S.RETURNED, S.FOLLOW_UP),
        )
    },
}

FINAL_STATES = frozenset({S.CLOSED, S.DECLINED, S.CANCELLED, S.NO_SHOW, S.EXTERNAL, S.DECEASED, S.SUPERSEDED})
OPEN_STATES = frozenset(ReferralState) - FINAL_STATES - {S.DRAFT}


class NotAllowedNow(Exception):  # noqa: N818 - it is no accident, the table has no such cell
    """The state knows no such event."""


class NoDestination(Exception):  # noqa: N818 - an answer, not an accident
    """Neither a bed is held nor a time agreed."""


def step(
    situation: Situation, event: ReferralEvent, now: datetime
) -> tuple[ReferralState, tuple[Effect, ...]]:
    """Apply an event; return the new state and what the shell has to do in the same transaction.

    Raises:
        NotAllowedNow: the table has no cell for it.
        NoDestination: nowhere to travel to.
    """
    cell = TRANSITIONS.get((situation.state, event))
    if cell is None:
        raise NotAllowedNow
    if cell.needs_destination and not situation.bed_held and situation.slot_at is None:
        raise NoDestination
    return cell.to, _effects(situation, event, cell.to, now)


def _effects(
    situation: Situation, event: ReferralEvent, to: ReferralState, now: datetime
) -> tuple[Effect, ...]:
    respond = StartTimer(ReferralTimer.RESPOND, now + RESPOND_WITHIN[situation.priority])
    match event:
        case E.SUBMIT | E.REDIRECT:
            return (OpenAccess(), respond)
        case E.ACCEPT:
            until = (situation.expected_at or situation.slot_at or now) + HOLD_AFTER_ARRIVAL
            return (StopTimers((ReferralTimer.RESPOND,)), HoldBed(until))
        case E.ARRANGE_TRANSPORT | E.DEPART:
            if situation.expected_at is None:
                return ()
            overdue = StartTimer(ReferralTimer.OVERDUE, situation.expected_at + OVERDUE_AFTER)
            hold = (HoldBed(situation.expected_at + HOLD_AFTER_ARRIVAL),) if situation.bed_held else ()
            return (overdue, *hold)
        case E.ARRIVE:
            return (StopTimers((ReferralTimer.OVERDUE,)),)
        case E.ADMIT:
            return (UseBed(), StartTimer(ReferralTimer.BACK_REPORT, now + BACK_REPORT_WITHIN))
        case E.SEE:
            return (ReleaseBed(),)
        case E.PROPOSE_DOWN:
            return (StopTimers((ReferralTimer.BACK_REPORT,)),)
        case E.ACCEPT_DOWN | E.RETURN | E.START_FOLLOW_UP:
            return ()
        case _:
            never_there = to in (S.DECLINED, S.CANCELLED, S.SUPERSEDED, S.NO_SHOW)
            return (StopTimers(tuple(ReferralTimer)), ReleaseBed(), EndAccess(never_there))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRow:
    """One cell as it is served."""

    from_state: ReferralState
    event: ReferralEvent
    to: ReferralState
    by: tuple[ReferralParty, ...]


def transition_rows() -> list[TransitionRow]:
    """List the table as it is served to the browser and drawn in the documentation."""
    return [
        TransitionRow(from_state=state, event=event, to=cell.to, by=cell.by)
        for (state, event), cell in TRANSITIONS.items()
    ]


def available_events(state: ReferralState, parties: frozenset[ReferralParty]) -> list[ReferralEvent]:
    """What somebody who is these parties may do in this state."""
    return [row.event for row in transition_rows() if row.from_state is state and parties & set(row.by)]
