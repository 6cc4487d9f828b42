"""How much one client may send."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.rate import TokenBucket


def test_burst_goes_through_and_then_only_the_rate() -> None:
    bucket = TokenBucket.full(2.0, 3.0, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.5)] == [True, False]


def test_idle_time_saves_no_more_than_the_burst() -> None:
    bucket = TokenBucket.full(2.0, 3.0, 0.0)
    assert sum(bucket.take(1000.0) for _ in range(10)) == 3


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_burst_and_rate_allow(gaps_s: list[float]) -> None:
    bucket, now_s, passed = TokenBucket.full(5.0, 10.0, 0.0), 0.0, 0
    for gap_s in gaps_s:
        now_s += gap_s
        passed += bucket.take(now_s)
        assert passed <= 10.0 + 5.0 * now_s + 1e-6
