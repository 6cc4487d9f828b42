"""Background loops that outlive their accidents."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from runtime.clock import Clock

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
STOPS_WITHIN_S = 5.0

log = structlog.get_logger()


async def supervise(name: str, loop: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Run `loop` until it returns or is cancelled; after an accident, log it, wait and begin again.

    The wait doubles up to half a minute and starts over once the loop has run for a minute.
    """
    wait = FIRST_WAIT_S
    while True:
        began = clock.monotonic()
        try:
            await loop()
        except Exception:
            log.exception("loop_failed", loop=name)
        else:
            return
        if clock.monotonic() - began > 60:
            wait = FIRST_WAIT_S
        await clock.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_S)


@asynccontextmanager
async def in_background(
    name: str, loop: Callable[[], Awaitable[None]], clock: Clock, *, stop: Callable[[], None]
) -> AsyncGenerator[None]:
    """Supervise a loop while the block runs; then let it finish what it has in hand.

    A loop is asked before it is cancelled: a cancellation in the middle of a transaction leaves the connection to
    be cleaned up by nobody. `stop` makes `loop` return soon; what hasn't returned within 5 s is cancelled.
    """
    task = asyncio.create_task(supervise(name, loop, clock))
    try:
        yield
    finally:
        stop()
        await asyncio.wait({task}, timeout=STOPS_WITHIN_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
