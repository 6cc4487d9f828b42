"""The consult's transition table and the pure `step` that applies it.

The table says who may do what in which state and where that leads; the served table, the buttons in the browser
and the tests are made from it. `step` returns the next situation and what the shell has to do in the same
transaction. Losing media is no event here: only people and the clock move a consult.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from consult_api.consults.rules import states as e
from consult_api.consults.rules.ladder import LIMITS, Rung, due_at, next_rung
from consult_api.consults.rules.states import (
    ConsultEventName,
    ConsultParty,
    ConsultState,
    Event,
    Mode,
    Urgency,
)


class TimerKind(StrEnum):
    """The clocks a consult may have running."""

    ESCALATE = "escalate"
    BREACH = "breach"
    REPORT_DUE = "report_due"
    ACKNOWLEDGE_DUE = "acknowledge_due"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A consult as far as the table and its guards need it.

    `rung` is the rung reached, 0 before the first. `ringing` are the people whose offer is unanswered. `staffed`
    are the numbers of the rungs that have somebody to ring now who hasn't declined. `submitted_at` is when the
    ladder began, at the submission or when the consult was routed to the department it now asks.
    """

    state: ConsultState
    mode: Mode
    urgency: Urgency
    rung: int
    ringing: frozenset[str]
    staffed: frozenset[int]
    submitted_at: datetime | None
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class RingTier:
    """Offer the consult to the people of a rung."""

    rung: Rung


@dataclass(frozen=True, slots=True)
class RingPerson:
    """Offer the consult to somebody by name."""

    person: str


@dataclass(frozen=True, slots=True)
class CloseOffers:
    """Nobody is rung any more; whoever accepted keeps the answer."""


@dataclass(frozen=True, slots=True)
class ReleaseSpecialist:
    """Whoever had accepted doesn't answer it any more."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Wake the consult at a time."""

    kind: TimerKind
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StopTimers:
    """Those clocks don't matter any more."""

    kinds: tuple[TimerKind, ...]


@dataclass(frozen=True, slots=True)
class EndAccess:
    """The answering side sees the patient only for a while longer, shorter when it never answered."""

    refused: bool


