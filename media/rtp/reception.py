"""What arrived from one source, as a receiver report tells it (RFC 3550 §6.4.1, §A.3, §A.8)."""

from media.rtp.rtcp import ReportBlock


class Reception:
    """Counts one source's packets by 64-bit index, and its interarrival jitter in timestamp units."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_last_arrival",
        "_last_timestamp",
        "_received_before",
        "clock_rate",
        "highest",
        "jitter",
        "octets",
        "received",
    )

    def __init__(self, clock_rate: int) -> None:
        self.clock_rate = clock_rate
        self.highest = -1
        self.received = 0
        self.octets = 0
        self.jitter = 0.0
        self._base = -1
        self._expected_before = 0
        self._received_before = 0
        self._last_arrival = 0.0
        self._last_timestamp = 0

    def count(self, index: int, timestamp: int, octets: int, now: float) -> None:
        """Note a packet that came by its own SSRC, not as a retransmission."""
        self.received += 1
        self.octets += octets
        if self._base < 0:
            self._base = self.highest = index
        elif index > self.highest:
            self.highest = index
            step = (timestamp - self._last_timestamp) & 0xFFFFFFFF
            if step >= 0x80000000:
                step -= 0x100000000
            deviation = (now - self._last_arrival) * self.clock_rate - step
            self.jitter += (abs(deviation) - self.jitter) / 16
        else:
            return
        self._last_arrival = now
        self._last_timestamp = timestamp

    @property
    def lost(self) -> int:
        """Packets expected and not received so far; never negative here."""
        return max(0, self.highest - self._base + 1 - self.received) if self._base >= 0 else 0

    def report(self, ssrc: int, *, last_sender_report: int, delay_s: float) -> ReportBlock:
        """Return the block for this interval and begin the next.

        Args:
            ssrc: the source's.
            last_sender_report: the middle 32 bits of its last report's NTP time, 0 without one.
            delay_s: seconds since that report arrived.
        """
        expected = self.highest - self._base + 1 if self._base >= 0 else 0
        expected_now = expected - self._expected_before
        received_now = self.received - self._received_before
        self._expected_before, self._received_before = expected, self.received
        lost_now = max(0, expected_now - received_now)
        return ReportBlock(
            ssrc=ssrc,
            fraction_lost=min(255, lost_now * 256 // expected_now) if expected_now > 0 else 0,
            packets_lost=min(self.lost, 0x7FFFFF),
            highest_sequence=max(0, self.highest) & 0xFFFFFFFF,
            jitter=min(int(self.jitter), 0xFFFFFFFF),
            last_sender_report=last_sender_report,
            delay=int(delay_s * 65536) & 0xFFFFFFFF if last_sender_report else 0,
        )
