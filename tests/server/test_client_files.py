import gzip
from pathlib import Path

import brotli
import httpx
import pytest

from server.client_files import ClientFiles

SCRIPT = b"console.log('hello');\n" * 200


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>联诊</title>")
    (tmp_path / "assets" / "app-abc123.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "icon.png").write_bytes(b"\x89PNG" + bytes(5000))
    transport = httpx.ASGITransport(ClientFiles(tmp_path))
    return httpx.AsyncClient(transport=transport, base_url="http://x")


async def raw(client: httpx.AsyncClient, path: str, encoding: str) -> tuple[bytes, httpx.Headers]:
    async with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as response:
        return b"".join([piece async for piece in response.aiter_raw()]), response.headers


@pytest.mark.parametrize("path", ["/", "/worklist", "/consults/0198-7"])
async def test_page_of_the_client_gets_its_first_file(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert "联诊" in response.text
    assert response.headers["cache-control"] == "no-cache"
    assert "script-src 'self' 'wasm-unsafe-eval'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/assets/old-999.js", "/favicon.ico", "/../pyproject.toml"])
async def test_missing_file_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_script_is_compressed_as_the_browser_takes_it(client: httpx.AsyncClient) -> None:
    body, headers = await raw(client, "/assets/app-abc123.js", "gzip, br")
    assert (headers["content-encoding"], brotli.decompress(body)) == ("br", SCRIPT)
    body, headers = await raw(client, "/assets/app-abc123.js", "gzip")
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", SCRIPT)
    body, headers = await raw(client, "/assets/app-abc123.js", "identity")
    assert ("content-encoding" not in headers, body) == (True, SCRIPT)


async def test_picture_is_not_compressed_again(client: httpx.AsyncClient) -> None:
    _, headers = await raw(client, "/assets/icon.png", "gzip, br")
    assert "content-encoding" not in headers


async def test_hashed_file_never_changes_and_an_unchanged_file_is_not_sent_again(
    client: httpx.AsyncClient,
) -> None:
    first = await client.get("/assets/app-abc123.js")
    assert "immutable" in first.headers["cache-control"]
    again = await client.get("/assets/app-abc123.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_tells_the_length_without_the_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/assets/app-abc123.js", headers={"Accept-Encoding": "identity"})
    assert (response.content, int(response.headers["content-length"])) == (b"", len(SCRIPT))
