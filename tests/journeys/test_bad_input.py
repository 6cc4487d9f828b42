"""What goes wrong at a real county's door: each gets a clear, typed answer, and nothing that was there is lost.

Every test runs against the embedded county and against the one in two processes.
"""

import os
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pydicom
import pytest
from county_client import Json, Person, written_consult
from lianzhen_server import LianzhenServer

from wire.identifiers import new_id


@pytest.fixture
def doctor(county: LianzhenServer) -> Iterator[Person]:
    with Person(county, "wangfang") as person:
        yield person


@pytest.fixture
def specialist(county: LianzhenServer) -> Iterator[Person]:
    with Person(county, "zhangwei") as person:
        yield person


@pytest.fixture
def neighbour(county: LianzhenServer) -> Iterator[Person]:
    """The doctor of the other township centre."""
    with Person(county, "zhaolei") as person:
        yield person


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


def failure_reasons(answer: httpx.Response) -> list[str]:
    """The error comments or reasons of the instances that a STOW-RS answer says failed."""
    failed = answer.json().get("00081198", {}).get("Value", [])
    return [str(item["00081197"]["Value"][0]) for item in failed]


@pytest.mark.parametrize(
    ("resident_id", "reason"),
    [
        ("360426199101010072", "checksum"),
        ("36042619910101007", "length"),
        ("3604261991O1010071", "characters"),
        ("360426199102300073", "birth-date"),
    ],
)
def test_wrong_resident_id_says_what_is_wrong(doctor: Person, resident_id: str, reason: str) -> None:
    answer = doctor.http.post(
        "/api/patients", json={"name": "测试", "sex": "male", "resident_id": resident_id}
    )
    assert problem(answer) == (422, "patient/resident-id-invalid")
    assert answer.json()["parameters"]["reason"] == reason
    assert resident_id not in answer.text


