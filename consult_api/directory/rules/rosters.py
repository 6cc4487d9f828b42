"""Weeks of a roster, and the hours in which nobody would be rung.

A week begins on Monday at midnight of the county's time. Tier 1 is rung first, then 2 and 3; tier 0 is the director.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DIRECTOR_TIER = 0
TIERS = (1, 2, 3, DIRECTOR_TIER)
ALWAYS_NEEDED = frozenset({1, DIRECTOR_TIER})
WEEK = timedelta(days=7)
LONGEST_SHIFT = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Somebody is to be rung in a tier from `starts_at` until before `ends_at`."""

    tier: int
    starts_at: datetime
    ends_at: datetime


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_span(monday: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When the week of this Monday begins, and when the next one does."""
    begins = datetime.combine(monday, time(0), zone).astimezone(UTC)
    return begins, datetime.combine(monday + WEEK, time(0), zone).astimezone(UTC)


def overlap(one: Duty, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a duty and a span share any time."""
    return one.starts_at < ends_at and starts_at < one.ends_at


def gaps(duties: Sequence[Duty], starts_at: datetime, ends_at: datetime) -> list[Duty]:
    """The spans within [starts_at, ends_at) in which a tier has nobody, in the order of `TIERS`, then of time.

    The first tier and the director are always needed; the second and third once anybody is in them. A span
    that has no length has no gaps.
    """
    within = [duty for duty in duties if overlap(duty, starts_at, ends_at)]
    needed = ALWAYS_NEEDED | {duty.tier for duty in within}
    return [
        Duty(tier=tier, starts_at=low, ends_at=high)
        for tier in TIERS
        if tier in needed
        for low, high in _uncovered((duty for duty in within if duty.tier == tier), starts_at, ends_at)
    ]


def _uncovered(
    duties: Iterable[Duty], starts_at: datetime, ends_at: datetime
) -> Iterable[tuple[datetime, datetime]]:
    covered_until = starts_at
    for duty in sorted(duties, key=lambda duty: duty.starts_at):
        if duty.starts_at > covered_until:
            yield covered_until, duty.starts_at
        covered_until = max(covered_until, duty.ends_at)
    if covered_until < ends_at:
        yield covered_until, ends_at
