"""What a subscriber's line carries, read from its receiver estimates (REMB).

A browser's estimate follows what it is sent: at most half as much again, growing 8 % a second
(draft-ietf-rmcat-gcc-02 §5.5). Passed to the publisher as it comes, it would hold a good line down. Only an
estimate that stays clearly below what is being sent means a full line; from there the limit grows until it
no longer matters.
"""

CONGESTED_SHARE = 0.85
CONGESTED_S = 0.5
GROWTH_PER_S = 1.08


class DownlinkLimit:
    """The limit for one subscriber, None while its line isn't known to be full."""

    __slots__ = ("_congested_since", "_highest_bps", "_updated_at", "rate_bps")

    def __init__(self, highest_bps: int) -> None:
        self._highest_bps = highest_bps
        self._updated_at = 0.0
        self._congested_since: float | None = None
        self.rate_bps: int | None = None

    def update(self, estimate_bps: int, sent_bps: float, now: float) -> int | None:
        """Take an estimate and what was sent meanwhile, both for the whole connection; return the limit."""
        elapsed, self._updated_at = min(now - self._updated_at, 2.0), now
        if estimate_bps >= CONGESTED_SHARE * sent_bps:
            self._congested_since = None
            if self.rate_bps is not None:
                grown = int(self.rate_bps * GROWTH_PER_S**elapsed)
                self.rate_bps = grown if grown < self._highest_bps else None
        elif self._congested_since is None:
            self._congested_since = now
        elif now - self._congested_since >= CONGESTED_S:
            self.rate_bps = estimate_bps
        return self.rate_bps
