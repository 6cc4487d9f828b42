import asyncio
from itertools import pairwise

from runtime.supervision import FIRST_WAIT_S, LONGEST_WAIT_S, in_background, supervise


async def test_loop_begins_again_after_an_accident_and_waits_longer_each_time(clock) -> None:
    begun: list[float] = []

    async def stumble() -> None:
        begun.append(clock.monotonic())
        raise RuntimeError("again")

    task = asyncio.create_task(supervise("stumbling", stumble, clock))
    await clock.advance(FIRST_WAIT_S * 7)
    assert begun == [0, FIRST_WAIT_S, FIRST_WAIT_S * 3, FIRST_WAIT_S * 7]
    await clock.advance(10 * LONGEST_WAIT_S)
    waits = [later - earlier for earlier, later in pairwise(begun)]
    assert max(waits) <= LONGEST_WAIT_S + 1e-6
    task.cancel()


async def test_finished_loop_is_not_begun_again(clock) -> None:
    runs: list[int] = []

    async def once() -> None:
        runs.append(1)

    await supervise("once", once, clock)
    assert runs == [1]


async def test_background_loop_finishes_what_it_has_in_hand(clock) -> None:
    begun, may_finish, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
    finished: list[str] = []

    async def loop() -> None:
        begun.set()
        await may_finish.wait()
        await stopping.wait()
        finished.append("in hand")

    async with in_background("carrying", loop, clock, stop=stopping.set):
        await begun.wait()
        may_finish.set()
    assert finished == ["in hand"]
