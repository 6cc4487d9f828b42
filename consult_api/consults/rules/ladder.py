"""Deadlines, and the ladder an offer climbs until somebody takes it. Defaults of the county profile.

The last rung is always the department's director, so there is no dead end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from consult_api.consults.rules.states import Urgency

_MORNING = time(8)
_EVENING = time(17)
_FRIDAY = 4


class Tier(StrEnum):
    """Whom a rung of the ladder rings: the roster's first, second or third line, or the director."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    DIRECTOR = "director"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung: whom it rings, how long after the submission, and whether by telephone as well."""

    number: int
    tier: Tier
    after: timedelta
    in_working_hours: bool = False
    by_phone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long what may take."""

    breach: timedelta
    report: timedelta
    acknowledge: timedelta


LADDERS: Mapping[Urgency, tuple[Rung, ...]] = {
    Urgency.EMERGENT: (
        Rung(number=1, tier=Tier.FIRST, after=timedelta(0)),
        Rung(number=2, tier=Tier.SECOND, after=timedelta(seconds=60)),
        Rung(number=3, tier=Tier.THIRD, after=timedelta(seconds=120), by_phone=True),
        Rung(number=4, tier=Tier.DIRECTOR, after=timedelta(seconds=180), by_phone=True),
    ),
    Urgency.URGENT: (
        Rung(number=1, tier=Tier.FIRST, after=timedelta(0)),
        Rung(number=2, tier=Tier.SECOND, after=timedelta(minutes=15)),
        Rung(number=3, tier=Tier.DIRECTOR, after=timedelta(minutes=30)),
    ),
    Urgency.ROUTINE: (
        Rung(number=1, tier=Tier.FIRST, after=timedelta(0)),
        Rung(number=2, tier=Tier.DIRECTOR, after=timedelta(hours=4), in_working_hours=True),
    ),
}

LIMITS: Mapping[Urgency, Limits] = {
    Urgency.EMERGENT: Limits(
        breach=timedelta(minutes=10), report=timedelta(minutes=30), acknowledge=timedelta(minutes=30)
    ),
    Urgency.URGENT: Limits(
        breach=timedelta(hours=2), report=timedelta(hours=24), acknowledge=timedelta(hours=24)
    ),
    Urgency.ROUTINE: Limits(
        breach=timedelta(hours=24), report=timedelta(hours=24), acknowledge=timedelta(hours=24)
    ),
}


def add_working_time(start: datetime, working: timedelta, zone: tzinfo) -> datetime:
    """Return when that much working time has passed: Monday to Friday, 08:00 to 17:00 in `zone`."""
    local = start.astimezone(zone)
    left = working
    while True:
        opens = datetime.combine(local.date(), _MORNING, zone)
        closes = datetime.combine(local.date(), _EVENING, zone)
        if local.weekday() <= _FRIDAY and local <= closes:
            local = max(local, opens)
            if left <= closes - local:
                return (local + left).astimezone(start.tzinfo)
            left -= closes - local
        local = datetime.combine(local.date() + timedelta(days=1), time(0), zone)


def due_at(rung: Rung, submitted_at: datetime, zone: tzinfo) -> datetime:
    """When this rung is to be rung."""
    if rung.in_working_hours:
        return add_working_time(submitted_at, rung.after, zone)
    return submitted_at + rung.after


def next_rung(urgency: Urgency, current: int, staffed: Collection[int]) -> Rung | None:
    """The first rung above `current` that has somebody to ring, or None at the top.

    Args:
        urgency: which ladder.
        current: the rung reached so far; 0 before the first.
        staffed: the numbers of the rungs that have somebody who hasn't declined.
    """
    return next((rung for rung in LADDERS[urgency] if rung.number > current and rung.number in staffed), None)
