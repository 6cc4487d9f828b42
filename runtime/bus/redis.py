"""The bus between processes, on Redis: publish/subscribe for hints, a list a subject for questions.

A question is pushed on its subject's list and popped by exactly one server; the answer is pushed on the list of
the process that asked, where one reader hands it to whoever waits. Redis holds nothing that matters: when it is
lost, questions fail as unavailable and are asked again, and hints are missing until the next refetch.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.bus.answering import answer_envelope, no_answer, open_answer, topic
from wire.envelope import Envelope, Message
from wire.identifiers import new_id

M = TypeVar("M", bound=Message)
Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)

PREFIX = "lianzhen:"
POP_WAIT_S = 1
CONNECTIONS = 500
KEPT_S = 60
RETRY_S = 0.2
ANSWERS_AT_ONCE = 64

log = structlog.get_logger()


class RedisBus:
    """A `Bus` for many processes, whose wall clocks may differ by less than a question's timeout."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=None,
            health_check_interval=10,
            max_connections=CONNECTIONS,
        )
        self._answers = f"{PREFIX}answers:{new_id()}"
        self._waiting: dict[str, asyncio.Future[Envelope]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def publish(self, hint: Message, *, to: str = "") -> None:
        """Tell every present subscriber; with Redis away the hint is lost, as a hint may be."""
        try:
            await self._redis.publish(PREFIX + topic(type(hint), to), hint.model_dump_json())
        except RedisError as error:
            log.warning("hint_lost", subject=hint.subject, error=type(error).__name__)

    @asynccontextmanager
    async def subscribe(self, kind: type[M], *, to: str = "") -> AsyncGenerator[AsyncIterator[M]]:
        """Receive hints from now on; a lost connection is opened again by the next read."""
        channel = PREFIX + topic(kind, to)
        subscription = self._redis.pubsub(ignore_subscribe_messages=True)
        await subscription.subscribe(channel)

        async def hints() -> AsyncIterator[M]:
            while True:
                try:
                    item = cast(
                        "dict[str, object] | None", await subscription.get_message(timeout=POP_WAIT_S)
                    )
                except RedisError:
                    await asyncio.sleep(RETRY_S)
                    continue
                if item is not None and item["type"] == "message":
                    yield kind.model_validate_json(cast("str", item["data"]))

        try:
            yield hints()
        finally:
            with suppress(RedisError):
                await subscription.aclose()

    async def ask(self, question: Message, answer: type[A], *, to: str = "", timeout_s: float = 5.0) -> A:
        """Push the question; the reader of this process's answers brings the reply."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_answers())
        envelope = Envelope(
            subject=question.subject,
            body=question.model_dump_json(),
            question_id=new_id(),
            reply_to=self._answers,
            expires_at=time.time() + timeout_s,
        )
        reply = self._waiting[envelope.question_id] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await self._push(f"{PREFIX}questions:{topic(type(question), to)}", envelope)
                return open_answer(await reply, answer)
        except (TimeoutError, RedisError):
            raise no_answer(type(question)) from None
        finally:
            del self._waiting[envelope.question_id]

    @asynccontextmanager
    async def serve(
        self, kind: type[Q], answer: Callable[[Q], Awaitable[Message]], *, to: str = ""
    ) -> AsyncGenerator[None]:
        """Answer questions while open, at most `ANSWERS_AT_ONCE` at a time; what has begun is finished."""
        questions = f"{PREFIX}questions:{topic(kind, to)}"
        room = asyncio.Semaphore(ANSWERS_AT_ONCE)
        under_way: set[asyncio.Task[None]] = set()

        async def reply(question: Envelope) -> None:
            try:
                envelope = await answer_envelope(kind, question.body, answer)
                reply = envelope.model_copy(update={"question_id": question.question_id})
                await self._push(question.reply_to, reply)
            except RedisError as error:
                log.warning("answer_lost", subject=kind.subject, error=type(error).__name__)
            finally:
                room.release()

        async def take() -> None:
            while True:
                await room.acquire()
                try:
                    popped = await self._pop(questions, POP_WAIT_S)
                except RedisError:
                    popped = None
                    await asyncio.sleep(RETRY_S)
                question = Envelope.model_validate_json(popped) if popped else None
                if question is None or question.expires_at < time.time():
                    room.release()
                    continue
                task = asyncio.create_task(reply(question))
                under_way.add(task)
                task.add_done_callback(under_way.discard)

        taking = asyncio.create_task(take())
        try:
            yield
        finally:
            taking.cancel()
            await asyncio.gather(taking, *under_way, return_exceptions=True)

    async def _read_answers(self) -> None:
        while True:
            try:
                popped = await self._pop(self._answers, POP_WAIT_S)
            except RedisError:
                await asyncio.sleep(RETRY_S)
                continue
            if popped is not None:
                envelope = Envelope.model_validate_json(popped)
                waiting = self._waiting.get(envelope.question_id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(envelope)

    async def _push(self, key: str, envelope: Envelope) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.lpush(key, envelope.model_dump_json())
            pipe.expire(key, KEPT_S)
            await pipe.execute()

    async def _pop(self, key: str, timeout_s: int) -> str | None:
        popped = await cast("Awaitable[list[str] | None]", self._redis.brpop([key], timeout=timeout_s))
        return popped[1] if popped else None

    async def close(self) -> None:
        """Stop reading and close the connections."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._redis.aclose()
