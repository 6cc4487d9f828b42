"""The referral's tables: every pair of state and event both ways, and random journeys of a patient."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from consult_api.referrals.rules.machine import (
    NoDestination,
    NotAllowedNow,
    Situation,
    available_events,
    step,
)
from consult_api.referrals.rules.states import (
    FINAL_STATES,
    OPEN_STATES,
    Direction,
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
from consult_api.referrals.rules.transitions import TABLES, transition_rows

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
# What clinical.md says, written out once more by hand. Exceptions stand below.
PATHS = {
    Direction.UP: {
        "draft": {"submit": "submitted"},
        "submitted": {"accept": "accepted", "decline": "declined", "redirect": "redirected"},
        "redirected": {"accept": "accepted", "decline": "declined", "redirect": "redirected"},
        "accepted": {
            "arrange_transport": "transport_arranged",
            "depart": "in_transit",
            "arrive": "arrived",
            "rebook": "accepted",
        },
        "transport_arranged": {
            "arrange_transport": "transport_arranged",
            "depart": "in_transit",
            "arrive": "arrived",
            "update_eta": "transport_arranged",
            "rebook": "transport_arranged",
        },
        "in_transit": {"arrive": "arrived", "update_eta": "in_transit", "rebook": "in_transit"},
        "arrived": {"admit": "admitted", "see": "seen"},
        "seen": {
            "admit": "admitted",
            "propose_down": "down_proposed",
            "discharge": "returned",
            "return": "returned",
        },
        "admitted": {"propose_down": "down_proposed", "discharge": "returned", "return": "returned"},
        "down_proposed": {
            "accept_down": "down_accepted",
            "decline_down": "admitted",
            "withdraw_down": "admitted",
            "discharge": "returned",
            "return": "returned",
        },
        "down_accepted": {
            "return": "returned",
            "discharge": "down_accepted",
            "withdraw_down": "admitted",
            "no_show": "no_show",
        },
        "returned": {"start_follow_up": "follow_up"},
        "follow_up": {"close": "closed"},
    },
    Direction.DOWN: {
        "draft": {"submit": "down_proposed"},
        "down_proposed": {
            "accept_down": "down_accepted",
            "decline_down": "declined",
            "redirect": "down_proposed",
            "discharge": "returned",
        },
        "down_accepted": {"return": "returned", "discharge": "down_accepted", "no_show": "no_show"},
        "returned": {"start_follow_up": "follow_up"},
        "follow_up": {"close": "closed"},
    },
}
EVER_OPEN = " ".join(sorted(OPEN_STATES))
DOWN_OPEN = "down_proposed down_accepted returned follow_up"
EXCEPTIONS = {
    Direction.UP: {
        "cancel": ("cancelled", "draft submitted redirected accepted transport_arranged in_transit"),
        "supersede": ("superseded", "submitted redirected accepted transport_arranged returned follow_up"),
        "no_show": ("no_show", "accepted transport_arranged in_transit"),
        "go_external": ("external", EVER_OPEN),
        "record_death": ("deceased", EVER_OPEN),
    },
    Direction.DOWN: {
        "cancel": ("cancelled", "draft down_proposed down_accepted"),
        "supersede": ("superseded", "down_proposed down_accepted"),
        "go_external": ("external", DOWN_OPEN),
        "record_death": ("deceased", DOWN_OPEN),
    },
}
# Whose step it is on the way up; on the way down the sides have changed their places.
HOSPITALS_STEPS = {
    *("accept", "decline", "rebook", "arrive", "admit", "see"),
    *("propose_down", "withdraw_down", "discharge"),
}
EITHERS_STEPS = {"redirect", "go_external", "record_death"}
HOSPITAL = frozenset({ReferralParty.DESTINATION})
TOWNSHIP = frozenset({ReferralParty.ORIGIN})


def situation(state: ReferralState, **more: object) -> Situation:
    values: dict[str, object] = {
        "direction": Direction.UP,
        "state": state,
        "priority": Priority.URGENT,
        "expected_at": LATER,
        "slot_at": None,
        "bed_held": True,
        "admitted": True,
        "discharged": False,
    }
    return Situation(**(values | more))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("direction", "state"), list(product(Direction, ReferralState)))
def test_a_pair_of_state_and_event_does_what_the_design_says_or_is_refused(
    direction: Direction, state: ReferralState
) -> None:
    at = situation(state, direction=direction)
    for event in ReferralEvent:
        to, states = EXCEPTIONS[direction].get(event.value, ("", ""))
        expected = PATHS[direction].get(state.value, {}).get(event.value) or (
            to if state.value in states.split() else None
        )
        if expected is None:
            with pytest.raises(NotAllowedNow):
                step(at, event, NOW)
        else:
            assert step(at, event, NOW)[0].value == expected


def test_each_side_takes_its_own_steps_on_the_way_up() -> None:
    for row in transition_rows(Direction.UP):
        if row.event in EITHERS_STEPS:
            assert set(row.by) == {ReferralParty.ORIGIN, ReferralParty.DESTINATION}
        elif row.event == "no_show":
            gone = row.from_state is ReferralState.DOWN_ACCEPTED
            assert row.by == ((ReferralParty.ORIGIN,) if gone else (ReferralParty.DESTINATION,))
        else:
            own = ReferralParty.DESTINATION if row.event in HOSPITALS_STEPS else ReferralParty.ORIGIN
            assert row.by == (own,)


@pytest.mark.parametrize("state", [ReferralState.ACCEPTED, ReferralState.TRANSPORT_ARRANGED])
def test_nobody_departs_to_nowhere(state: ReferralState) -> None:
    with pytest.raises(NoDestination):
        step(situation(state, bed_held=False), ReferralEvent.DEPART, NOW)
    assert step(situation(state, bed_held=False, slot_at=LATER), ReferralEvent.DEPART, NOW)
    assert step(situation(state, bed_held=False), ReferralEvent.REBOOK, NOW)[0] is state


@pytest.mark.parametrize(
    ("priority", "within"),
    [
        (Priority.GREEN, timedelta(minutes=5)),
        (Priority.URGENT, timedelta(minutes=30)),
        (Priority.ELECTIVE, timedelta(hours=24)),
    ],
)
def test_an_answer_is_due_according_to_the_priority(priority: Priority, within: timedelta) -> None:
    _, effects = step(situation(ReferralState.DRAFT, priority=priority), ReferralEvent.SUBMIT, NOW)
    assert effects == (OpenAccess(), StartTimer(ReferralTimer.RESPOND, NOW + within))


def test_the_township_has_a_day_to_take_a_patient_back() -> None:
    day = StartTimer(ReferralTimer.RESPOND, NOW + timedelta(hours=24))
    assert day in step(situation(ReferralState.ADMITTED), ReferralEvent.PROPOSE_DOWN, NOW)[1]
    down = situation(ReferralState.DRAFT, direction=Direction.DOWN, priority=Priority.GREEN)
    assert day in step(down, ReferralEvent.SUBMIT, NOW)[1]


def test_a_bed_is_held_until_two_hours_after_the_expected_arrival() -> None:
    hold = HoldBed(LATER + timedelta(hours=2))
    _, effects = step(situation(ReferralState.SUBMITTED), ReferralEvent.ACCEPT, NOW)
    assert hold in effects
    for event in (ReferralEvent.ARRANGE_TRANSPORT, ReferralEvent.UPDATE_ETA):
        _, effects = step(situation(ReferralState.TRANSPORT_ARRANGED), event, NOW)
        assert hold in effects
        assert StartTimer(ReferralTimer.OVERDUE, LATER + timedelta(minutes=30)) in effects
    _, effects = step(situation(ReferralState.IN_TRANSIT), ReferralEvent.ARRIVE, LATER)
    assert hold in effects


def test_an_arrival_announced_for_the_past_is_due_now() -> None:
    late = situation(ReferralState.SUBMITTED, expected_at=NOW - timedelta(days=1))
    assert HoldBed(NOW + timedelta(hours=2)) in step(late, ReferralEvent.ACCEPT, NOW)[1]


@pytest.mark.parametrize("event", [ReferralEvent.DECLINE_DOWN, ReferralEvent.WITHDRAW_DOWN])
def test_whoever_was_only_seen_goes_back_to_being_seen(event: ReferralEvent) -> None:
    at = situation(ReferralState.DOWN_PROPOSED, admitted=False)
    assert step(at, event, NOW)[0] is ReferralState.SEEN


def test_a_patient_leaves_the_hospital_once() -> None:
    left = situation(ReferralState.DOWN_ACCEPTED, discharged=True)
    for event in (ReferralEvent.DISCHARGE, ReferralEvent.WITHDRAW_DOWN):
        assert event not in available_events(left, HOSPITAL)
        with pytest.raises(NotAllowedNow):
            step(left, event, NOW)
    assert ReferralEvent.RETURN in available_events(left, TOWNSHIP)


class PatientJourney(RuleBasedStateMachine):
    """Random steps of both sides."""

    @initialize(priority=st.sampled_from(Priority), direction=st.sampled_from(Direction))
    def begin(self, priority: Priority, direction: Direction) -> None:
        self.at = situation(
            ReferralState.DRAFT,
            priority=priority,
            direction=direction,
            expected_at=None,
            bed_held=False,
            admitted=False,
        )
        self.running: set[ReferralTimer] = set()
        self.hospital_sees = self.bed_used = False

    @rule(event=st.sampled_from(ReferralEvent), eta=st.none() | st.just(LATER))
    def somebody_acts(self, event: ReferralEvent, eta: datetime | None) -> None:
        if eta and event in (ReferralEvent.ACCEPT, ReferralEvent.ARRANGE_TRANSPORT, ReferralEvent.DEPART):
            self.at = replace(self.at, expected_at=eta)
        try:
            state, effects = step(self.at, event, NOW)
        except NotAllowedNow:
            assert event not in available_events(self.at, frozenset(ReferralParty))
            return
        except NoDestination:
            return
        admitted = self.at.admitted or event is ReferralEvent.ADMIT
        discharged = self.at.discharged or event in (ReferralEvent.DISCHARGE, ReferralEvent.RETURN)
        self.at = replace(self.at, state=state, admitted=admitted, discharged=discharged)
        for effect in effects:
            match effect:
                case StartTimer(kind, _):
                    self.running.add(kind)
                case StopTimers(kinds):
                    self.running -= set(kinds)
                case HoldBed():
                    self.at = replace(self.at, bed_held=True)
                case UseBed():
                    self.at = replace(self.at, bed_held=False)
                    self.bed_used = True
                case ReleaseBed():
                    self.at = replace(self.at, bed_held=False)
                    self.bed_used = False
                case OpenAccess():
                    self.hospital_sees = True
                case EndAccess():
                    self.hospital_sees = False

    @rule()
    def the_hold_runs_out(self) -> None:
        self.at = replace(self.at, bed_held=False)

    @invariant()
    def what_is_over_leaves_nothing_behind(self) -> None:
        if self.at.state in FINAL_STATES:
            left_behind = (self.running, self.at.bed_held, self.bed_used, self.hospital_sees)
            assert left_behind == (set(), False, False, False)

    @invariant()
    def what_is_open_can_go_on(self) -> None:
        if self.at.state not in FINAL_STATES:
            assert available_events(self.at, TOWNSHIP | HOSPITAL)

    @invariant()
    def whoever_has_gone_needs_no_bed(self) -> None:
        assert not (self.at.discharged and self.bed_used)


TestPatientJourney = PatientJourney.TestCase


def end_reached_from(direction: Direction, parties: frozenset[ReferralParty]) -> set[ReferralState]:
    """The states from which these parties alone can bring a referral to its end."""
    reached = set(FINAL_STATES)
    while True:
        more = {
            row.from_state
            for row in transition_rows(direction)
            if row.to in reached and parties & set(row.by) and row.from_state not in reached
        }
        if not more:
            return reached
        reached |= more


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("party", ReferralParty)
def test_neither_side_can_be_kept_waiting_for_ever_by_the_other(
    direction: Direction, party: ReferralParty
) -> None:
    stuck = {state for state, _ in TABLES[direction]} - end_reached_from(direction, frozenset({party}))
    assert stuck <= {ReferralState.DRAFT}
