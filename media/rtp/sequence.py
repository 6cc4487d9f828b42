"""Counters that wrap on the wire and don't wrap here (RFC 3550 §A.1)."""


class Unwrapper:
    """Extends a wrapping counter to an unbounded one, by the nearest distance to the highest seen.

    The first value starts one whole cycle up, so that what was sent before it still has a positive number.
    """

    __slots__ = ("_half", "_mask", "_size", "highest")

    def __init__(self, bits: int = 16) -> None:
        self._size = 1 << bits
        self._half = self._size >> 1
        self._mask = self._size - 1
        self.highest = -1

    def extend(self, value: int) -> int:
        """Return the extended value; only a forward step moves the reference."""
        if self.highest < 0:
            self.highest = self._size + value
            return self.highest
        forward = (value - self.highest) & self._mask
        if forward < self._half:
            self.highest += forward
            return self.highest
        return self.highest + forward - self._size

    def peek(self, value: int) -> int:
        """Return what `extend` would, without moving the reference."""
        if self.highest < 0:
            return self._size + value
        forward = (value - self.highest) & self._mask
        return self.highest + (forward if forward < self._half else forward - self._size)
