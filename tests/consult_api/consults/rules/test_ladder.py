"""Deadlines and working hours."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.consults.rules.ladder import LADDERS, LIMITS, Tier, add_working_time, due_at, next_rung
from consult_api.consults.rules.states import Urgency

COUNTY = timezone(timedelta(hours=8))


def county(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COUNTY)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T09:00", 4, "2026-03-02T13:00"),  # a Monday
        ("2026-03-02T15:00", 4, "2026-03-03T10:00"),
        ("2026-03-02T06:30", 4, "2026-03-02T12:00"),
        ("2026-03-06T16:00", 4, "2026-03-09T11:00"),  # over the weekend
        ("2026-03-07T11:00", 4, "2026-03-09T12:00"),  # begun on a Saturday
        ("2026-03-02T13:00", 4, "2026-03-02T17:00"),
    ],
)
def test_working_time_passes_on_weekdays_from_eight_to_five(start: str, hours: int, end: str) -> None:
    assert add_working_time(county(start), timedelta(hours=hours), COUNTY) == county(end)


@given(
    st.integers(0, 365 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(0, 60 * 9),
    st.integers(0, 60 * 9),
)
def test_working_time_adds_up(start: datetime, first: int, second: int) -> None:
    in_one_go = add_working_time(start, timedelta(minutes=first + second), COUNTY)
    halfway = add_working_time(start, timedelta(minutes=first), COUNTY)
    assert add_working_time(halfway, timedelta(minutes=second), COUNTY) == in_one_go


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_ladder_ends_at_the_director_and_climbs_in_time_before_the_breach(urgency: Urgency) -> None:
    ladder = LADDERS[urgency]
    assert [rung.number for rung in ladder] == list(range(1, len(ladder) + 1))
    assert ladder[-1].tier is Tier.DIRECTOR
    assert [rung.after for rung in ladder] == sorted(rung.after for rung in ladder)
    assert ladder[-1].after < LIMITS[urgency].breach


def test_rungs_without_anybody_are_stepped_over() -> None:
    rung = next_rung(Urgency.EMERGENT, 1, {1, 4})
    assert rung is not None
    assert rung.tier is Tier.DIRECTOR
    assert next_rung(Urgency.EMERGENT, 4, {1, 4}) is None


def test_a_routine_question_reaches_the_director_after_four_working_hours() -> None:
    assert due_at(LADDERS[Urgency.ROUTINE][1], county("2026-03-06T15:00"), COUNTY) == county(
        "2026-03-09T10:00"
    )
