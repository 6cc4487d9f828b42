"""Registering and finding patients, and whose they are."""

import asyncio

import pytest
from county import Running, resident_id

from consult_api.patients.tables import PATIENTS


async def test_sex_and_birth_date_follow_from_the_resident_id(service: Running) -> None:
    tang = await service.login("tang")
    patient = await service.patient(tang, serial=2)
    assert (patient["sex"], patient["birth_date"]) == ("female", "1991-01-01")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("36042619910101007", "length"),
        ("36042619910101007A", "characters"),
        ("360426199113010071", "birth-date"),
        ("360426199101010072", "checksum"),
    ],
)
async def test_a_wrong_resident_id_says_why_and_registers_nobody(
    embedded: Running, number: str, reason: str
) -> None:
    tang = await embedded.login("tang")
    answer = await tang.post("/api/patients", json={"name": "王小明", "resident_id": number})
    assert (answer.status_code, answer.json()["code"]) == (422, "patient/resident-id-invalid")
    assert answer.json()["parameters"] == {"reason": reason}
    assert number not in answer.text
    assert await embedded.rows(PATIENTS) == []


@pytest.mark.parametrize(
    ("more", "reason"), [({"sex": "female"}, "sex"), ({"birth_date": "1991-01-02"}, "birth-date")]
)
async def test_what_disagrees_with_the_resident_id_is_refused(
    embedded: Running, more: dict[str, str], reason: str
) -> None:
    tang = await embedded.login("tang")
    body = {"name": "王小明", "resident_id": resident_id(1)} | more
    answer = await tang.post("/api/patients", json=body)
    assert answer.json()["parameters"] == {"reason": reason}


async def test_without_a_resident_id_the_sex_is_needed(embedded: Running) -> None:
    tang = await embedded.login("tang")
    assert await tang.refusal("POST", "/patients", {"name": "无名氏"}) == (422, "patient/sex-missing")
    patient = await tang.answer("POST", "/patients", {"name": "无名氏", "sex": "unknown"})
    assert (patient["resident_id"], patient["birth_date"]) == (None, None)


async def test_the_same_resident_id_is_the_same_patient_and_both_townships_see_them(service: Running) -> None:
    tang, bai = await service.login("tang"), await service.login("bai")
    patient = await service.patient(tang)
    assert await bai.refusal("GET", f"/patients/{patient['id']}") == (404, "patient/not-found")
    assert await bai.answer("GET", "/patients?q=王") == []
    body = {"name": "王 小明", "resident_id": resident_id(1)}
    answer = await bai.post("/api/patients", json=body)
    assert (answer.status_code, answer.json()["id"]) == (200, patient["id"])
    assert (await bai.answer("GET", f"/patients/{patient['id']}"))["name"] == "王小明"


async def test_somebody_elses_resident_id_under_another_name_shows_nothing(service: Running) -> None:
    tang, bai = await service.login("tang"), await service.login("bai")
    patient = await service.patient(tang)
    body = {"name": "李雷", "resident_id": resident_id(1)}
    answer = await bai.post("/api/patients", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "patient/identity-conflict")
    assert "王小明" not in answer.text
    assert await bai.refusal("GET", f"/patients/{patient['id']}") == (404, "patient/not-found")


async def test_two_registrations_at_once_make_one_patient(service: Running) -> None:
    browsers = [await service.login(name) for name in ("tang", "tan", "bai")]
    body = {"name": "王小明", "resident_id": resident_id(1)}
    answers = await asyncio.gather(*(browser.post("/api/patients", json=body) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "words",
    ["王小", "小明", "wangxiao", "Wang Xiao", "wxm", resident_id(1), f" {resident_id(1)} "],
)
async def test_a_patient_is_found_by_name_sound_and_number(service: Running, words: str) -> None:
    tang = await service.login("tang")
    patient = await service.patient(tang)
    await tang.answer("POST", "/patients", {"name": "李雷", "sex": "male"})
    found = await tang.answer("GET", f"/patients?q={words}")
    assert [one["id"] for one in found] == [patient["id"]]


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "王%", "x" * 100])
async def test_a_search_takes_words_as_they_are(service: Running, words: str) -> None:
    tang = await service.login("tang")
    await service.patient(tang)
    response = await tang.get("/api/patients", params={"q": words})
    assert (response.status_code, response.json()) == (200, [])


async def test_without_words_the_newest_come_first(service: Running) -> None:
    tang = await service.login("tang")
    ids = [(await service.patient(tang, serial=serial))["id"] for serial in (1, 3, 5)]
    assert [one["id"] for one in await tang.answer("GET", "/patients")] == ids[::-1]
