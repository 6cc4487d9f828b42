"""Renumbering: from a source's sequence and timestamps to those of one outgoing SSRC.

An outgoing SSRC belongs to one peer and one set of SRTP keys. Under AES-GCM and AES-CM alike, two different
plaintexts with the same (SSRC, ROC, sequence) would reveal both (RFC 3711 §9.1, RFC 7714 §8.4). So outgoing
numbers are counted in 64 bits and never go back: not when a source restarts, not when a range is left out.
"""

from bisect import bisect_right
from typing import NamedTuple

MAX_DROPOUT = 3000
"""A forward jump of more than this is a restarted source (RFC 3550 §A.1)."""

MAX_MISORDER = 1000
"""A packet this far behind is of no use to anybody."""

_RANGES_KEPT = 64


class Placed(NamedTuple):
    """Where a packet goes: the 64-bit outgoing number (the wire carries its low 16 bits) and the timestamp."""

    number: int
    timestamp: int


class Munger:
    """Maps source indexes (64 bit) and timestamps to outgoing ones for one SSRC.

    Ranges of one constant offset each, `starts[i]` inclusive to `ends[i]` exclusive; what lies between two
    ranges was left out on purpose, and its successors close the gap.
    """

    __slots__ = (
        "_ends",
        "_highest_source",
        "_offsets",
        "_starts",
        "_timestamp_offset",
        "highest",
        "last_timestamp",
    )

    def __init__(self, *, first_index: int, first_timestamp: int) -> None:
        """Start so that the first packet gets `first_index` + 1 and `first_timestamp`.

        Args:
            first_index: below 2^15, so that a receiver can't guess the roll-over counter wrong (RFC 3711 §3.3.1).
            first_timestamp: any 32 bits.
        """
        self.highest = first_index
        self.last_timestamp = first_timestamp
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._offsets: list[int] = []
        self._highest_source = -1
        self._timestamp_offset = 0

    @property
    def timestamp_offset(self) -> int:
        """What is added to the source's timestamps, modulo 2^32."""
        return self._timestamp_offset

    @property
    def attached(self) -> bool:
        """Whether a source has been attached."""
        return bool(self._starts)

    def attach(self, source_index: int, source_timestamp: int, *, elapsed: int = 0) -> None:
        """Continue from another source, or from the same one after a break.

        Args:
            source_index: the first packet that will be placed; anything before it is unknown from now on.
            source_timestamp: of that packet.
            elapsed: timestamp units since the last packet sent.
        """
        self._starts = [source_index]
        self._ends = [1 << 62]
        self._offsets = [self.highest + 1 - source_index]
        self._highest_source = source_index - 1
        self._timestamp_offset = (self.last_timestamp + elapsed - source_timestamp) & 0xFFFFFFFF

    def place(self, source_index: int, source_timestamp: int) -> Placed | None:
        """Return where this packet goes, or None when it must not be sent. Each index is asked for once."""
        timestamp = (source_timestamp + self._timestamp_offset) & 0xFFFFFFFF
        if source_index > self._highest_source:
            if source_index + self._offsets[-1] - self.highest > MAX_DROPOUT:
                self._resume(source_index)
            self._highest_source = source_index
            self.last_timestamp = timestamp
            number = source_index + self._offsets[-1]
        else:
            if self._highest_source - source_index > MAX_MISORDER:
                return None
            place = bisect_right(self._starts, source_index) - 1
            if place < 0 or source_index >= self._ends[place]:
                return None
            number = source_index + self._offsets[place]
        self.highest = max(self.highest, number)
        return Placed(number, timestamp)

    def leave_out(self, source_index: int) -> None:
        """Never send this packet. If it is the newest, its successors close the gap; else the gap stays."""
        if not self._starts or source_index <= self._highest_source:
            return
        if source_index + self._offsets[-1] - self.highest > MAX_DROPOUT:
            self._resume(source_index)
        self._ends[-1] = source_index
        self._starts.append(source_index + 1)
        self._ends.append(1 << 62)
        self._offsets.append(self._offsets[-1] - 1)
        self._highest_source = source_index
        if len(self._starts) > _RANGES_KEPT:
            del self._starts[0], self._ends[0], self._offsets[0]

    def _resume(self, source_index: int) -> None:
        self._starts, self._ends = [source_index], [1 << 62]
        self._offsets = [self.highest + 1 - source_index]
