from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.oversight.rules.months import Month, month_of, months_until, parse_month

CHINA = timezone(timedelta(hours=8))
months = st.builds(Month, st.integers(2000, 2099), st.integers(1, 12))


@given(months, st.integers(-100, 100))
def test_going_there_and_back_leads_home(month: Month, far: int) -> None:
    assert month.later(far).later(-far) == month


@given(months)
def test_a_month_reads_as_it_is_written_and_begins_within_itself(month: Month) -> None:
    assert parse_month(str(month)) == month
    begin = month.begins(CHINA)
    assert month_of(begin, CHINA) == month
    assert month_of(begin - timedelta(seconds=1), CHINA) == month.later(-1)


def test_the_last_evening_of_a_month_in_greenwich_is_the_next_month_in_china() -> None:
    assert month_of(datetime(2026, 2, 28, 16, 0, tzinfo=UTC), CHINA) == Month(2026, 3)


def test_months_end_with_the_last() -> None:
    assert [str(month) for month in months_until(Month(2026, 2), 3)] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "", "2026-01-01", "1999-01"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert parse_month(text) is None
