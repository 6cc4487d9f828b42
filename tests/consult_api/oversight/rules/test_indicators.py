"""Every indicator over invented cases: shares stay within 0 and 1, and each case is counted once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.consults.rules.states import ConsultState, Mode, Urgency, Verdict
from consult_api.oversight.rules.facts import (
    Case,
    CaseKind,
    ConsultFacts,
    DeliveryFacts,
    EpisodeFacts,
    HoldFacts,
    ReferralFacts,
)
from consult_api.oversight.rules.indicators import (
    BY_KEY,
    INDICATORS,
    Counts,
    Exclusion,
    Form,
    Measure,
    Takes,
    figure,
)
from consult_api.referrals.rules.states import Direction, Priority, ReferralState

SENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOW = SENT + timedelta(days=3)

moments = st.integers(0, 5 * 24 * 60).map(lambda minutes: SENT + timedelta(minutes=minutes))
maybe = st.none() | moments
SIDES: dict[str, Any] = {
    "id": st.uuids().map(str),
    "at": moments,
    "patient_id": st.just("p"),
    "asking_institution_id": st.just("stone"),
    "institution_id": st.just("hospital"),
    "department_id": st.just("heart"),
}
consults = st.builds(
    ConsultFacts,
    **SIDES,
    kind=st.just(CaseKind.CONSULT),
    urgency=st.sampled_from(Urgency),
    mode=st.sampled_from(Mode),
    state=st.sampled_from(ConsultState),
    accepted_at=maybe,
    started_at=maybe,
    finished_at=maybe,
    reported_at=maybe,
    acknowledged_at=maybe,
    cancelled_at=maybe,
    acknowledge_due_at=maybe,
    verdict=st.none() | st.sampled_from(Verdict),
)
referrals = st.builds(
    ReferralFacts,
    **SIDES,
    kind=st.just(CaseKind.REFERRAL),
    direction=st.sampled_from(Direction),
    priority=st.sampled_from(Priority),
    state=st.sampled_from(ReferralState),
    accepted_at=maybe,
    answered_at=maybe,
    arrived_at=maybe,
    admitted_at=maybe,
    discharged_at=maybe,
    returned_at=maybe,
    missed_at=maybe,
    down_accepted_at=maybe,
)
holds = st.builds(
    HoldFacts,
    **SIDES,
    kind=st.just(CaseKind.HOLD),
    status=st.sampled_from(["held", "used", "released", "expired"]),
    ended_at=maybe,
)
episodes = st.builds(EpisodeFacts, **SIDES, kind=st.just(CaseKind.EPISODE))
deliveries = st.builds(DeliveryFacts, **SIDES, kind=st.just(CaseKind.DELIVERY), delivered_at=maybe)
anything = st.lists(st.one_of(consults, referrals, holds, episodes, deliveries), max_size=25)


@given(anything)
def test_a_numerator_never_exceeds_its_denominator_and_a_case_counts_once(some: list[Case]) -> None:
    for indicator in INDICATORS:
        own = [case for case in some if case.kind is indicator.of]
        measures = [measure for case in own if (measure := indicator.measure(case, NOW)) is not None]
        found = figure(indicator.form, measures, indicator.percentile)
        assert len(measures) <= len(own)
        if indicator.form is Form.RELATION:
            assert found.numerator + found.denominator + sum(found.excluded.values()) == len(measures)
            continue
        assert found.denominator + sum(found.excluded.values()) == len(measures)
        assert 0 <= found.numerator <= found.denominator
        assert (found.value is None) == (found.denominator == 0)
        if indicator.form is Form.SHARE and found.value is not None:
            assert 0 <= found.value <= 1


@given(anything)
def test_no_indicator_is_about_cases_of_another_kind(some: list[Case]) -> None:
    shares = [indicator for indicator in INDICATORS if indicator.form is not Form.DURATION]
    for indicator in shares:
        others = [case for case in some if case.kind is not indicator.of]
        assert [indicator.measure(case, NOW) for case in others] == [None] * len(others)


@given(st.lists(st.floats(0, 10_000), min_size=1))
def test_a_median_lies_below_the_high_percentile_and_both_within_the_minutes(minutes: list[float]) -> None:
    found = figure(Form.DURATION, [Takes(each) for each in minutes])
    assert found.value is not None
    assert found.high is not None
    assert min(minutes) <= found.value <= max(minutes)
    assert found.high in minutes
    assert sum(each <= found.high for each in minutes) >= 0.9 * len(minutes)


def consult(**more: Any) -> ConsultFacts:
    nothing = dict.fromkeys(
        (
            *("accepted_at", "started_at", "finished_at", "reported_at", "acknowledged_at"),
            *("cancelled_at", "acknowledge_due_at", "verdict"),
        )
    )
    values: dict[str, Any] = nothing | {
        "kind": CaseKind.CONSULT,
        "id": "c",
        "at": SENT,
        "patient_id": "p",
        "asking_institution_id": "stone",
        "institution_id": "hospital",
        "department_id": "heart",
        "urgency": Urgency.EMERGENT,
        "mode": Mode.LIVE,
        "state": ConsultState.OFFERED,
        "escalated": False,
        "rang_director": False,
        "missed_appointment": False,
    }
    return ConsultFacts(**(values | more))


def after(minutes: float) -> datetime:
    return SENT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("case", "now", "expected"),
    [
        (consult(accepted_at=after(10)), after(99), Counts(1.0)),
        (consult(accepted_at=after(10.1)), after(99), Counts(0.0)),
        (consult(), after(9), Exclusion.STILL_OPEN),
        (consult(), after(10), Counts(0.0)),
        (consult(state=ConsultState.DECLINED), after(1), Counts(0.0)),
        (consult(state=ConsultState.CANCELLED, cancelled_at=after(5)), after(99), Exclusion.TAKEN_BACK),
        (consult(state=ConsultState.CANCELLED, cancelled_at=after(11)), after(99), Counts(0.0)),
        (consult(urgency=Urgency.URGENT, accepted_at=after(120)), after(999), Counts(1.0)),
    ],
)
def test_a_response_is_on_time_within_the_limit_of_its_urgency(
    case: ConsultFacts, now: datetime, expected: Measure
) -> None:
    assert BY_KEY["response_on_time"].measure(case, now) == expected


def test_adoption_counts_partly_as_half() -> None:
    verdicts = [Verdict.ADOPTED, Verdict.PARTLY, Verdict.NOT, None]
    measures = [BY_KEY["adoption"].measure(consult(verdict=verdict), NOW) for verdict in verdicts]
    found = figure(Form.SHARE, [measure for measure in measures if measure is not None])
    assert (found.numerator, found.denominator, found.value) == (1.5, 3, 0.5)


def test_a_loop_is_open_only_when_its_time_is_over() -> None:
    loop = BY_KEY["loop_closed"].measure
    reported = consult(reported_at=after(30), acknowledge_due_at=after(60))
    assert loop(consult(), NOW) is None
    assert loop(reported, after(59)) is Exclusion.STILL_OPEN
    assert loop(reported, after(60)) == Counts(0.0)
    assert loop(replace(reported, acknowledged_at=after(999)), NOW) == Counts(1.0)


def test_a_meeting_that_was_begun_and_not_ended_is_no_success() -> None:
    held = BY_KEY["session_held"].measure
    taken = consult(accepted_at=after(1), state=ConsultState.ACCEPTED)
    assert held(replace(taken, mode=Mode.STORE_AND_FORWARD), NOW) is None
    assert held(taken, NOW) is Exclusion.STILL_OPEN
    assert held(replace(taken, started_at=after(2), finished_at=after(9)), NOW) == Counts(1.0)
    assert held(replace(taken, missed_appointment=True), NOW) == Counts(0.0)
    assert held(replace(taken, cancelled_at=after(3)), NOW) is Exclusion.TAKEN_BACK
