"""A clock that moves only when a test says so."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta


class ManualClock:
    """Wakes sleepers in the order of their times as `advance` passes them."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._elapsed_s = 0.0
        self._order = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        self._order += 1
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + max(seconds, 0.0), self._order, waking))
        await waking

    async def advance(self, seconds: float) -> None:
        """Move on; whoever sleeps meanwhile wakes at his own time and runs until he waits again."""
        target = self._elapsed_s + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            at, _, waking = heapq.heappop(self._sleepers)
            self._move_to(at)
            if not waking.done():
                waking.set_result(None)
            await self._settle()
        self._move_to(target)
        await self._settle()

    def shift(self, seconds: float) -> None:
        """Step the wall clock alone, as an administrator or a wrong time server would."""
        self._now += timedelta(seconds=seconds)

    def _move_to(self, elapsed_s: float) -> None:
        self._now += timedelta(seconds=elapsed_s - self._elapsed_s)
        self._elapsed_s = elapsed_s

    async def _settle(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
