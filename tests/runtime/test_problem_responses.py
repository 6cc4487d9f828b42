import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from runtime import problem_responses
from wire.problems import Kind, Problem


class Entry(BaseModel):
    resident_id: str
    age: int


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = FastAPI()
    problem_responses.install(app)

    @app.get("/busy")
    async def busy() -> None:
        raise Problem("room/busy", Kind.UNAVAILABLE, "Busy.", parameters={"n": 3}, context={"who": "张三"})

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("张三")

    @app.get("/entries")
    async def entries() -> list[Entry]:
        return []

    @app.post("/entries")
    async def enter(entry: Entry) -> Entry:
        return entry

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://x")


async def test_problem_is_answered_in_its_media_type_with_code_and_parameters(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/busy")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "room/busy"
    assert answer.json()["parameters"] == {"n": 3}
    assert "张三" not in answer.text


async def test_accident_is_answered_without_its_words(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "server/failed")
    assert "张三" not in answer.text


async def test_invalid_body_names_the_fields_but_repeats_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post("/entries", json={"resident_id": ["999900195804120032"], "age": "张三"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request/invalid")
    assert answer.json()["parameters"]["fields"] == "age, resident_id"
    assert "张三" not in answer.text
    assert "999900195804120032" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/busy", 405)])
async def test_unserved_address_or_method_is_a_problem_too(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, f"http/{status}")


async def test_method_that_is_not_served_is_told_with_those_that_are(client: httpx.AsyncClient) -> None:
    answer = await client.put("/entries")
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
    assert answer.headers["allow"] == "GET, POST"
