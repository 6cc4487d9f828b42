"""Asking a publisher again for what got lost on its way up (RFC 4585 §6.2.1).

A missing packet is asked for after 20 ms, in case it is only late, then again after the round trip times
1.25ⁿ, at most 400 ms, ten times in all. When too many are missing, a key frame is cheaper: the list is dropped.
"""

from dataclasses import dataclass

REORDER_WAIT_S = 0.02
LONGEST_WAIT_S = 0.4
BACKOFF = 1.25
FIRST_ROUND_TRIP_S = 0.1
TRIES = 10
MISSING_KEPT = 1000


@dataclass(slots=True)
class _Missing:
    due: float
    asked_at: float = 0.0
    tries: int = 0


class LossDetector:
    """Watches one source's 64-bit indexes for gaps."""

    __slots__ = ("_highest", "_missing", "_overflowed", "recovered", "round_trip_s")

    def __init__(self) -> None:
        self._highest = -1
        self._missing: dict[int, _Missing] = {}
        self._overflowed = False
        self.recovered = 0
        self.round_trip_s = FIRST_ROUND_TRIP_S

    def received(self, index: int, now: float) -> None:
        """Note an arrival, by whatever way it came."""
        if self._highest < 0 or index == self._highest + 1:
            self._highest = index
            return
        if index <= self._highest:
            self._arrived_late(index, now)
            return
        gap = index - self._highest - 1
        if gap + len(self._missing) > MISSING_KEPT:
            self._missing.clear()
            self._overflowed = True
        else:
            for lost in range(self._highest + 1, index):
                self._missing[lost] = _Missing(now + REORDER_WAIT_S)
        self._highest = index

    def _arrived_late(self, index: int, now: float) -> None:
        entry = self._missing.pop(index, None)
        if entry is None or not entry.tries:
            return
        self.recovered += 1
        if entry.tries == 1:  # asked for twice, it can't be told which request this answers
            self.round_trip_s += (now - entry.asked_at - self.round_trip_s) / 8

    def take_overflow(self) -> bool:
        """Tell once that the list was dropped and a key frame is needed."""
        overflowed, self._overflowed = self._overflowed, False
        return overflowed

    def forget_before(self, index: int) -> None:
        """A key frame began here: nothing older matters."""
        if self._missing:
            self._missing = {lost: entry for lost, entry in self._missing.items() if lost >= index}

    def due(self, now: float) -> list[int]:
        """Return the indexes to ask for now, ascending, and count the try."""
        if not self._missing:
            return []
        asked: list[int] = []
        for index, entry in list(self._missing.items()):
            if entry.due > now:
                continue
            if entry.tries >= TRIES:
                del self._missing[index]
                continue
            wait = min(max(self.round_trip_s, REORDER_WAIT_S) * BACKOFF**entry.tries, LONGEST_WAIT_S)
            entry.tries += 1
            entry.asked_at = now
            entry.due = now + wait
            asked.append(index)
        return sorted(asked)
