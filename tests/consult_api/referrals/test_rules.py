"""The referral's transition table: every pair of state and event, and random journeys of a patient."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from consult_api.referrals.rules import (
    FINAL_STATES,
    OPEN_STATES,
    TRANSITIONS,
    EndAccess,
    HoldBed,
    NoDestination,
    NotAllowedNow,
    OpenAccess,
    Priority,
    ReferralEvent,
    ReferralParty,
    ReferralState,
    ReferralTimer,
    ReleaseBed,
    Situation,
    StartTimer,
    StopTimers,
    UseBed,
    step,
    transition_rows,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
# What clinical.md says, written out once more by hand. Exceptions stand below.
PATH = {
    "draft": {"submit": "submitted"},
    "submitted": {"accept": "accepted", "decline": "declined", "redirect": "redirected"},
    "redirected": {"accept": "accepted", "decline": "declined", "redirect": "redirected"},
    "accepted": {"arrange_transport": "transport_arranged", "depart": "in_transit"},
    "transport_arranged": {"depart": "in_transit"},
    "in_transit": {"arrive": "arrived"},
    "arrived": {"admit": "admitted", "see": "seen"},
    "seen": {"admit": "admitted", "propose_down": "down_proposed"},
    "admitted": {"propose_down": "down_proposed"},
    "down_proposed": {"accept_down": "down_accepted"},
    "down_accepted": {"return": "returned"},
    "returned": {"start_follow_up": "follow_up"},
    "follow_up": {"close": "closed"},
}
EXCEPTIONS = {
    "cancel": ("cancelled", "draft submitted redirected accepted transport_arranged"),
    "supersede": ("superseded", "submitted redirected accepted transport_arranged"),
    "no_show": ("no_show", "accepted transport_arranged in_transit"),
    "go_external": ("external", "accepted transport_arranged in_transit arrived admitted seen"),
    "record_death": ("deceased", " ".join(sorted(OPEN_STATES))),
}


def situation(state: ReferralState, **more: object) -> Situation:
    values: dict[str, object] = {
        "state": state,
        "priority": Priority.URGENT,
        "expected_at": LATER,
        "slot_at": None,
        "bed_held": True,
    }
    return Situation(**(values | more))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("state", "event"), list(product(ReferralState, ReferralEvent)))
def test_a_pair_of_state_and_event_does_what_the_design_says_or_is_refused(
    state: ReferralState, event: ReferralEvent
) -> None:
    to, states = EXCEPTIONS.get(event.value, ("", ""))
    expected = PATH.get(state.value, {}).get(event.value) or (to if state.value in states.split() else None)
    if expected is None:
        with pytest.raises(NotAllowedNow):
            step(situation(state), event, NOW)
    else:
        assert step(situation(state), event, NOW)[0].value == expected


def test_each_side_takes_its_own_steps() -> None:
    for row in transition_rows():
        own = (
            ReferralParty.DESTINATION
            if row.event
            in (*("accept", "decline", "redirect", "arrive", "admit", "see", "propose_down", "no_show"),)
            else ReferralParty.ORIGIN
        )
        assert own in row.by
        assert len(row.by) == 1 or row.event in ("go_external", "record_death")


@pytest.mark.parametrize("state", [ReferralState.ACCEPTED, ReferralState.TRANSPORT_ARRANGED])
def test_nobody_departs_to_nowhere(state: ReferralState) -> None:
    with pytest.raises(NoDestination):
        step(situation(state, bed_held=False), ReferralEvent.DEPART, NOW)
    assert step(situation(state, bed_held=False, slot_at=LATER), ReferralEvent.DEPART, NOW)


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


def test_a_bed_is_held_until_two_hours_after_the_expected_arrival() -> None:
    _, effects = step(situation(ReferralState.SUBMITTED), ReferralEvent.ACCEPT, NOW)
    assert HoldBed(LATER + timedelta(hours=2)) in effects
    _, effects = step(situation(ReferralState.ACCEPTED), ReferralEvent.ARRANGE_TRANSPORT, NOW)
    assert StartTimer(ReferralTimer.OVERDUE, LATER + timedelta(minutes=30)) in effects
    assert HoldBed(LATER + timedelta(hours=2)) in effects


class PatientJourney(RuleBasedStateMachine):
    """Random steps of both sides."""

    @initialize(priority=st.sampled_from(Priority))
    def begin(self, priority: Priority) -> None:
        self.at = situation(ReferralState.DRAFT, priority=priority, expected_at=None, bed_held=False)
        self.running: set[ReferralTimer] = set()
        self.hospital_sees = False

    @rule(event=st.sampled_from(ReferralEvent), eta=st.none() | st.just(LATER))
    def somebody_acts(self, event: ReferralEvent, eta: datetime | None) -> None:
        if event in (ReferralEvent.ACCEPT, ReferralEvent.ARRANGE_TRANSPORT, ReferralEvent.DEPART) and eta:
            self.at = replace(self.at, expected_at=eta)
        try:
            state, effects = step(self.at, event, NOW)
        except NotAllowedNow:
            assert (self.at.state, event) not in TRANSITIONS
            return
        except NoDestination:
            return
        self.at = replace(self.at, state=state)
        for effect in effects:
            match effect:
                case StartTimer(kind, _):
                    self.running.add(kind)
                case StopTimers(kinds):
                    self.running -= set(kinds)
                case HoldBed():
                    self.at = replace(self.at, bed_held=True)
                case UseBed() | ReleaseBed():
                    self.at = replace(self.at, bed_held=False)
                case OpenAccess():
                    self.hospital_sees = True
                case EndAccess():
                    self.hospital_sees = False

    @invariant()
    def what_is_over_leaves_nothing_behind(self) -> None:
        if self.at.state in FINAL_STATES:
            assert (self.running, self.at.bed_held, self.hospital_sees) == (set(), False, False)

    @invariant()
    def what_is_open_can_go_on(self) -> None:
        if self.at.state not in FINAL_STATES:
            assert any(row.from_state is self.at.state for row in transition_rows())

    @invariant()
    def nobody_travels_without_a_bed(self) -> None:
        if self.at.state in (ReferralState.IN_TRANSIT, ReferralState.ARRIVED):
            assert self.at.bed_held


TestPatientJourney = PatientJourney.TestCase
