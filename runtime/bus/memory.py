"""The bus inside one process. Messages are serialised all the same: nobody shares an object by accident."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from runtime.bus.answering import HINTS_KEPT, answer_envelope, no_answer, open_answer, topic
from wire.envelope import Envelope, Message

M = TypeVar("M", bound=Message)
Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)

Server = Callable[[str], Awaitable[Envelope]]


@dataclass(slots=True)
class _Mailbox:
    waiting: deque[str] = field(default_factory=lambda: deque[str](maxlen=HINTS_KEPT))
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, body: str) -> None:
        self.waiting.append(body)
        self.arrived.set()

    async def take(self) -> str:
        while not self.waiting:
            self.arrived.clear()
            await self.arrived.wait()
        return self.waiting.popleft()


class MemoryBus:
    """A `Bus` for one process and one event loop."""

    def __init__(self) -> None:
        self._mailboxes: defaultdict[str, list[_Mailbox]] = defaultdict(list)
        self._servers: defaultdict[str, deque[Server]] = defaultdict(deque)
        self._served = asyncio.Condition()

    async def publish(self, hint: Message, *, to: str = "") -> None:
        """Tell every present subscriber."""
        body = hint.model_dump_json()
        for mailbox in self._mailboxes.get(topic(type(hint), to), ()):
            mailbox.put(body)

    @asynccontextmanager
    async def subscribe(self, kind: type[M], *, to: str = "") -> AsyncGenerator[AsyncIterator[M]]:
        """Receive hints from now on."""
        name, mailbox = topic(kind, to), _Mailbox()
        self._mailboxes[name].append(mailbox)

        async def hints() -> AsyncIterator[M]:
            while True:
                yield kind.model_validate_json(await mailbox.take())

        try:
            yield hints()
        finally:
            self._mailboxes[name].remove(mailbox)
            if not self._mailboxes[name]:
                del self._mailboxes[name]

    async def ask(self, question: Message, answer: type[A], *, to: str = "", timeout_s: float = 5.0) -> A:
        """Put a question to one of its servers, in turn, waiting for one to appear."""
        name, body = topic(type(question), to), question.model_dump_json()
        try:
            async with asyncio.timeout(timeout_s):
                async with self._served:
                    await self._served.wait_for(lambda: bool(self._servers.get(name)))
                    servers = self._servers[name]
                    server = servers[0]
                    servers.rotate(-1)
                envelope = await server(body)
        except TimeoutError:
            raise no_answer(type(question)) from None
        return open_answer(envelope, answer)

    @asynccontextmanager
    async def serve(
        self, kind: type[Q], answer: Callable[[Q], Awaitable[Message]], *, to: str = ""
    ) -> AsyncGenerator[None]:
        """Answer questions while open."""
        name = topic(kind, to)

        async def server(body: str) -> Envelope:
            return await answer_envelope(kind, body, answer)

        async with self._served:
            self._servers[name].append(server)
            self._served.notify_all()
        try:
            yield
        finally:
            self._servers[name].remove(server)
            if not self._servers[name]:
                del self._servers[name]

    async def close(self) -> None:
        """Nothing to release."""
