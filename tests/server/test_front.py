import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.front import Front
from wire.problems import Kind, Problem


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.method} {request.url.path}")


async def greet(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


METHODS = ["GET", "POST", "PUT", "DELETE"]
API = Starlette(routes=[Route("/api/{rest:path}", answer, methods=METHODS), Route("/api", answer)])
ROOMS = Starlette(routes=[WebSocketRoute("/signaling", greet)])
PAGES = Starlette(routes=[Route("/{rest:path}", answer, methods=METHODS)])


async def ready() -> None:
    return None


async def not_ready() -> None:
    raise Problem("database/version", Kind.UNAVAILABLE, "no")


@pytest.fixture
def front() -> Front:
    return Front(
        {"/api": API, "/signaling": ROOMS},
        [ready],
        origins=frozenset({"https://county.example"}),
        fallback=PAGES,
    )


@pytest.fixture
def client(front: Front) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://localhost:8080")


async def test_path_reaches_its_mount_whole(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/consults/1")).text == "GET /api/consults/1"
    assert (await client.get("/api")).text == "GET /api"


async def test_prefix_ends_at_a_slash(client: httpx.AsyncClient) -> None:
    assert (await client.get("/apiary")).text == "GET /apiary"


async def test_address_of_no_mount_reaches_the_client(client: httpx.AsyncClient) -> None:
    assert (await client.get("/worklist")).text == "GET /worklist"


async def test_process_without_a_client_says_that_it_serves_no_such_address() -> None:
    lonely = Front({"/api": API}, [])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(lonely), base_url="http://x") as client:
        response = await client.get("/worklist")
    assert (response.status_code, response.json()["code"]) == (404, "http/404")


@pytest.mark.parametrize("origin", ["http://localhost:8080", "https://county.example"])
async def test_page_of_this_origin_may_write(client: httpx.AsyncClient, origin: str) -> None:
    assert (await client.post("/api/consults", headers={"Origin": origin})).status_code == 200


async def test_program_that_sends_no_origin_may_write(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/consults")).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999", "null"])
async def test_page_of_another_origin_may_read_nothing_new_and_write_nothing(
    client: httpx.AsyncClient, origin: str
) -> None:
    response = await client.post("/api/consults", headers={"Origin": origin})
    assert (response.status_code, response.json()["code"]) == (403, "request/foreign-origin")


def test_page_of_another_origin_opens_no_websocket(front: Front) -> None:
    client = TestClient(front, base_url="http://localhost:8080")
    with client.websocket_connect(
        "ws://localhost:8080/signaling", headers={"Origin": "http://localhost:8080"}
    ) as socket:
        assert socket.receive_text() == "hello"
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        client.websocket_connect("ws://localhost:8080/signaling", headers={"Origin": "https://evil.example"}),
    ):
        pass
    assert (caught.value.code, caught.value.reason) == (4403, "request/foreign-origin")


async def test_health_is_answered_by_every_process(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).json() == {"ready": True, "missing": []}


async def test_readiness_names_what_is_missing() -> None:
    front = Front({}, [ready, not_ready])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://x") as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()["missing"]) == (503, ["database/version"])


async def test_stopping_process_is_alive_but_not_ready(front: Front, client: httpx.AsyncClient) -> None:
    front.stopping = True
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_every_answer_forbids_sniffing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/x")).headers["x-content-type-options"] == "nosniff"
