"""How services talk: hints that may be lost, and questions that are answered or fail.

The bus is a transport, never the record: what must arrive is kept in an outbox and asked again until it is
acknowledged. `memory:` serves one process, `redis:` many; both serialise every message, so that the
one-process mode walks the same path.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from wire.envelope import Message

M = TypeVar("M", bound=Message)
Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)


class Bus(Protocol):
    """Publishes hints and carries questions to whoever serves them.

    `to` addresses one instance (a worker, a room); without it a message concerns everybody of its subject.
    """

    async def publish(self, hint: Message, *, to: str = "") -> None:
        """Tell every present subscriber; nobody listening is no error."""
        ...

    def subscribe(self, kind: type[M], *, to: str = "") -> AbstractAsyncContextManager[AsyncIterator[M]]:
        """Receive hints from the moment the context is entered. The oldest are dropped for a slow reader."""
        ...

    async def ask(self, question: Message, answer: type[A], *, to: str = "", timeout_s: float = 5.0) -> A:
        """Put a question to one of its servers and wait for the answer.

        Raises:
            Problem: whatever the other side raised, or `bus/no-answer` (unavailable) after `timeout_s`. After
                that nobody knows whether the question was acted on: ask only what may be asked twice.
        """
        ...

    def serve(
        self, kind: type[Q], answer: Callable[[Q], Awaitable[Message]], *, to: str = ""
    ) -> AbstractAsyncContextManager[None]:
        """Answer questions while the context is open, concurrently. Several servers share the questions."""
        ...

    async def close(self) -> None:
        """Release what the bus holds."""
        ...
