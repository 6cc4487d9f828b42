"""Background loops that outlive their accidents."""

from collections.abc import Awaitable, Callable

import structlog

from runtime.clock import Clock

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0

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
