"""What a check found, and how a check says that something is wrong."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from wire.problems import Kind, Problem

OK, FAILED = "ok", "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, whether it is well, and in plain words how."""

    subject: str
    ok: bool
    words: str

    @property
    def line(self) -> str:
        """The finding as it is printed, without a line break."""
        return f"{OK if self.ok else FAILED:<8}{self.subject:<12}{' '.join(self.words.split())}"


def failure(wrong: str, advice: str) -> Problem:
    """Say in one line what is wrong and what to try."""
    return Problem("doctor/check-failed", Kind.UNAVAILABLE, f"{wrong}: {advice}.")


@asynccontextmanager
async def within(seconds: float, wrong: str, advice: str) -> AsyncGenerator[None]:
    """Allow a step that much time.

    Raises:
        Problem: `doctor/check-failed` with these words when it takes longer.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise failure(wrong, advice) from error


async def find(subject: str, check: Awaitable[str], within_s: float) -> Finding:
    """Run a check, which returns its words or raises a `Problem`, for at most `within_s`."""
    try:
        async with within(
            within_s, f"no result within {within_s:g} s", "see whether this machine is overloaded"
        ):
            return Finding(subject, ok=True, words=await check)
    except Problem as problem:
        return Finding(subject, ok=False, words=problem.detail)
