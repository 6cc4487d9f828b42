from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from consult_api.oversight.rules.break_glass import review_due

CHINA = timezone(timedelta(hours=8))
moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_what_happens_before_midnight_is_judged_the_next_evening() -> None:
    late = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # 23:59 in China
    assert review_due(late, CHINA) == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert review_due(late + timedelta(minutes=1), CHINA) == datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@given(moments)
def test_the_review_is_due_at_six_in_the_evening_of_the_following_day(opened_at: datetime) -> None:
    due = review_due(opened_at, CHINA).astimezone(CHINA)
    assert (due.hour, due.minute) == (18, 0)
    assert (due.date() - opened_at.astimezone(CHINA).date()).days == 1
