"""The request edge: sent twice, sent from elsewhere, denied, and what is written down of it."""

import asyncio
import hashlib

from county import PASSWORD, PIN, Running

from consult_api.consults.schemas.events import SignConsult
from consult_api.consults.tables import CONSULTS
from consult_api.database import AUDIT
from consult_api.request import ANSWERED_REQUESTS
from runtime.audit import verify


def draft(service: Running, patient_id: str) -> dict[str, str]:
    return {
        "patient_id": patient_id,
        "department_id": service.county.departments["heart"],
        "urgency": "urgent",
        "mode": "live",
        "question": "What now?",
    }


async def test_a_double_submit_makes_one_consult_and_both_get_it(service: Running) -> None:
    tang = await service.login("tang")
    body = draft(service, (await service.patient(tang))["id"])
    key = {"Idempotency-Key": "the same"}
    answers = await asyncio.gather(*(tang.post("/api/consults", json=body, headers=key) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await service.rows(CONSULTS)) == 1


async def test_a_key_that_comes_with_another_request_is_refused(service: Running) -> None:
    tang = await service.login("tang")
    body = draft(service, (await service.patient(tang))["id"])
    await tang.answer("POST", "/consults", body, **{"Idempotency-Key": "k"})
    refused = await tang.refusal("POST", "/consults", body | {"question": "?"}, **{"Idempotency-Key": "k"})
    assert refused == (422, "request/idempotency-key-reused")


async def test_a_refused_request_may_be_sent_again_with_its_key(service: Running) -> None:
    tang = await service.login("tang")
    patient = await service.patient(tang)
    key = {"Idempotency-Key": "k"}
    body = draft(service, patient["id"]) | {"department_id": "none"}
    assert await tang.refusal("POST", "/consults", body, **key) == (404, "department/not-found")
    await tang.answer("POST", "/consults", draft(service, patient["id"]), **key)


async def test_an_answer_is_kept_for_a_day_and_no_longer(embedded: Running) -> None:
    tang = await embedded.login("tang")
    body = {"name": "李雷", "sex": "male"}
    first = await tang.answer("POST", "/patients", body, **{"Idempotency-Key": "k"})
    await embedded.clock.advance(11 * 3600)
    assert await tang.answer("POST", "/patients", body, **{"Idempotency-Key": "k"}) == first
    await embedded.clock.advance(11 * 3600)
    await tang.answer("GET", "/session")
    await embedded.clock.advance(3 * 3600)
    await tang.answer("POST", "/patients", body, **{"Idempotency-Key": "l"})
    assert [row["key"] for row in await embedded.rows(ANSWERED_REQUESTS)] == ["l"]


async def test_the_same_key_of_somebody_else_is_another_key(service: Running) -> None:
    tang, bai = await service.login("tang"), await service.login("bai")
    key = {"Idempotency-Key": "k"}
    one = await tang.answer("POST", "/patients", {"name": "李雷", "sex": "male"}, **key)
    other = await bai.answer("POST", "/patients", {"name": "李雷", "sex": "male"}, **key)
    assert one["id"] != other["id"]


async def test_another_sites_page_changes_nothing(embedded: Running) -> None:
    tang = await embedded.login("tang")
    body = {"name": "李雷", "sex": "male"}
    refused = await tang.refusal("POST", "/patients", body, Origin="https://evil.example")
    assert refused == (403, "request/foreign-origin")
    await tang.answer("POST", "/patients", body, Origin="https://county.test")
    login = {"username": "tang", "password": PASSWORD}
    refused = await embedded.browser().refusal("POST", "/session", login, Origin="null")
    assert refused == (403, "request/foreign-origin")


async def test_a_denial_is_written_down_although_everything_else_is_rolled_back(service: Running) -> None:
    consult = await service.submitted()
    bai = await service.login("bai")
    await bai.refusal("GET", f"/consults/{consult['id']}")
    [denied] = [row for row in await service.rows(AUDIT.entry) if row["subtype"] == "denied"]
    assert (denied["actor_id"], denied["entity_id"]) == (service.county.people["bai"], consult["id"])
    assert denied["outcome"] == "consult/not-found"


async def test_every_look_at_a_patient_is_written_down(service: Running) -> None:
    consult = await service.submitted()
    xie, patient_id = await service.login("xie"), consult["patient"]["id"]
    await xie.answer("GET", f"/patients/{patient_id}")
    await xie.answer("GET", f"/patients/{patient_id}/record")
    await xie.answer("GET", f"/consults/{consult['id']}")
    await xie.answer("GET", "/patients?q=wang")
    seen = {
        (row["subtype"], row["patient_id"])
        for row in await service.rows(AUDIT.entry)
        if row["actor_id"] == service.county.people["xie"] and row["action"] == "R"
    }
    assert seen == {
        ("patient.read", patient_id),
        ("patient.record", patient_id),
        ("consult.read", patient_id),
        ("patient.search", None),
    }
    async with service.service.surroundings.database.read() as connection:
        read, faults = await verify(connection, AUDIT)
    assert (faults, read > 10) == ([], True)


async def test_a_pin_is_no_part_of_what_is_kept_of_a_request(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    xie = await embedded.login("xie")
    sign = SignConsult(event="sign", version=consult["version"], pin=PIN)
    path = f"/consults/{consult['id']}/events"
    await xie.answer("POST", path, sign.model_dump(), **{"Idempotency-Key": "k"})
    [row] = await embedded.rows(ANSWERED_REQUESTS)
    without_pin = sign.model_dump_json(exclude={"pin"})
    assert row["request_sha256"] == hashlib.sha256(f"POST /api{path}\n{without_pin}".encode()).hexdigest()
    assert PIN not in row["body"]
