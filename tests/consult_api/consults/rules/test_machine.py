"""The consult's transition table: every pair of state and event, and random lives of a consult."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from typing import get_args

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from consult_api.consults.rules import states as e
from consult_api.consults.rules.ladder import LADDERS
from consult_api.consults.rules.machine import (
    FINAL_STATES,
    NAMES,
    TRANSITIONS,
    CloseOffers,
    EndAccess,
    NobodyToRing,
    NotAllowedNow,
    ReleaseSpecialist,
    RingPerson,
    RingTier,
    Situation,
    StartTimer,
    StopTimers,
    TimerKind,
    available_events,
    step,
    transition_rows,
)
from consult_api.consults.rules.states import ConsultParty, ConsultState, Event, Mode, Side, Urgency, Verdict

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ZONE = timezone(timedelta(hours=8))
EVENTS: tuple[Event, ...] = (
    e.Submit(),
    e.Offer(),
    e.Escalate(),
    e.Accept(),
    e.Decline("x1"),
    e.AskBack(),
    e.AnswerBack(),
    e.Route(),
    e.Ring("x3"),
    e.Propose(),
    e.Schedule(NOW),
    e.NoShow(Side.REQUESTER),
    e.StartSession(),
    e.Interrupt(),
    e.Resume(),
    e.Finish(),
    e.Sign(),
    e.Correct(),
    e.Acknowledge(Verdict.ADOPTED),
    e.Cancel(),
    e.Close(),
)
# What clinical.md says, written out once more by hand: from, event, to.
DESIGN = {
    "draft": {"submit": "submitted", "cancel": "cancelled"},
    "submitted": {"offer": "offered"},
    "offered": {
        "accept": "accepted",
        "decline": "offered",
        "escalate": "offered",
        "ask_back": "info_needed",
        "route": "offered",
        "ring": "offered",
        "cancel": "cancelled",
    },
    "declined": {"route": "offered", "cancel": "cancelled"},
    "info_needed": {
        "answer_back": "offered",
        "accept": "accepted",
        "route": "offered",
        "ring": "info_needed",
        "cancel": "cancelled",
    },
    "accepted": {
        "propose": "accepted",
        "schedule": "scheduled",
        "start_session": "in_session",
        "route": "offered",
        "cancel": "cancelled",
    },
    "scheduled": {
        "propose": "scheduled",
        "route": "offered",
        "schedule": "scheduled",
        "no_show": "no_show",
        "start_session": "in_session",
        "cancel": "cancelled",
    },
    "no_show": {
        "propose": "no_show",
        "schedule": "scheduled",
        "route": "offered",
        "cancel": "cancelled",
    },
    "answering": {"sign": "reported", "route": "offered", "cancel": "cancelled"},
    "in_session": {"interrupt": "interrupted", "finish": "awaiting_report"},
    "interrupted": {"resume": "in_session", "finish": "awaiting_report"},
    "awaiting_report": {"sign": "reported", "route": "offered"},
    "reported": {"acknowledge": "acknowledged", "correct": "reported"},
    "acknowledged": {"correct": "reported", "close": "closed"},
}


def situation(state: ConsultState, **more: object) -> Situation:
    values: dict[str, object] = {
        "state": state,
        "mode": Mode.LIVE,
        "urgency": Urgency.EMERGENT,
        "rung": 1,
        "ringing": frozenset({"x1", "x2"}),
        "staffed": frozenset({1, 2, 4}),
        "submitted_at": NOW,
        "zone": ZONE,
    }
    return Situation(**(values | more))  # pyright: ignore[reportArgumentType]


def test_every_event_has_a_name_and_is_tried_here() -> None:
    assert set(get_args(Event)) == set(NAMES) == {type(event) for event in EVENTS}


@pytest.mark.parametrize(("state", "event"), list(product(ConsultState, EVENTS)))
def test_a_pair_of_state_and_event_does_what_the_design_says_or_is_refused(
    state: ConsultState, event: Event
) -> None:
    expected = DESIGN.get(state.value, {}).get(NAMES[type(event)].value)
    if expected is None:
        with pytest.raises(NotAllowedNow):
            step(situation(state), event, NOW)
    else:
        after, _ = step(situation(state), event, NOW)
        assert after.state.value == expected


def test_the_served_table_is_the_table() -> None:
    served = {(row.from_state.value, row.event.value): row.to[0].value for row in transition_rows()}
    assert served == {(state, event): to for state, row in DESIGN.items() for event, to in row.items()}


def test_nobody_may_act_in_a_final_state() -> None:
    assert [row for row in transition_rows() if row.from_state in FINAL_STATES] == []


@pytest.mark.parametrize("party", list(ConsultParty))
def test_the_offered_events_are_those_of_the_table(party: ConsultParty) -> None:
    for state in ConsultState:
        offered = available_events(state, frozenset({party}))
        allowed = {
            NAMES[event] for (at, event), cell in TRANSITIONS.items() if at is state and party in cell.by
        }
        assert set(offered) == allowed


def test_only_the_specialist_may_finish_and_sign() -> None:
    for row in transition_rows():
        if row.event in ("finish", "sign", "correct"):
            assert row.by == (ConsultParty.SPECIALIST,)


def test_a_written_answer_begins_with_the_acceptance() -> None:
    after, effects = step(situation(ConsultState.OFFERED, mode=Mode.STORE_AND_FORWARD), e.Accept(), NOW)
    assert after.state is ConsultState.ANSWERING
    assert StartTimer(TimerKind.REPORT_DUE, NOW + timedelta(minutes=30)) in effects


def test_a_submission_that_nobody_can_answer_is_refused() -> None:
    with pytest.raises(NobodyToRing):
        step(situation(ConsultState.DRAFT, staffed=frozenset[int]()), e.Submit(), NOW)


def test_an_emergent_offer_climbs_at_60_120_and_180_seconds() -> None:
    at = situation(ConsultState.SUBMITTED, rung=0, ringing=frozenset[str](), staffed=frozenset({1, 2, 3, 4}))
    event: Event = e.Offer()
    due: list[timedelta] = []
    tiers: list[str] = []
    while True:
        at, effects = step(at, event, NOW)
        tiers += [effect.rung.tier.value for effect in effects if isinstance(effect, RingTier)]
        started = [effect.due_at - NOW for effect in effects if isinstance(effect, StartTimer)]
        if not started:
            break
        due += started
        event = e.Escalate()
    assert due == [timedelta(seconds=60), timedelta(seconds=120), timedelta(seconds=180)]
    assert tiers == ["first", "second", "third", "director"]
    assert at.state is ConsultState.OFFERED


def test_a_decline_while_others_ring_changes_nothing_else() -> None:
    after, effects = step(situation(ConsultState.OFFERED), e.Decline("x1"), NOW)
    assert (after.state, after.ringing, effects) == (ConsultState.OFFERED, frozenset({"x2"}), ())


def test_the_last_decline_of_a_tier_rings_the_next_at_once() -> None:
    after, effects = step(situation(ConsultState.OFFERED, ringing=frozenset({"x1"})), e.Decline("x1"), NOW)
    assert after.state is ConsultState.OFFERED
    assert RingTier(LADDERS[Urgency.EMERGENT][1]) in effects


def test_when_the_top_of_the_ladder_declines_the_consult_is_declined() -> None:
    top = situation(ConsultState.OFFERED, rung=4, ringing=frozenset({"x1"}), staffed=frozenset({1, 4}))
    after, effects = step(top, e.Decline("x1"), NOW)
    assert after.state is ConsultState.DECLINED
    assert EndAccess(refused=True) in effects
    assert StopTimers(tuple(TimerKind)) in effects


def test_asking_back_stops_the_ladder_and_the_answer_starts_it_again() -> None:
    asked, effects = step(situation(ConsultState.OFFERED), e.AskBack(), NOW)
    assert effects == (StopTimers((TimerKind.ESCALATE,)),)
    late = NOW + timedelta(minutes=5)
    _, effects = step(asked, e.AnswerBack(), late)
    assert effects == (StartTimer(TimerKind.ESCALATE, late),)


def test_another_department_begins_its_own_ladder() -> None:
    late = NOW + timedelta(minutes=5)
    at = situation(ConsultState.OFFERED, rung=4, ringing=frozenset({"x4"}), staffed=frozenset({1, 2, 4}))
    after, effects = step(at, e.Route(), late)
    assert (after.state, after.rung) == (ConsultState.OFFERED, 1)
    assert StartTimer(TimerKind.ESCALATE, late + timedelta(seconds=60)) in effects
    assert not [one for one in effects if isinstance(one, StartTimer) and one.kind is TimerKind.BREACH]


def test_a_declined_consult_that_is_asked_elsewhere_gets_a_time_of_its_own() -> None:
    _, effects = step(situation(ConsultState.DECLINED, rung=4), e.Route(), NOW)
    assert StartTimer(TimerKind.BREACH, NOW + timedelta(minutes=10)) in effects


def test_a_department_without_anybody_is_not_asked() -> None:
    with pytest.raises(NobodyToRing):
        step(situation(ConsultState.OFFERED, staffed=frozenset[int]()), e.Route(), NOW)


class ConsultLife(RuleBasedStateMachine):
    """Random events, as people and clocks may send them in any order."""

    @initialize(urgency=st.sampled_from(Urgency), mode=st.sampled_from(Mode))
    def begin(self, urgency: Urgency, mode: Mode) -> None:
        staffed = frozenset(rung.number for rung in LADDERS[urgency])
        self.at = situation(
            ConsultState.DRAFT,
            urgency=urgency,
            mode=mode,
            rung=0,
            ringing=frozenset[str](),
            staffed=staffed,
            submitted_at=None,
        )
        self.now = NOW
        self.running: dict[TimerKind, datetime] = {}
        self.signed = 0

    @rule(event=st.sampled_from(EVENTS), seconds=st.integers(0, 4000))
    def something_happens(self, event: Event, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        before = self.at
        try:
            self.at, effects = step(self.at, event, self.now)
        except NotAllowedNow:
            assert (before.state, type(event)) not in TRANSITIONS
            return
        self.signed += isinstance(event, e.Sign)
        for effect in effects:
            match effect:
                case RingTier(rung):
                    ringing = self.at.ringing | {f"x{rung.number}"}
                    self.at = replace(self.at, ringing=ringing)
                case RingPerson(person):
                    assert person in self.at.ringing
                case StartTimer(kind, due_at):
                    assert due_at >= self.now or kind is not TimerKind.ESCALATE
                    self.running[kind] = due_at
                case StopTimers(kinds):
                    for kind in kinds:
                        self.running.pop(kind, None)
                case CloseOffers() | ReleaseSpecialist() | EndAccess():
                    pass

    @invariant()
    def no_dead_end(self) -> None:
        if self.at.state not in FINAL_STATES:
            assert any(row.from_state is self.at.state for row in transition_rows())

    @invariant()
    def nobody_is_rung_once_it_is_taken_or_over(self) -> None:
        if self.at.state not in (ConsultState.OFFERED, ConsultState.INFO_NEEDED):
            assert not self.at.ringing

    @invariant()
    def an_offer_always_rings_somebody_or_will(self) -> None:
        if self.at.state is ConsultState.OFFERED:
            assert self.at.ringing or TimerKind.ESCALATE in self.running

    @invariant()
    def only_a_waiting_consult_has_its_clocks_running(self) -> None:
        state = self.at.state
        if state in FINAL_STATES:
            assert not self.running
        assert (TimerKind.BREACH in self.running) == (
            state in (ConsultState.SUBMITTED, ConsultState.OFFERED, ConsultState.INFO_NEEDED)
        )
        assert (TimerKind.REPORT_DUE in self.running) == (
            state in (ConsultState.AWAITING_REPORT, ConsultState.ANSWERING)
        )

    @invariant()
    def it_is_signed_once(self) -> None:
        assert self.signed <= 1

    @invariant()
    def a_meeting_is_reminded_of_while_it_is_agreed(self) -> None:
        assert (TimerKind.MEETING in self.running) == (self.at.state is ConsultState.SCHEDULED)


TestConsultLife = ConsultLife.TestCase
