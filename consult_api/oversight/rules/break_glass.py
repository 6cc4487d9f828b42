"""Broken glass: seeing a patient in an emergency without taking part, for a while, and judged the next day."""

from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

LASTS = timedelta(hours=4)
_REVIEW_BY = time(18)


class Verdict(StrEnum):
    """What the reviewer finds."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


def review_due(opened_at: datetime, zone: tzinfo) -> datetime:
    """Until when it has to be judged: 18:00 of the following day in `zone`."""
    next_day = opened_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, _REVIEW_BY, zone).astimezone(opened_at.tzinfo)
