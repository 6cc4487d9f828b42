"""How much one client may send."""

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Lets `burst` through at once and `rate_per_s` in the long run.

    Attributes:
        updated_s: monotonic seconds of the last look.
    """

    rate_per_s: float
    burst: float
    updated_s: float
    tokens: float

    @classmethod
    def full(cls, rate_per_s: float, burst: float, now_s: float) -> "TokenBucket":
        """Return a bucket that nothing was taken from yet."""
        return cls(rate_per_s, burst, now_s, burst)

    def take(self, now_s: float) -> bool:
        """Take one token, if there is one."""
        self.tokens = min(self.burst, self.tokens + (now_s - self.updated_s) * self.rate_per_s)
        self.updated_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
