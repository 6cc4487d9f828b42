"""Weeks, and the hours that nobody covers."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from consult_api.directory.rules.rosters import DIRECTOR_TIER, Duty, gaps, monday_of, overlap, week_span

CHINA = timezone(timedelta(hours=8))
START, END = week_span(date(2026, 3, 2), CHINA)
HOUR = timedelta(hours=1)


def duty(tier: int, first: int, last: int) -> Duty:
    """A duty by the hours since the week began."""
    return Duty(tier=tier, starts_at=START + first * HOUR, ends_at=START + last * HOUR)


def test_a_week_begins_on_monday_at_the_countys_midnight() -> None:
    assert monday_of(date(2026, 3, 8)) == date(2026, 3, 2) == monday_of(date(2026, 3, 2))
    assert datetime(2026, 3, 2, tzinfo=CHINA) == START
    assert timedelta(days=7) == END - START


def test_an_empty_week_lacks_the_first_tier_and_the_director() -> None:
    assert gaps([], START, END) == [duty(1, 0, 168), duty(DIRECTOR_TIER, 0, 168)]


def test_a_tier_that_somebody_is_in_is_needed_all_week() -> None:
    duties = [duty(0, -5, 200), duty(1, 0, 168), duty(2, 8, 20)]
    assert gaps(duties, START, END) == [duty(2, 0, 8), duty(2, 20, 168)]


def test_shifts_that_meet_leave_no_gap_and_those_that_overlap_count_once() -> None:
    duties = [duty(0, 0, 168), duty(1, 12, 30), duty(1, 0, 12), duty(1, 20, 100), duty(1, 101, 168)]
    assert gaps(duties, START, END) == [duty(1, 100, 101)]


spans = st.tuples(st.integers(0, 3), st.integers(-50, 200), st.integers(1, 80)).map(
    lambda found: duty(found[0], found[1], found[1] + found[2])
)


@given(st.lists(spans, max_size=12))
def test_every_hour_of_a_needed_tier_is_either_covered_or_in_a_gap(duties: list[Duty]) -> None:
    found = gaps(duties, START, END)
    needed = {0, 1} | {each.tier for each in duties if overlap(each, START, END)}
    assert all(START <= gap.starts_at < gap.ends_at <= END for gap in found)
    for tier in range(4):
        for hour in range(168):
            at = duty(tier, hour, hour + 1)

            def has(spans: list[Duty], at: Duty = at) -> bool:
                return any(each.tier == at.tier and overlap(each, at.starts_at, at.ends_at) for each in spans)

            assert (has(duties) != has(found)) if tier in needed else not has(found)
