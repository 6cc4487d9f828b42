"""Where a picture begins, and how often a publisher may be asked for one.

Only the payload descriptor and the first byte of the frame's tag are read, never the picture.
"""

from collections import deque

RECEIVER_SPACING_S = 0.2
RECEIVER_BURST = 3
RECEIVER_BURST_S = 10.0
SOURCE_SPACING_S = 0.2
RETRY_S = 1.0


def starts_vp8_key_frame(payload: bytes) -> bool:
    """Tell whether this payload is the first of a VP8 key frame.

    RFC 7741 §4.2: S bit set and partition index 0; §4.3: the inverse key-frame flag P is 0.
    """
    if len(payload) < 2:
        return False
    first = payload[0]
    if first & 0x17 != 0x10:
        return False
    position = 1
    if first & 0x80:
        extended = payload[1]
        position = 2
        if extended & 0x80:
            if len(payload) <= position:
                return False
            position += 2 if payload[position] & 0x80 else 1
        position += (extended >> 6) & 1
        position += 1 if extended & 0x30 else 0
    return len(payload) > position and payload[position] & 0x01 == 0


class ReceiverGate:
    """Limits one receiver's picture requests: one in 200 ms, three in 10 s."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: deque[float] = deque(maxlen=RECEIVER_BURST)

    def admit(self, now: float) -> bool:
        """Tell whether a request at this time counts."""
        if self._asked and now - self._asked[-1] < RECEIVER_SPACING_S:
            return False
        if len(self._asked) == RECEIVER_BURST and now - self._asked[0] < RECEIVER_BURST_S:
            return False
        self._asked.append(now)
        return True


class SourceGate:
    """Joins everybody's requests for one source: one in 200 ms, repeated once after 1 s without a picture."""

    __slots__ = ("_last", "_retry_at", "_wanted", "requests")

    def __init__(self) -> None:
        self._last = float("-inf")
        self._wanted = False
        self._retry_at = float("inf")
        self.requests = 0

    def want(self) -> None:
        """Ask for a picture as soon as the gate allows."""
        self._wanted = True

    def arrived(self) -> None:
        """A key frame has begun: whoever waited has it."""
        self._wanted = False
        self._retry_at = float("inf")

    def due(self, now: float) -> bool:
        """Tell whether a request goes out now, and count it."""
        if self._wanted and now - self._last >= SOURCE_SPACING_S:
            self._wanted = False
            self._retry_at = now + RETRY_S
        elif now >= self._retry_at:
            self._retry_at = float("inf")
        else:
            return False
        self._last = now
        self.requests += 1
        return True
