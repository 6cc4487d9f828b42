"""Live hints: who is told what, over a real connection."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from county import PASSWORD, County, Running, running
from manual_clock import ManualClock

from consult_api.access import Actor, Role
from consult_api.live import LiveHint, hint_for
from runtime.bus import Bus
from wire.clinical import Changed


def changed(**more: Any) -> Changed:
    values: dict[str, Any] = {"kind": "consult", "id": "c", "version": 2, "reason": "offered"}
    return Changed(**(values | more))


def actor(role: Role = Role.SPECIALIST, **more: Any) -> Actor:
    values: dict[str, Any] = {
        "actor_id": "me",
        "name": "Me",
        "role": role,
        "institution_id": "here",
        "department_id": "heart",
    }
    return Actor(**(values | more))


def test_only_those_who_are_rung_are_told_that_they_are() -> None:
    hint = changed(institution_ids=("here",), department_ids=("heart",), person_ids=("me",))
    told = hint_for(actor(), hint)
    assert told == LiveHint(kind="consult", id="c", version=2, reason="offered")
    colleague = hint_for(actor(actor_id="other"), hint)
    assert colleague is not None
    assert colleague.reason == "changed"


def test_another_department_or_institution_hears_nothing() -> None:
    hint = changed(institution_ids=("here",), department_ids=("heart",))
    assert hint_for(actor(department_id="surgery"), hint) is None
    assert hint_for(actor(institution_id="elsewhere"), hint) is None
    assert hint_for(actor(Role.DIRECTOR, department_id=None), hint) is not None


@asynccontextmanager
async def served(service: Running) -> AsyncIterator[str]:
    """The application on a real port; a stream only shows itself there."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            service.service.mounts["/api"],
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
            http="h11",
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@asynccontextmanager
async def listening(base: str, name: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with httpx.AsyncClient(base_url=base, timeout=20) as browser:
        await browser.post("/api/session", json={"username": name, "password": PASSWORD})
        async with browser.stream("GET", "/api/events") as stream:
            assert stream.status_code == 200
            assert stream.headers["content-type"].startswith("text/event-stream")

            async def hints() -> AsyncIterator[dict[str, Any]]:
                async for line in stream.aiter_lines():
                    if line.startswith("data:"):
                        yield json.loads(line.removeprefix("data:"))

            yield hints()


async def test_a_specialist_is_rung_without_reloading(embedded: Running) -> None:
    async with served(embedded) as base, listening(base, "xie") as hints:
        consult = await embedded.submitted()
        async for hint in hints:
            if hint["reason"] == "offered":
                break
    assert (hint["kind"], hint["id"]) == ("consult", consult["id"])


async def test_the_stream_needs_a_login_and_a_stranger_hears_nothing(embedded: Running) -> None:
    assert await embedded.browser().refusal("GET", "/events") == (401, "session/expired")
    async with served(embedded) as base, listening(base, "bai") as hints:
        await embedded.submitted()
        bai = await embedded.login("bai")
        patient = await embedded.patient(bai, serial=3, name="李雷")
        first = await anext(hints)
    assert (first["kind"], first["id"]) == ("patient", patient["id"])


async def test_an_open_stream_doesnt_hold_up_the_end_of_the_service(
    county_sqlite: tuple[str, County], clock: ManualClock, bus: Bus, tmp_path: Path
) -> None:
    url, county = county_sqlite
    async with AsyncExitStack() as outside:
        async with running(url, county, clock, bus, tmp_path) as service:
            base = await outside.enter_async_context(served(service))
            hints = await outside.enter_async_context(listening(base, "xie"))
        assert [hint async for hint in hints] == []
