"""The whole server is killed around the moment a report is signed; no signature is lost, none is recorded twice.

The witness is a second county's record store, which counts: it lives through every kill, and each resource's
version tells how often it was written.
"""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from county_client import Json, Person, written_consult
from lianzhen_server import LianzhenServer, embedded

KILLS = 50
SEED = 20261122


@pytest.fixture
def witness(tmp_path: Path, county_template: Path) -> Iterator[LianzhenServer]:
    folder = tmp_path / "witness"
    folder.mkdir()
    with embedded(folder, county_template) as server:
        yield server


@pytest.fixture
def record_token(witness: LianzhenServer) -> str:
    return witness.command("admin", "token", "create", "--scope", "fhir").strip()


@pytest.fixture
def county(
    tmp_path: Path, county_template: Path, witness: LianzhenServer, record_token: str
) -> Iterator[LianzhenServer]:
    folder = tmp_path / "county"
    folder.mkdir()
    record = {"RECORD_URL": f"{witness.base_url}/fhir", "RECORD_TOKEN": record_token}
    with embedded(folder, county_template, **record) as server:
        yield server


def search(server: LianzhenServer, token: str, kind: str, **parameters: str) -> list[Json]:
    """Return every resource that the search finds, page by page."""
    headers = {"Authorization": f"Bearer {token}"}
    found: list[Json] = []
    url: str | None = str(httpx.URL(f"{server.base_url}/fhir/{kind}", params={**parameters, "_count": "200"}))
    while url is not None:
        bundle = httpx.get(url, headers=headers, timeout=30).raise_for_status().json()
        found += [entry["resource"] for entry in bundle.get("entry", [])]
        url = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)
    return found


def until(condition: object, what: str, within_s: float = 60) -> None:
    """Wait for real processes to get somewhere."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        pause.wait(0.1)


def test_every_signature_shown_survives_a_kill_and_reaches_the_record_exactly_once(
    county: LianzhenServer, witness: LianzhenServer, record_token: str
) -> None:
    chance = random.Random(SEED)
    with Person(county, "wangfang") as doctor, Person(county, "zhangwei") as specialist:
        consults = [
            written_consult(doctor, specialist, patient="李国强", department="呼吸内科") for _ in range(KILLS)
        ]
        shown: list[str] = []
        for consult in consults:
            sign_and_kill(county, specialist, consult, chance, shown)
        for consult_id in shown:
            consult = doctor.consult(consult_id)
            assert consult["state"] == "reported"
            assert [report["version"] for report in consult["reports"]] == [1]
        finished = [doctor.consult(consult["id"]) for consult in consults]
        signed = [consult for consult in finished if consult["state"] == "reported"]
        assert len(shown) >= KILLS // 3, "too few kills came after the answer to prove anything"

    local_token = county.command("admin", "token", "create", "--scope", "fhir").strip()
    for server, token in ((county, local_token), (witness, record_token)):
        until(
            lambda server=server, token=token: len(search(server, token, "Composition")) >= len(signed),
            "the reports did not reach the record",
        )
        compositions = search(server, token, "Composition")
        assert len(compositions) == len(signed)
        assert {composition["meta"]["versionId"] for composition in compositions} == {"1"}
        documents = search(server, token, "DocumentReference")
        assert len(documents) == len(signed)
        assert {document["meta"]["versionId"] for document in documents} == {"1"}
    assert "0 faults" in county.command("audit", "verify")


def sign_and_kill(
    county: LianzhenServer, specialist: Person, consult: Json, chance: random.Random, shown: list[str]
) -> None:
    """Ask for the signature and kill the server some time after asking; note it when the answer came first."""
    delay_s = chance.uniform(0.0, 0.35)
    killer = threading.Timer(delay_s, county.processes[0].kill)
    killer.start()
    try:
        specialist.step(consult, "sign", pin=specialist.pin)
        shown.append(consult["id"])
    except httpx.TransportError:
        pass
    killer.join()
    county.processes[0].start()
