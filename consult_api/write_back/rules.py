"""What the reason of a failed delivery means, and when the nightly reconciliation is due."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

Cause = Literal[
    "refused",
    "no_answer",
    "unavailable",
    "conflict",
    "changed_elsewhere",
    "lost",
    "invalid",
    "unmapped",
    "unreadable",
    "failed",
    "unknown_content",
]
_CAUSES: dict[str, Cause] = {
    "record/no-answer": "no_answer",
    "record/conflict": "conflict",
    "record/changed-elsewhere": "changed_elsewhere",
    "record/lost": "lost",
    "record/invalid": "invalid",
    "record/unmapped": "unmapped",
    "record/unreadable": "unreadable",
    "record/unknown-content": "unknown_content",
}
OVERWRITABLE = frozenset[Cause]({"changed_elsewhere", "lost"})
"""Causes that a human may answer with: write ours nevertheless."""

NIGHTLY_AT = time(2, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a delivery failed: the cause, the HTTP status where the record gave one, and codes and places."""

    cause: Cause
    status: int | None
    details: str


def read_reason(text: str) -> Reason:
    """Read a reason as the writer and the courier note it: `record/422 required Task.status`."""
    code, _, details = text.partition(" ")
    number = code.removeprefix("record/")
    if number.isascii() and number.isdecimal() and len(number) == 3:
        status = int(number)
        later = status >= 500 or status in (408, 425, 429)
        return Reason(cause="unavailable" if later else "refused", status=status, details=details)
    return Reason(cause=_CAUSES.get(code, "failed"), status=None, details=details)


def next_night(now: datetime, zone: tzinfo) -> datetime:
    """Return when the next nightly reconciliation is due: 02:30 in the county's time."""
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), NIGHTLY_AT, zone)
    return tonight if tonight > local else tonight + timedelta(days=1)
