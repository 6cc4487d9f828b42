"""Dates as the spans of time that they cover."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.health_record.fhir.instants import instant_of, instant_text, span

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2026", 365 * DAY),
        ("2024", 366 * DAY),
        ("2024-02", 29 * DAY),
        ("2026-12", 31 * DAY),
        ("2026-03-02", DAY),
        ("2026-03-02T08:00Z", timedelta(minutes=1)),
        ("2026-03-02T08:00:00Z", timedelta(seconds=1)),
        ("2026-03-02T08:00:00.123Z", timedelta(milliseconds=1)),
        ("2026-03-02T08:00:00.123456789+08:00", timedelta(microseconds=1)),
    ],
)
def test_the_coarser_a_date_the_more_it_covers(text: str, length: timedelta):
    covered = span(text)
    assert covered is not None
    assert instant_of(covered.high_us) - instant_of(covered.low_us) == length


def test_a_date_without_a_zone_is_the_countys_own_day():
    covered = span("2026-03-02")
    assert covered is not None
    assert instant_of(covered.low_us) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-13",
        "2026-02-30",
        "2026-3-2",
        "2026-03-02T25:00:00Z",
        "2026-03-02 08:00",
        "2026-03-02T08:00:00+25:00",
        "0000",
        "yesterday",
    ],
)
def test_what_is_no_date_is_told_apart(text: str):
    assert span(text) is None


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_an_instant_written_is_covered_by_itself(when: datetime):
    moment = when.replace(tzinfo=UTC)
    covered = span(instant_text(moment))
    assert covered is not None
    assert instant_of(covered.low_us) <= moment < instant_of(covered.high_us)
