"""Counting beds."""

from datetime import datetime, timedelta

STALE_AFTER = timedelta(minutes=30)


def open_beds(*, total: int, occupied: int, held: int) -> int:
    """How many beds are free to be held, never below 0: a count may lag behind what was promised."""
    return max(0, total - occupied - held)


def is_stale(as_of: datetime, now: datetime) -> bool:
    """Whether the count is too old to rely on."""
    return now - as_of > STALE_AFTER
