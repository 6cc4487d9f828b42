"""Where the room's media lies: one table from phase and occurrence to the next phase.

An epoch is one stay of the room on one worker. If the worker answers again after a silence and still has the
room, the epoch goes on with the connections there are; otherwise a new one begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Phase(StrEnum):
    """How far the room is with the relay."""

    IDLE = "idle"
    PLACING = "placing"
    PLACED = "placed"
    UNAVAILABLE = "unavailable"


class Occurrence(StrEnum):
    """What happens between the room and the relay."""

    NEEDED = "needed"
    PLACED = "placed"
    FAILED = "failed"
    LOST = "lost"
    UNNEEDED = "unneeded"


TRANSITIONS: Mapping[tuple[Phase, Occurrence], Phase] = {
    (Phase.IDLE, Occurrence.NEEDED): Phase.PLACING,
    (Phase.PLACING, Occurrence.PLACED): Phase.PLACED,
    (Phase.PLACING, Occurrence.FAILED): Phase.UNAVAILABLE,
    (Phase.PLACING, Occurrence.UNNEEDED): Phase.IDLE,
    (Phase.UNAVAILABLE, Occurrence.PLACED): Phase.PLACED,
    (Phase.UNAVAILABLE, Occurrence.UNNEEDED): Phase.IDLE,
    (Phase.PLACED, Occurrence.LOST): Phase.UNAVAILABLE,
    (Phase.PLACED, Occurrence.UNNEEDED): Phase.IDLE,
}
"""A pair that isn't here changes nothing: it came late or twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`worker_id` is the worker that has the room or had it last, `epoch` how many stays there were."""

    phase: Phase = Phase.IDLE
    epoch: int = 0
    worker_id: str = ""

    def after(self, occurrence: Occurrence) -> "Placement | None":
        """Return the placement after the occurrence, or None where it changes nothing."""
        phase = TRANSITIONS.get((self.phase, occurrence))
        return None if phase is None else replace(self, phase=phase)

    def on(self, worker_id: str, *, kept: bool) -> "Placement | None":
        """Return the placement once this worker has the room, or None where that is late."""
        placed = self.after(Occurrence.PLACED)
        if placed is None:
            return None
        return replace(placed, epoch=self.epoch if kept else self.epoch + 1, worker_id=worker_id)

    def left(self) -> "Placement | None":
        """Return the placement once nobody needs the relay."""
        idle = self.after(Occurrence.UNNEEDED)
        return None if idle is None else replace(idle, worker_id="")