def test_file_that_is_not_dicom_is_refused(doctor: Person, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("这不是影像" * 100)
    answer = doctor.store(letter)
    assert answer.status_code == 409
    assert "dicom/not-dicom" in answer.text or failure_reasons(answer)


def test_truncated_film_is_refused_and_the_whole_one_accepted_afterwards(
    county: LianzhenServer, doctor: Person, tmp_path: Path
) -> None:
    film = (county.films() / "head-mr-wu-dashan.dcm").read_bytes()
    path = tmp_path / "film.dcm"
    path.write_bytes(film[: len(film) // 2])
    assert doctor.store(path).status_code == 409
    path.write_bytes(film)
    assert doctor.store(path).status_code == 200


def test_other_bytes_under_a_stored_uid_are_refused_and_the_first_ones_kept(
    county: LianzhenServer, doctor: Person, tmp_path: Path
) -> None:
    original = county.films() / "chest-li-guoqiang.dcm"
    assert doctor.store(original).status_code == 200
    assert doctor.store(original).status_code == 200, "the same bytes again are no fault"
    dataset = pydicom.dcmread(original)
    dataset.StudyDescription = "changed"
    changed = tmp_path / "changed.dcm"
    dataset.save_as(changed, enforce_file_format=True)
    answer = doctor.store(changed)
    assert answer.status_code == 409
    assert failure_reasons(answer) == [str(0x0111)]
    token = county.command("admin", "token", "create", "--scope", "dicomweb").strip()
    kept = httpx.get(
        f"{county.base_url}/dicomweb/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
        f"/instances/{dataset.SOPInstanceUID}",
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*',
        },
        timeout=30,
    )
    assert original.read_bytes() in kept.content


def test_element_that_claims_two_gigabytes_is_refused_at_once(
    county: LianzhenServer, doctor: Person, tmp_path: Path
) -> None:
    dataset = pydicom.dcmread(county.films() / "foot-of-somebody-else.dcm")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    path = tmp_path / "claims.dcm"
    dataset.save_as(path, enforce_file_format=True)
    raw = path.read_bytes()
    at = raw.index(struct.pack("<HH", 0x7FE0, 0x0010))
    path.write_bytes(raw[: at + 8] + struct.pack("<I", 0x7FFFFFFE) + raw[at + 12 :])
    assert doctor.store(path).status_code == 409
    assert doctor.http.get("/api/session").status_code == 200


def test_junk_on_the_media_port_disturbs_nobody(county: LianzhenServer, doctor: Person) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        address = ("127.0.0.1", int(county.environment["MEDIA_PORT"]))
        for size in (0, 1, 2, 12, 20, 100, 1200, 1500, 9000, 60000):
            for first in (0, 1, 20, 63, 64, 128, 191, 255):
                stranger.sendto(bytes([first])[:size] + os.urandom(max(size - 1, 0)), address)
    for process in county.processes:
        assert httpx.get(f"{process.url}/readyz", timeout=5).status_code == 200
    assert doctor.http.get("/api/session").status_code == 200


def test_somebody_elses_patient_stays_unseen(doctor: Person, neighbour: Person) -> None:
    mine = doctor.patient("李国强")
    assert neighbour.get("/api/patients", q="李国强") == []
    for path in (f"/api/patients/{mine['id']}", f"/api/patients/{mine['id']}/record"):
        assert neighbour.http.get(path).status_code in (403, 404)
    body = {
        "patient_id": mine["id"],
        "department_id": neighbour.department("呼吸内科")["id"],
        "urgency": "routine",
        "mode": "store_and_forward",
        "question": "?",
    }
    assert neighbour.http.post("/api/consults", json=body).status_code in (403, 404)


def test_somebody_elses_film_is_neither_shown_nor_attached(
    county: LianzhenServer, doctor: Person, neighbour: Person
) -> None:
    film = county.films() / "chest-li-guoqiang.dcm"
    assert doctor.store(film).status_code == 200
    uid = str(pydicom.dcmread(film, stop_before_pixels=True).StudyInstanceUID)
    assert neighbour.http.get(f"/dicomweb/studies/{uid}/metadata").status_code in (403, 404)
    consult = draft(neighbour, "吴大山")
    answer = neighbour.http.post(f"/api/consults/{consult['id']}/studies", json={"study_uid": uid})
    assert answer.status_code in (403, 404)


def test_film_of_another_person_is_attached_only_when_confirmed(
    county: LianzhenServer, doctor: Person
) -> None:
    film = county.films() / "foot-of-somebody-else.dcm"
    assert doctor.store(film).status_code == 200
    uid = str(pydicom.dcmread(film, stop_before_pixels=True).StudyInstanceUID)
    path = f"/api/consults/{draft(doctor, '刘建军')['id']}/studies"
    assert problem(doctor.http.post(path, json={"study_uid": uid})) == (409, "study/patient-differs")
    answer = doctor.http.post(path, json={"study_uid": uid, "patient_mismatch_confirmed": True})
    assert answer.is_success, answer.text


def draft(person: Person, patient: str) -> Json:
    return person.post("/api/consults", draft_body(person, patient))


def draft_body(person: Person, patient: str) -> dict[str, Any]:
    return {
        "patient_id": person.patient(patient)["id"],
        "department_id": person.department("呼吸内科")["id"],
        "urgency": "routine",
        "mode": "store_and_forward",
        "question": "请会诊",
    }


def test_request_sent_twice_is_one_consult(doctor: Person) -> None:
    body, key = draft_body(doctor, "周美玲"), {"Idempotency-Key": new_id()}

    def send(_: int) -> httpx.Response:
        return doctor.http.post("/api/consults", json=body, headers=key)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_two_tabs_signing_at_once_make_one_report(doctor: Person, specialist: Person) -> None:
    consult = written_consult(doctor, specialist, patient="杨桂兰", department="呼吸内科")
    body = {"event": "sign", "version": consult["version"], "pin": specialist.pin}

    def sign(_: int) -> httpx.Response:
        return specialist.http.post(f"/api/consults/{consult['id']}/events", json=body)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(sign, range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] in ("consult/stale-version", "consult/already-signed")
    assert len(specialist.consult(consult["id"])["reports"]) == 1


def test_wrong_pin_signs_nothing(doctor: Person, specialist: Person) -> None:
    consult = written_consult(doctor, specialist, patient="黄小宝", department="呼吸内科")
    wrong = "0000000" if specialist.pin != "0000000" else "1111111"
    body = {"event": "sign", "version": consult["version"], "pin": wrong}
    answer = specialist.http.post(f"/api/consults/{consult['id']}/events", json=body)
    assert problem(answer) == (403, "consult/wrong-pin")
    assert specialist.consult(consult["id"])["reports"] == []


def test_page_of_another_site_writes_nothing(county: LianzhenServer, doctor: Person) -> None:
    answer = doctor.http.delete("/api/session", headers={"Origin": "https://evil.example"})
    assert problem(answer) == (403, "request/foreign-origin")
    assert doctor.http.get("/api/session").status_code == 200


@pytest.mark.parametrize("path", ["/api/patients?q=x", "/api/consults", "/fhir/Patient", "/dicomweb/studies"])
def test_nothing_is_shown_without_a_login(county: LianzhenServer, path: str) -> None:
    assert httpx.get(f"{county.base_url}{path}", timeout=10).status_code == 401


def test_token_of_one_scope_opens_no_other_door(county: LianzhenServer) -> None:
    token = county.command("admin", "token", "create", "--scope", "dicomweb").strip()
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{county.base_url}/dicomweb/studies", headers=headers, timeout=10).status_code in (
        200,
        204,
    )
    assert httpx.get(f"{county.base_url}/fhir/Patient", headers=headers, timeout=10).status_code == 403
    assert httpx.get(f"{county.base_url}/api/patients", params={"q": "x"}, headers=headers).status_code == 403
