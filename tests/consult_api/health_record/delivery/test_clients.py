"""The HTTP client: an answer it can't use is never taken for a success."""

import httpx
import pytest
from outside_server import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from consult_api.health_record.delivery.clients import MAX_ANSWER_BYTES, HttpRecord, Unreached
from consult_api.health_record.fhir.references import Identity

TASK = Identity("Task", "t1")
seen: list[httpx.Headers] = []


async def elsewhere(_request: Request) -> Response:
    return RedirectResponse("/other/Task/t1")


async def page(request: Request) -> Response:
    seen.append(httpx.Headers(request.headers.raw))
    return Response("<html>a gateway's page</html>", 502)


async def flood(_request: Request) -> Response:
    return Response(b" " * (MAX_ANSWER_BYTES + 1))


APP = Starlette(
    routes=[
        Route("/moved/Task/t1", elsewhere),
        Route("/page/Task/t1", page),
        Route("/flood/Task/t1", flood),
    ]
)


async def test_redirects_are_reported_and_not_followed():
    async with served(APP) as port:
        client = HttpRecord(f"http://127.0.0.1:{port}/moved")
        assert (await client.read(TASK)).status == 307
        await client.close()


async def test_a_page_that_is_not_fhir_is_a_status_without_a_resource():
    async with served(APP) as port:
        client = HttpRecord(f"http://127.0.0.1:{port}/page/", token="secret")
        answer = await client.read(TASK)
        await client.close()
    assert (answer.status, answer.resource) == (502, {})
    assert seen[-1]["authorization"] == "Bearer secret"
    assert seen[-1]["accept"] == "application/fhir+json"


async def test_an_answer_without_end_counts_as_none():
    async with served(APP) as port:
        client = HttpRecord(f"http://127.0.0.1:{port}/flood")
        with pytest.raises(Unreached):
            await client.read(TASK)
        await client.close()


async def test_nobody_listening_is_silence():
    async with served(APP) as port:
        pass
    client = HttpRecord(f"http://127.0.0.1:{port}")
    with pytest.raises(Unreached):
        await client.transact("{}")
    await client.close()
