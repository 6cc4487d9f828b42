"""An outside FHIR server refuses; the refusal is seen, its cause mended, and everything arrives.

The outside server is another county's record. Our token there is revoked and then good again, by hand in its database.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from browser_window import Window
from counted_record import search, until
from county_client import Person
from lianzhen_server import LianzhenServer, embedded
from playwright.sync_api import expect

PATIENT = "李国强"


@pytest.fixture
def outside(tmp_path: Path, county_template: Path) -> Iterator[LianzhenServer]:
    folder = tmp_path / "outside"
    folder.mkdir()
    with embedded(folder, county_template) as server:
        yield server


@pytest.fixture
def token(outside: LianzhenServer) -> str:
    return outside.command("admin", "token", "create", "--scope", "fhir", "--name", "neighbour").strip()


@pytest.fixture
def county(
    tmp_path: Path, county_template: Path, outside: LianzhenServer, token: str
) -> Iterator[LianzhenServer]:
    """A county that writes to the outside server as well."""
    folder = tmp_path / "county"
    folder.mkdir()
    record = {"RECORD_URL": f"{outside.base_url}/fhir", "RECORD_TOKEN": token}
    with embedded(folder, county_template, **record) as server:
        yield server


def revoke(outside: LianzhenServer, at: str | None) -> None:
    """Revoke our token at the outside server, or, without a time, let it be good again."""
    file = outside.folder / "data" / "consult_api.sqlite3"
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        database.execute("UPDATE machine_tokens SET revoked_at = ? WHERE name = 'neighbour'", (at,))


def submitted(county: LianzhenServer) -> str:
    """A consult that the township doctor has sent; return its id."""
    with Person(county, "wangfang") as doctor:
        body = {
            "patient_id": doctor.patient(PATIENT)["id"],
            "department_id": doctor.department("呼吸内科")["id"],
            "urgency": "routine",
            "mode": "store_and_forward",
            "question": "右下肺阴影，是否需要抗感染治疗？",
        }
        consult = doctor.post("/api/consults", body)
        doctor.step(consult, "submit")
    return consult["id"]


def dead_letters(county: LianzhenServer) -> int:
    with Person(county, "admin") as administrator:
        return administrator.get("/api/write-back")["attention"]


def test_a_refused_event_is_shown_repaired_and_delivered(
    county: LianzhenServer, outside: LianzhenServer, token: str, window: Window
) -> None:
    tasks = len(search(outside, token, "Task"))
    revoke(outside, "2026-03-02 08:00:00.000000")
    submitted(county)
    until(lambda: dead_letters(county) == 1, "the refusal became no dead letter")

    page = window("admin")
    expect(page.get_by_test_id("attention")).to_have_text("1")
    page.get_by_role("link", name="档案写回").click()
    expect(page.get_by_test_id("subscriber-record-external")).to_have_attribute("data-dead-letters", "1")
    expect(page.get_by_test_id("subscriber-record")).to_have_attribute("data-dead-letters", "0")
    letter = page.get_by_test_id("dead-letter")
    expect(letter).to_contain_text("档案服务器拒收（HTTP 401）")
    letter.get_by_role("button", name="看详情").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("session/expired")
    expect(dialog).to_contain_text("ServiceRequest")
    assert PATIENT not in page.content()
    page.keyboard.press("Escape")

    revoke(outside, None)
    letter.get_by_role("button", name="再写一次", exact=True).click()
    expect(page.get_by_text("没有写不进去的内容")).to_be_visible()
    expect(page.get_by_test_id("attention")).to_have_count(0)
    until(lambda: len(search(outside, token, "Task")) == tasks + 1, "the consult did not arrive")

    page.get_by_role("tab", name="核对").click()
    page.get_by_role("button", name="现在核对").click()
    expect(page.get_by_test_id("last-comparison")).to_contain_text("不符 0 份")
