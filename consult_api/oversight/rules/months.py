"""Calendar months of the county."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

_FORM = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; written as `2026-03`."""

    year: int
    number: int

    def __str__(self) -> str:
        """Write it as ISO 8601 does."""
        return f"{self.year}-{self.number:02d}"

    def begins(self, zone: tzinfo) -> datetime:
        """Its first moment in `zone`."""
        return datetime(self.year, self.number, 1, tzinfo=zone)

    def later(self, months: int) -> "Month":
        """The month this many later; earlier when negative."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)


def month_of(at: datetime, zone: tzinfo) -> Month:
    """The month in which a moment lies in `zone`."""
    local = at.astimezone(zone)
    return Month(local.year, local.month)


def parse_month(text: str) -> Month | None:
    """Read `2026-03`; None for anything else."""
    found = _FORM.fullmatch(text)
    return Month(int(found[1]), int(found[2])) if found else None


def months_until(last: Month, count: int) -> list[Month]:
    """The `count` months that end with `last`, the earliest first."""
    return [last.later(back - count + 1) for back in range(count)]
