"""What to tell a publisher that it may send: by its losses, and by what its subscribers can take.

Loss rule of draft-ietf-rmcat-gcc-02 §6: below 2 % up by 5 %, above 10 % down by half the loss; up only while
the publisher really uses what it was given.
"""

from collections.abc import Iterable

INTERVAL_S = 1.0
AUDIO_RATE_BPS = 50_000
"""Reserved for each audio track before video gets anything: sound is never the first to suffer."""

START_RATE_BPS = 1_000_000
_USED_SHARE = 0.75


class LossEstimator:
    """The rate that one publisher's line carries, from loss alone; for senders without transport-wide feedback."""

    __slots__ = ("_highest_bps", "_lowest_bps", "rate_bps")

    def __init__(self, *, lowest_bps: int, highest_bps: int) -> None:
        self._lowest_bps = lowest_bps
        self._highest_bps = highest_bps
        self.rate_bps = min(START_RATE_BPS, highest_bps)

    def update(self, *, received_bps: float, loss: float) -> int:
        """Return the new rate after an interval of that received rate and loss (0-1)."""
        rate = float(self.rate_bps)
        if loss > 0.10:
            rate *= 1 - loss / 2
        elif loss < 0.02 and received_bps >= _USED_SHARE * rate:
            rate *= 1.05
        self.rate_bps = int(min(max(rate, self._lowest_bps), self._highest_bps))
        return self.rate_bps


def video_share(limit_bps: int | None, *, audio_tracks: int, video_tracks: int) -> int | None:
    """Return what one video track may use of a subscriber's line, after audio; None without a limit."""
    if limit_bps is None or video_tracks == 0:
        return None
    return max(0, limit_bps - AUDIO_RATE_BPS * audio_tracks) // video_tracks


def publisher_limit(shares_bps: Iterable[int | None], *, lowest_bps: int, highest_bps: int) -> int:
    """Return what a publisher's video may use: as much as its best subscriber can take.

    `None` is a subscriber without a limit. One weak line must not blur the picture for everybody else; what to
    send a weak line instead is decided per subscriber.
    """
    known = list(shares_bps)
    if not known or any(share is None for share in known):
        return highest_bps
    best = max(share for share in known if share is not None)
    return min(max(best, lowest_bps), highest_bps)
