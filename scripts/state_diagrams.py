"""Draws the clinical state machines from their tables: `.venv/bin/python scripts/state_diagrams.py > docs/states.md`.

A test compares the page with the tables, so that the picture can't lie.
"""

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from consult_api.consults.rules.invitations import transition_rows as invitation_rows
from consult_api.consults.rules.machine import transition_rows as consult_rows
from consult_api.referrals.rules.states import Direction
from consult_api.referrals.rules.transitions import transition_rows as referral_rows


class Row(Protocol):
    """One cell of a transition table."""

    @property
    def from_state(self) -> StrEnum:
        """Where it stands."""
        ...

    @property
    def event(self) -> StrEnum:
        """What happens."""
        ...

    @property
    def by(self) -> Sequence[StrEnum]:
        """Who may."""
        ...


def arrows(row: Row, to: StrEnum | Sequence[StrEnum]) -> Iterator[str]:
    """Yield the arrows of one cell, one for each state that it may lead to."""
    parties = ", ".join(row.by)
    for target in [to] if isinstance(to, StrEnum) else to:
        yield f"    {row.from_state} --> {target}: {row.event} ({parties})"


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# State machines"
    yield ""
    yield "Drawn by `scripts/state_diagrams.py` from the tables in `rules`; edit nothing here."
    yield "In brackets: who may do it."
    for name, begins, drawn in (
        ("A consult", "draft", [arrow for row in consult_rows() for arrow in arrows(row, row.to)]),
        (
            "An expert's invitation to a consult",
            "invited",
            [arrow for row in invitation_rows() for arrow in arrows(row, row.to)],
        ),
        (
            "A referral up, and its way back",
            "draft",
            [arrow for row in referral_rows(Direction.UP) for arrow in arrows(row, row.to)],
        ),
        (
            "A referral down",
            "draft",
            [arrow for row in referral_rows(Direction.DOWN) for arrow in arrows(row, row.to)],
        ),
    ):
        start = f"    [*] --> {begins}"
        yield from ("", f"## {name}", "", "```mermaid", "stateDiagram-v2", start, *drawn, "```")


if __name__ == "__main__":
    sys.stdout.write("\n".join(page()) + "\n")
