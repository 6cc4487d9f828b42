"""FHIR's dates as spans of time (FHIR R4 datatypes `date`, `dateTime`, `instant`, `Period`; search §3.1.1.4.7).

`2026-03` is the whole of March: a half-open span [low, high) in microseconds since 1970-01-01 UTC. A date without
a zone is the county's own day, China Standard Time, which knows no summer time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

COUNTY_ZONE = timezone(timedelta(hours=8))
BEGINNING_US = -(2**62)
END_US = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]+))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """[low_us, high_us) in microseconds since the epoch."""

    low_us: int
    high_us: int


def span(text: str) -> Span | None:
    """Return the time that a date, dateTime or instant covers, or None when it is none.

    A minute without seconds is accepted too: searches may have it (§3.1.1.4.7), resources may not.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    try:
        return _span(match)
    except (ValueError, OverflowError):
        return None


def _span(match: re.Match[str]) -> Span:
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    if match["month"] is None:
        return Span(_micros(datetime(year, 1, 1, tzinfo=COUNTY_ZONE)), _year_start(year + 1))
    if match["day"] is None:
        following = _year_start(year + 1) if month == 12 else _day_start(year, month + 1, 1)
        return Span(_day_start(year, month, 1), following)
    if match["hour"] is None:
        low = _day_start(year, month, day)
        return Span(low, low + 86_400_000_000)
    second = min(int(match["second"] or 0), 59)  # a leap second is kept in the minute it ends
    when = datetime(
        year, month, day, int(match["hour"]), int(match["minute"]), second, tzinfo=_zone(match["zone"])
    )
    low = _micros(when)
    if match["second"] is None:
        return Span(low, low + 60_000_000)
    if match["fraction"] is None:
        return Span(low, low + 1_000_000)
    digits = match["fraction"][:6]
    return Span(low + int(digits.ljust(6, "0")), low + int(digits.ljust(6, "0")) + 10 ** (6 - len(digits)))


def _zone(text: str | None) -> timezone:
    if text is None:
        return COUNTY_ZONE
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours > 14:
        raise ValueError("zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _year_start(year: int) -> int:
    return _day_start(year, 1, 1) if year <= 9999 else END_US


def _day_start(year: int, month: int, day: int) -> int:
    return _micros(datetime(year, month, day, tzinfo=COUNTY_ZONE))


def _micros(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(microseconds=1)


def instant_text(when: datetime) -> str:
    """Write an instant in UTC with milliseconds, as `meta.lastUpdated` and the mapping have it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_of(micros_since_epoch: int) -> datetime:
    """Return the time, at the edge of what a datetime can say where it is beyond."""
    try:
        return _EPOCH + timedelta(microseconds=micros_since_epoch)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=UTC) if micros_since_epoch < 0 else datetime(9999, 12, 31, tzinfo=UTC)