Effect = RingTier | RingPerson | CloseOffers | ReleaseSpecialist | StartTimer | StopTimers | EndAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One cell: who may, where it leads, and where else a guard may lead it."""

    to: ConsultState
    by: tuple[ConsultParty, ...]
    or_to: ConsultState | None = None


S = ConsultState
_T = (ConsultParty.REQUESTER,)
_RUNG = (ConsultParty.OFFERED,)
_X = (ConsultParty.SPECIALIST,)
_BOTH = (ConsultParty.REQUESTER, ConsultParty.SPECIALIST)
_Q = (ConsultParty.COORDINATOR,)
_CLOCK = (ConsultParty.CLOCK,)

TRANSITIONS: Mapping[tuple[ConsultState, type[Event]], Transition] = {
    (S.DRAFT, e.Submit): Transition(to=S.SUBMITTED, by=_T),
    (S.DRAFT, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.SUBMITTED, e.Offer): Transition(to=S.OFFERED, by=_CLOCK),
    (S.OFFERED, e.Accept): Transition(to=S.ACCEPTED, or_to=S.ANSWERING, by=_RUNG),
    (S.OFFERED, e.Decline): Transition(to=S.OFFERED, or_to=S.DECLINED, by=_RUNG),
    (S.OFFERED, e.Escalate): Transition(to=S.OFFERED, by=_CLOCK),
    (S.OFFERED, e.AskBack): Transition(to=S.INFO_NEEDED, by=_RUNG),
    (S.OFFERED, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.OFFERED, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.OFFERED, e.Ring): Transition(to=S.OFFERED, by=_Q),
    (S.DECLINED, e.Route): Transition(to=S.OFFERED, by=(ConsultParty.REQUESTER, ConsultParty.COORDINATOR)),
    (S.DECLINED, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.INFO_NEEDED, e.AnswerBack): Transition(to=S.OFFERED, by=_T),
    (S.INFO_NEEDED, e.Accept): Transition(to=S.ACCEPTED, or_to=S.ANSWERING, by=_RUNG),
    (S.INFO_NEEDED, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.INFO_NEEDED, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.INFO_NEEDED, e.Ring): Transition(to=S.INFO_NEEDED, by=_Q),
    (S.ACCEPTED, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.ACCEPTED, e.Propose): Transition(to=S.ACCEPTED, by=_BOTH),
    (S.ACCEPTED, e.Schedule): Transition(to=S.SCHEDULED, by=_BOTH),
    (S.ACCEPTED, e.StartSession): Transition(to=S.IN_SESSION, by=_X),
    (S.ACCEPTED, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.SCHEDULED, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.SCHEDULED, e.Propose): Transition(to=S.SCHEDULED, by=_BOTH),
    (S.SCHEDULED, e.Schedule): Transition(to=S.SCHEDULED, by=_BOTH),
    (S.SCHEDULED, e.NoShow): Transition(to=S.NO_SHOW, by=_BOTH),
    (S.SCHEDULED, e.StartSession): Transition(to=S.IN_SESSION, by=_X),
    (S.SCHEDULED, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.NO_SHOW, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.NO_SHOW, e.Propose): Transition(to=S.NO_SHOW, by=_BOTH),
    (S.NO_SHOW, e.Schedule): Transition(to=S.SCHEDULED, by=_BOTH),
    (S.NO_SHOW, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.ANSWERING, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.ANSWERING, e.Sign): Transition(to=S.REPORTED, by=_X),
    (S.ANSWERING, e.Cancel): Transition(to=S.CANCELLED, by=_T),
    (S.IN_SESSION, e.Interrupt): Transition(to=S.INTERRUPTED, by=_BOTH),
    (S.IN_SESSION, e.Finish): Transition(to=S.AWAITING_REPORT, by=_X),
    (S.INTERRUPTED, e.Resume): Transition(to=S.IN_SESSION, by=_BOTH),
    (S.INTERRUPTED, e.Finish): Transition(to=S.AWAITING_REPORT, by=_X),
    (S.AWAITING_REPORT, e.Route): Transition(to=S.OFFERED, by=_Q),
    (S.AWAITING_REPORT, e.Sign): Transition(to=S.REPORTED, by=_X),
    (S.REPORTED, e.Acknowledge): Transition(to=S.ACKNOWLEDGED, by=_T),
    (S.REPORTED, e.Correct): Transition(to=S.REPORTED, by=_X),
    (S.ACKNOWLEDGED, e.Correct): Transition(to=S.REPORTED, by=_X),
    (S.ACKNOWLEDGED, e.Close): Transition(to=S.CLOSED, by=_T),
}

NAMES: Mapping[type[Event], ConsultEventName] = {
    e.Submit: ConsultEventName.SUBMIT,
    e.Offer: ConsultEventName.OFFER,
    e.Escalate: ConsultEventName.ESCALATE,
    e.Accept: ConsultEventName.ACCEPT,
    e.Decline: ConsultEventName.DECLINE,
    e.AskBack: ConsultEventName.ASK_BACK,
    e.AnswerBack: ConsultEventName.ANSWER_BACK,
    e.Route: ConsultEventName.ROUTE,
    e.Ring: ConsultEventName.RING,
    e.Propose: ConsultEventName.PROPOSE,
    e.Schedule: ConsultEventName.SCHEDULE,
    e.NoShow: ConsultEventName.NO_SHOW,
    e.StartSession: ConsultEventName.START_SESSION,
    e.Interrupt: ConsultEventName.INTERRUPT,
    e.Resume: ConsultEventName.RESUME,
    e.Finish: ConsultEventName.FINISH,
    e.Sign: ConsultEventName.SIGN,
    e.Correct: ConsultEventName.CORRECT,
    e.Acknowledge: ConsultEventName.ACKNOWLEDGE,
    e.Cancel: ConsultEventName.CANCEL,
    e.Close: ConsultEventName.CLOSE,
}

# A meeting makes sense from the acceptance until the report is owed.
MEETING_STATES = frozenset({S.ACCEPTED, S.SCHEDULED, S.IN_SESSION, S.INTERRUPTED})
WRITING_STATES = frozenset(
    {S.ACCEPTED, S.SCHEDULED, S.NO_SHOW, S.ANSWERING, S.IN_SESSION, S.INTERRUPTED, S.AWAITING_REPORT}
    | {S.REPORTED, S.ACKNOWLEDGED}
)
FINAL_STATES = frozenset({S.CLOSED, S.CANCELLED})
# Nobody answers it any more; a declined one waits for the requester to ask elsewhere.
UNANSWERED_STATES = FINAL_STATES | {S.DECLINED}


class NotAllowedNow(Exception):  # noqa: N818 - it is no accident, the table has no such cell
    """The state knows no such event."""


class NobodyToRing(Exception):  # noqa: N818 - an answer, not an accident
    """No rung of the ladder has anybody: nobody could answer."""


def step(  # noqa: C901 - one branch an event
    situation: Situation, event: Event, now: datetime
) -> tuple[Situation, tuple[Effect, ...]]:
    """Apply an event.

    Raises:
        NotAllowedNow: the table has no cell for it.
        NobodyToRing: a submission, or another department, that nobody could answer.
    """
    cell = TRANSITIONS.get((situation.state, type(event)))
    if cell is None:
        raise NotAllowedNow
    match event:
        case e.Submit():
            if not situation.staffed:
                raise NobodyToRing
            breach = StartTimer(TimerKind.BREACH, now + LIMITS[situation.urgency].breach)
            return replace(situation, state=cell.to, submitted_at=now), (breach,)
        case e.Route():
            return _route(situation, cell, now)
        case e.Ring(person):
            return replace(situation, ringing=situation.ringing | {person}), (RingPerson(person),)
        case e.Offer() | e.Escalate():
            return _climb(replace(situation, state=cell.to), now)
        case e.Decline(by):
            rest = replace(situation, ringing=situation.ringing - {by})
            if rest.ringing:
                return rest, ()
            if next_rung(rest.urgency, rest.rung, rest.staffed) is None and cell.or_to is not None:
                return _end(replace(rest, state=cell.or_to), refused=True)
            return _climb(rest, now)
        case e.Accept():
            return _accept(situation, cell, now)
        case e.AskBack():
            return replace(situation, state=cell.to), (StopTimers((TimerKind.ESCALATE,)),)
        case e.AnswerBack():
            return replace(situation, state=cell.to), _wait_for_next(situation, now)
        case e.Finish():
            due = StartTimer(TimerKind.REPORT_DUE, now + LIMITS[situation.urgency].report)
            return replace(situation, state=cell.to), (due,)
        case e.Sign() | e.Correct():
            due = StartTimer(TimerKind.ACKNOWLEDGE_DUE, now + LIMITS[situation.urgency].acknowledge)
            return replace(situation, state=cell.to), (StopTimers((TimerKind.REPORT_DUE,)), due)
        case e.Acknowledge():
            return replace(situation, state=cell.to), (StopTimers((TimerKind.ACKNOWLEDGE_DUE,)),)
        case e.Cancel():
            return _end(replace(situation, state=cell.to), refused=True)
        case e.Close():
            return _end(replace(situation, state=cell.to), refused=False)
        case e.Schedule(at):
            return replace(situation, state=cell.to), (StartTimer(TimerKind.MEETING, at),)
        case e.NoShow() | e.StartSession():
            return replace(situation, state=cell.to), (StopTimers((TimerKind.MEETING,)),)
        case e.Propose() | e.Interrupt() | e.Resume():
            return replace(situation, state=cell.to), ()


def _climb(situation: Situation, now: datetime) -> tuple[Situation, tuple[Effect, ...]]:
    rung = next_rung(situation.urgency, situation.rung, situation.staffed)
    if rung is None:
        return situation, ()
    risen = replace(situation, rung=rung.number)
    return risen, (RingTier(rung), *_wait_for_next(risen, now))


def _route(situation: Situation, cell: Transition, now: datetime) -> tuple[Situation, tuple[Effect, ...]]:
    """Begin the ladder anew. Whoever still waits for a first answer keeps the time that was promised."""
    if not situation.staffed:
        raise NobodyToRing
    still_waits = situation.state in (S.OFFERED, S.INFO_NEEDED)
    breach = StartTimer(TimerKind.BREACH, now + LIMITS[situation.urgency].breach)
    anew = replace(situation, state=cell.to, rung=0, ringing=frozenset(), submitted_at=now)
    risen, effects = _climb(anew, now)
    stop = StopTimers((TimerKind.REPORT_DUE, TimerKind.MEETING))
    leaving = () if still_waits else (ReleaseSpecialist(), breach)
    return risen, (CloseOffers(), stop, *leaving, *effects)


def _wait_for_next(situation: Situation, now: datetime) -> tuple[Effect, ...]:
    above = next_rung(situation.urgency, situation.rung, situation.staffed)
    if above is None or situation.submitted_at is None:
        return (StopTimers((TimerKind.ESCALATE,)),)
    return (StartTimer(TimerKind.ESCALATE, max(now, due_at(above, situation.submitted_at, situation.zone))),)


def _accept(situation: Situation, cell: Transition, now: datetime) -> tuple[Situation, tuple[Effect, ...]]:
    stop = StopTimers((TimerKind.ESCALATE, TimerKind.BREACH))
    taken = replace(situation, ringing=frozenset())
    if situation.mode is Mode.STORE_AND_FORWARD and cell.or_to is not None:
        due = StartTimer(TimerKind.REPORT_DUE, now + LIMITS[situation.urgency].report)
        return replace(taken, state=cell.or_to), (CloseOffers(), stop, due)
    return replace(taken, state=cell.to), (CloseOffers(), stop)


def _end(situation: Situation, *, refused: bool) -> tuple[Situation, tuple[Effect, ...]]:
    ended = replace(situation, ringing=frozenset())
    return ended, (CloseOffers(), StopTimers(tuple(TimerKind)), EndAccess(refused))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionRow:
    """One cell as it is served."""

    from_state: ConsultState
    event: ConsultEventName
    to: tuple[ConsultState, ...]
    by: tuple[ConsultParty, ...]


def transition_rows() -> Iterator[TransitionRow]:
    """Walk the table as it is served to the browser and drawn in the documentation."""
    for (state, event), cell in TRANSITIONS.items():
        leads_to = (cell.to,) if cell.or_to is None else (cell.to, cell.or_to)
        yield TransitionRow(from_state=state, event=NAMES[event], to=leads_to, by=cell.by)


def available_events(state: ConsultState, parties: frozenset[ConsultParty]) -> list[ConsultEventName]:
    """What somebody who is these parties may do in this state."""
    return [row.event for row in transition_rows() if row.from_state is state and parties & set(row.by)]
