"""One step of a referral: the table and its guards, and what the shell has to do in the same transaction.

A patient travels only to a destination: a bed that is held or an agreed time. Deadlines are those of clinical.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from consult_api.referrals.rules.states import (
    FINAL_STATES,
    Direction,
    Effect,
    EndAccess,
    HoldBed,
    OpenAccess,
    Priority,
    ReferralEvent,
    ReferralParty,
    ReferralState,
    ReferralTimer,
    ReleaseBed,
    StartTimer,
    StopTimers,
    UseBed,
)
from consult_api.referrals.rules.transitions import TABLES, Transition

RESPOND_WITHIN: Mapping[Priority, timedelta] = {
    Priority.GREEN: timedelta(minutes=5),
    Priority.URGENT: timedelta(minutes=30),
    Priority.ELECTIVE: timedelta(hours=24),
}
ANSWER_DOWN_WITHIN = timedelta(hours=24)
JOURNEY = timedelta(hours=1)  # from the departure, until somebody names the arrival
HOLD_AFTER_ARRIVAL = timedelta(hours=2)
OVERDUE_AFTER = timedelta(minutes=30)
BACK_REPORT_WITHIN = timedelta(hours=24)

S, E, T = ReferralState, ReferralEvent, ReferralTimer
_ON_THE_WAY = frozenset({S.ACCEPTED, S.TRANSPORT_ARRANGED, S.IN_TRANSIT})
_NEVER_THERE = _ON_THE_WAY | {S.DRAFT, S.SUBMITTED, S.REDIRECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A referral as far as the tables and their guards need it.

    `expected_at` is the arrival as last announced, `slot_at` the agreed time, `bed_held` whether a bed is kept.
    `admitted` and `discharged` say whether that ever happened.
    """

    direction: Direction
    state: ReferralState
    priority: Priority
    expected_at: datetime | None
    slot_at: datetime | None
    bed_held: bool
    admitted: bool
    discharged: bool


class NotAllowedNow(Exception):  # noqa: N818 - it is no accident, the table has no such cell
    """The state knows no such event."""


class NoDestination(Exception):  # noqa: N818 - an answer, not an accident
    """Neither a bed is held nor a time agreed."""


def cell_of(situation: Situation, event: ReferralEvent) -> Transition:
    """Return the cell of the referral's own table.

    Raises:
        NotAllowedNow: there is none, or the patient has left the hospital meanwhile.
    """
    cell = TABLES[situation.direction].get((situation.state, event))
    if cell is None or (cell.in_hospital and situation.discharged):
        raise NotAllowedNow
    return cell


def step(
    situation: Situation, event: ReferralEvent, now: datetime
) -> tuple[ReferralState, tuple[Effect, ...]]:
    """Apply an event; return the new state and what the shell has to do in the same transaction.

    Raises:
        NotAllowedNow: the table has no cell for it.
        NoDestination: nowhere to travel to.
    """
    cell = cell_of(situation, event)
    if cell.needs_destination and not situation.bed_held and situation.slot_at is None:
        raise NoDestination
    to = cell.to if situation.admitted or cell.if_only_seen is None else cell.if_only_seen
    return to, _effects(situation, event, to, now)


def _effects(
    situation: Situation, event: ReferralEvent, to: ReferralState, now: datetime
) -> tuple[Effect, ...]:
    if to in FINAL_STATES:
        return _ending(situation)
    match event:
        case E.SUBMIT:
            return (OpenAccess(), _answer(situation, to, now))
        case E.REDIRECT:
            return (EndAccess(refused=True), OpenAccess(), _answer(situation, to, now))
        case E.ACCEPT | E.REBOOK:
            return (StopTimers((T.RESPOND, T.HOLD)), ReleaseBed(), *_hold(_eta(situation, now, now)))
        case E.ARRANGE_TRANSPORT | E.DEPART | E.UPDATE_ETA:
            eta = _eta(situation, now, now + JOURNEY)
            return (
                StartTimer(T.OVERDUE, eta + OVERDUE_AFTER),
                *(_hold(eta) if situation.bed_held else ()),
            )
        case E.ARRIVE:
            return (StopTimers((T.OVERDUE,)), *(_hold(now) if situation.bed_held else ()))
        case E.ADMIT:
            report = StartTimer(T.BACK_REPORT, now + BACK_REPORT_WITHIN)
            return (StopTimers((T.HOLD,)), UseBed(), report)
        case E.SEE:
            return (StopTimers((T.HOLD,)), ReleaseBed())
        case E.PROPOSE_DOWN:
            return (StopTimers((T.BACK_REPORT,)), _answer(situation, to, now))
        case E.ACCEPT_DOWN | E.DECLINE_DOWN | E.WITHDRAW_DOWN:
            return (StopTimers((T.RESPOND,)),)
        case E.DISCHARGE | E.RETURN:
            return (StopTimers((T.RESPOND, T.BACK_REPORT)), ReleaseBed())
        case _:
            return ()


def _eta(situation: Situation, now: datetime, if_unknown: datetime) -> datetime:
    """When the patient should be there; an arrival that was announced for the past is due now."""
    return max(situation.expected_at or situation.slot_at or if_unknown, now)


def _hold(eta: datetime) -> tuple[Effect, ...]:
    until = eta + HOLD_AFTER_ARRIVAL
    return (HoldBed(until), StartTimer(T.HOLD, until))


def _answer(situation: Situation, to: ReferralState, now: datetime) -> StartTimer:
    within = ANSWER_DOWN_WITHIN if to is S.DOWN_PROPOSED else RESPOND_WITHIN[situation.priority]
    return StartTimer(T.RESPOND, now + within)


def _ending(situation: Situation) -> tuple[Effect, ...]:
    refused_down = situation.direction is Direction.DOWN and situation.state is S.DOWN_PROPOSED
    never_there = refused_down or situation.state in _NEVER_THERE
    return (StopTimers(tuple(T)), ReleaseBed(), EndAccess(never_there))


def available_events(situation: Situation, parties: frozenset[ReferralParty]) -> list[ReferralEvent]:
    """What somebody who is these parties may do now, in the order of the table."""
    return [
        event
        for (state, event), cell in TABLES[situation.direction].items()
        if state is situation.state
        and parties & set(cell.by)
        and not (cell.in_hospital and situation.discharged)
    ]
