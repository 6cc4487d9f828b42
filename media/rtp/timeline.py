"""Whose clock says what: from a publisher's sender reports to the ones its subscribers get.

A subscriber synchronises sound and picture by the NTP times of sender reports (RFC 3550 §6.4.1), so both must
be on one clock. The relay speaks of its own: each publisher's clock is mapped once, for all its sources, by
the smallest difference seen between arrival and report, and each source keeps its last (NTP, RTP) pair.
"""

NTP_EPOCH_OFFSET_S = 2_208_988_800
"""Seconds from 1900 (NTP) to 1970 (Unix): RFC 5905 §6."""


def to_ntp(unix_s: float) -> int:
    """Return 32.32 fixed-point seconds since 1900."""
    return int((unix_s + NTP_EPOCH_OFFSET_S) * 4_294_967_296) & 0xFFFFFFFFFFFFFFFF


def to_unix(ntp_time: int) -> float:
    """Return Unix seconds of an NTP time."""
    return ntp_time / 4_294_967_296 - NTP_EPOCH_OFFSET_S


def middle(ntp_time: int) -> int:
    """Return the middle 32 bits, as LSR carries them."""
    return ntp_time >> 16 & 0xFFFFFFFF


class PublisherClock:
    """The difference between the relay's wall clock and one publisher's, path delay included."""

    __slots__ = ("_offset_s",)

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def heard(self, ntp_time: int, arrival_unix_s: float) -> None:
        """Note a sender report's time and when it came."""
        offset = arrival_unix_s - to_unix(ntp_time)
        if self._offset_s is None or offset < self._offset_s or offset > self._offset_s + 5:
            self._offset_s = offset

    def at_relay(self, ntp_time: int) -> float | None:
        """Return the relay's Unix time of the publisher's time."""
        return None if self._offset_s is None else to_unix(ntp_time) + self._offset_s


class SourceClock:
    """One source's last sender report: which timestamp belongs to which moment."""

    __slots__ = ("_heard_at", "_ntp_time", "_rtp_timestamp", "clock_rate")

    def __init__(self, clock_rate: int) -> None:
        self.clock_rate = clock_rate
        self._ntp_time = 0
        self._rtp_timestamp = 0
        self._heard_at = 0.0

    def heard(self, ntp_time: int, rtp_timestamp: int, now: float) -> None:
        """Keep the newest report; `now` is monotonic."""
        self._ntp_time, self._rtp_timestamp, self._heard_at = ntp_time, rtp_timestamp, now

    @property
    def last_sender_report(self) -> int:
        """LSR of a receiver report, 0 before the first."""
        return middle(self._ntp_time)

    def delay_s(self, now: float) -> float:
        """Return the seconds since the last report arrived."""
        return now - self._heard_at

    def timestamp_at(self, relay_unix_s: float, publisher: PublisherClock) -> int | None:
        """Return the source's timestamp at a moment of the relay's wall clock, modulo 2^32."""
        if not self._ntp_time:
            return None
        reported = publisher.at_relay(self._ntp_time)
        if reported is None:
            return None
        return (self._rtp_timestamp + round((relay_unix_s - reported) * self.clock_rate)) & 0xFFFFFFFF
