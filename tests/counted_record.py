"""Asking a county's record over HTTP what it holds, and waiting for real processes to get somewhere."""

import threading
import time
from collections.abc import Callable

import httpx
from county_client import Json
from lianzhen_server import LianzhenServer


def until(condition: Callable[[], bool], what: str, within_s: float = 60) -> None:
    """Wait for real processes to get somewhere."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        pause.wait(0.1)


def search(server: LianzhenServer, token: str, kind: str, **parameters: str) -> list[Json]:
    """Return every resource that the search finds, page by page."""
    headers = {"Authorization": f"Bearer {token}"}
    found: list[Json] = []
    url: str | None = str(httpx.URL(f"{server.base_url}/fhir/{kind}", params={**parameters, "_count": "200"}))
    while url is not None:
        bundle = httpx.get(url, headers=headers, timeout=60).raise_for_status().json()
        found += [entry["resource"] for entry in bundle.get("entry", [])]
        url = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)
    return found


def total(server: LianzhenServer, token: str, path: str) -> int:
    """Return how many a search or a history would give."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{server.base_url}/fhir/{path}", headers=headers, timeout=60)
    return answer.raise_for_status().json()["total"]


def events(server: LianzhenServer, token: str) -> list[Json]:
    """Return every clinical event that the county has published, from the regulator's feed."""
    headers = {"Authorization": f"Bearer {token}"}
    found: list[Json] = []
    after = 0
    while True:
        url = f"{server.base_url}/api/regulator/events?after={after}&limit=500"
        page = httpx.get(url, headers=headers, timeout=60).raise_for_status().json()
        if not page["events"]:
            return found
        found += page["events"]
        after = page["next"]
