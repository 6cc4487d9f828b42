"""An outside FHIR server on loopback that counts what reaches it, and a TCP proxy that loses answers.

The server is the project's own store in a database of its own, behind real HTTP.
"""

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
import uvicorn
from record_store import COUNTY_TOKEN, RecordStore, opened_store
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.clock import Clock

Loss = Literal["none", "refused", "answer", "silence"]


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """Serve an application on a free port of loopback and return the port."""
    listening = socket.create_server(("127.0.0.1", 0))  # connections wait in it until the server is up
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        listening.close()


@dataclass
class OutsideServer:
    """The server as tests see it: what arrived, what is in it, and what to answer instead."""

    url: str
    store: RecordStore
    bundles: list[bytes] = field(default_factory=list[bytes])
    instead: deque[int] = field(default_factory=deque[int])
    instead_after: deque[int] = field(default_factory=deque[int])
    on_arrival: Callable[[], Awaitable[None]] | None = None
    on_commit: Callable[[], Awaitable[None]] | None = None

    async def get(self, path: str) -> httpx.Response:
        async with self.store.client() as client:
            return await client.get(path)

    async def put(self, path: str, resource: object) -> httpx.Response:
        async with self.store.client() as client:
            return await client.put(path, json=resource)

    async def versions(self) -> int:
        """How many versions were ever made: the effects, not the attempts."""
        return (await self.get("_history?_count=1")).json()["total"]


class _Counting:
    """Notes every bundle, and answers with a status of the test's choice before or after doing it."""

    def __init__(self, app: ASGIApp, outside: OutsideServer) -> None:
        self._app = app
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        outside, body = self._outside, await _whole(receive)
        outside.bundles.append(body)
        if outside.on_arrival:
            await outside.on_arrival()
        if outside.instead:
            await _answer(send, outside.instead.popleft())
            return
        replay = _replaying(body)
        if outside.instead_after:
            await self._app(scope, replay, _nowhere)
            await _answer(send, outside.instead_after.popleft())
            return
        if outside.on_commit:
            await self._app(scope, replay, _nowhere)
            await outside.on_commit()
            await _answer(send, 500)
            return
        await self._app(scope, replay, send)


async def _whole(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def _replaying(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nowhere(_message: Message) -> None:
    """The answer is made and goes nowhere."""


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def outside_server(folder: Path, clock: Clock) -> AsyncIterator[OutsideServer]:
    """Run the server on a database in `folder`."""
    async with opened_store(f"sqlite:{folder}", clock) as store:
        outside = OutsideServer("", store)
        async with served(_Counting(store.app, outside)) as port:
            outside.url = f"http://127.0.0.1:{port}/fhir"
            yield outside


@dataclass
class Proxy:
    """Stands between; what it loses is taken from `losses`, one for each new connection."""

    port: int
    losses: deque[Loss] = field(default_factory=deque[Loss])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"


@asynccontextmanager
async def proxy(target_url: str) -> AsyncIterator[Proxy]:
    """Forward TCP connections: whole, refused, without any answer, or with the answer cut off."""
    target = int(target_url.split(":")[2].split("/", maxsplit=1)[0])
    standing = Proxy(0)
    waiting: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        waiting.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await _forward(standing, target, reader, writer)
        writer.close()
        waiting.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    standing.port = server.sockets[0].getsockname()[1]
    try:
        yield standing
    finally:
        server.close()
        for task in list(waiting):
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _forward(
    standing: Proxy, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    loss = standing.losses.popleft() if standing.losses else "none"
    if loss == "refused":
        return
    if loss == "silence":
        await reader.read()  # until the client gives up
        return
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
    asking = asyncio.create_task(_copy(reader, far_writer))
    try:
        if loss == "answer":
            await far_reader.read(
                1
            )  # it has been done: the first byte of its answer is here, and goes no further
        else:
            await _copy(far_reader, writer)
    finally:
        asking.cancel()
        far_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


__all__ = ["COUNTY_TOKEN", "OutsideServer", "Proxy", "outside_server", "proxy", "served"]
