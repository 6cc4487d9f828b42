"""Steps of a consult through HTTP: offers, refusals, who may do what, and being faster than somebody else."""

import asyncio
from datetime import timedelta

import pytest
from county import PIN, Running
from sqlalchemy import update

from consult_api.consults.tables import OFFERS
from consult_api.database import AUDIT, OUTBOX
from consult_api.directory.tables import CREDENTIALS


async def test_a_submitted_consult_rings_the_first_tier_and_nobody_else(service: Running) -> None:
    consult = await service.submitted()
    assert consult["state"] == "offered"
    assert {offer["person"]["name"] for offer in consult["offers"]} == {"Xie", "Xu"}
    assert [step["event"] for step in consult["history"]] == ["submit", "offer"]
    assert consult["history"][1]["by"] is None
    xie = await service.login("xie")
    [listed] = await xie.answer("GET", "/consults?view=worklist")
    assert (listed["id"], listed["rings_me"]) == (consult["id"], True)
    xing = await service.login("xing")
    [listed] = await xing.answer("GET", "/consults?view=worklist")
    assert listed["rings_me"] is False
    sun = await service.login("sun")
    assert await sun.answer("GET", "/consults?view=worklist") == []


async def test_one_accepts_and_the_other_stops_ringing(service: Running) -> None:
    consult = await service.submitted()
    xie, xu = await service.login("xie"), await service.login("xu")
    accepted = await service.move(xie, consult, "accept")
    assert accepted["state"] == "accepted"
    assert accepted["specialist"]["name"] == "Xie"
    assert {offer["person"]["name"]: offer["status"] for offer in accepted["offers"]} == {
        "Xie": "accepted",
        "Xu": "withdrawn",
    }
    late = {"event": "accept", "version": consult["version"]}
    path = f"/consults/{consult['id']}/events"
    assert await xu.refusal("POST", path, late) == (409, "consult/stale-version")
    late["version"] = accepted["version"]
    assert await xu.refusal("POST", path, late) == (409, "consult/not-allowed-now")


async def test_two_specialists_accept_at_the_same_moment_and_one_gets_it(service: Running) -> None:
    consult = await service.submitted()
    browsers = [await service.login("xie"), await service.login("xu")]
    body = {"event": "accept", "version": consult["version"]}
    answers = await asyncio.gather(
        *(browser.post(f"/api/consults/{consult['id']}/events", json=body) for browser in browsers)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_when_everybody_declines_the_requester_learns_why(service: Running) -> None:
    consult = await service.submitted()
    for name, reason in {"xie": "in theatre", "xu": "off sick", "xing": "driving", "duan": "abroad"}.items():
        consult = await service.move(await service.login(name), consult, "decline", reason=reason)
    assert consult["state"] == "declined"
    tang = await service.login("tang")
    seen = await tang.answer("GET", f"/consults/{consult['id']}")
    assert {offer["reason"] for offer in seen["offers"]} == {"in theatre", "off sick", "driving", "abroad"}
    assert seen["deadlines"] == dict.fromkeys(seen["deadlines"])
    await service.clock.advance(3600)
    xie = await service.login("xie")
    assert await xie.refusal("GET", f"/consults/{consult['id']}") == (404, "consult/not-found")
    assert await xie.refusal("GET", f"/patients/{consult['patient']['id']}") == (404, "patient/not-found")


async def test_asking_back_goes_to_the_requester_and_comes_back(service: Running) -> None:
    consult = await service.submitted()
    xie, tang = await service.login("xie"), await service.login("tang")
    asked = await service.move(xie, consult, "ask_back", question="Since when?")
    assert (asked["state"], asked["deadlines"]["escalate_at"]) == ("info_needed", None)
    answered = await service.move(tang, asked, "answer_back", answer="Forty minutes")
    assert answered["state"] == "offered"
    assert answered["deadlines"]["escalate_at"] is not None
    notes = {step["event"]: step["note"] for step in answered["history"]}
    assert (notes["ask_back"], notes["answer_back"]) == ("Since when?", "Forty minutes")


async def test_a_step_that_is_somebody_elses_is_refused(service: Running) -> None:
    consult = await service.submitted()
    path = f"/consults/{consult['id']}/events"
    accept = {"event": "accept", "version": consult["version"]}
    cancel = {"event": "cancel", "version": consult["version"], "reason": "no"}
    tang, xie, xing = [await service.login(name) for name in ("tang", "xie", "xing")]
    assert await tang.refusal("POST", path, accept) == (403, "consult/not-yours")
    assert await xing.refusal("POST", path, accept) == (403, "consult/not-yours")
    assert await xie.refusal("POST", path, cancel) == (403, "consult/not-yours")
    tan = await service.login("tan")  # a colleague of the same township centre stands in
    assert (await tan.answer("POST", path, cancel))["state"] == "cancelled"


async def test_an_event_that_the_state_doesnt_know_is_refused(service: Running) -> None:
    consult = await service.submitted()
    tang = await service.login("tang")
    body = {"event": "acknowledge", "version": consult["version"], "verdict": "adopted"}
    answer = await tang.post(f"/api/consults/{consult['id']}/events", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "consult/not-allowed-now")
    assert answer.json()["parameters"] == {"state": "offered", "event": "acknowledge"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"verified_at": None}, "unverified"), ({"expires_on": timedelta(days=-1)}, "expired")],
)
async def test_a_specialist_without_a_valid_certificate_cant_accept(
    embedded: Running, change: dict[str, object], reason: str
) -> None:
    consult = await embedded.submitted()
    values = {
        name: (embedded.clock.now() + value).date() if isinstance(value, timedelta) else value
        for name, value in change.items()
    }
    async with embedded.service.surroundings.database.write() as transaction:
        mine = CREDENTIALS.c.person_id == embedded.county.people["xie"]
        await transaction.connection.execute(update(CREDENTIALS).where(mine).values(**values))
    xie = await embedded.login("xie")
    body = {"event": "accept", "version": consult["version"]}
    answer = await xie.post(f"/api/consults/{consult['id']}/events", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "credential/not-valid")
    assert answer.json()["parameters"] == {"reason": reason}


async def test_a_department_where_nobody_can_be_rung_is_said_at_once(embedded: Running) -> None:
    tang = await embedded.login("tang")
    patient = await embedded.patient(tang)
    clinic = embedded.county.departments["clinic"]
    consult = await embedded.consult(tang, patient["id"], department_id=clinic)
    body = {"event": "submit", "version": consult["version"]}
    refused = await tang.refusal("POST", f"/consults/{consult['id']}/events", body)
    assert refused == (422, "department/nobody-on-duty")
    assert (await tang.answer("GET", f"/consults/{consult['id']}"))["state"] == "draft"


async def test_scheduling_a_no_show_and_an_interruption(embedded: Running) -> None:
    consult = await embedded.submitted(urgency="routine")
    xie, tang = await embedded.login("xie"), await embedded.login("tang")
    consult = await embedded.move(xie, consult, "accept")
    at = (embedded.clock.now() + timedelta(hours=2)).isoformat()
    consult = await embedded.move(tang, consult, "propose", slots=[at])
    consult = await embedded.move(xie, consult, "schedule", at=at)
    assert consult["state"] == "scheduled"
    consult = await embedded.move(xie, consult, "no_show", side="requester")
    consult = await embedded.move(xie, consult, "propose", slots=[at])
    consult = await embedded.move(tang, consult, "schedule", at=at)
    consult = await embedded.move(xie, consult, "start_session")
    consult = await embedded.move(tang, consult, "interrupt")
    assert consult["state"] == "interrupted"
    consult = await embedded.move(xie, consult, "resume")
    assert (await embedded.move(xie, consult, "finish"))["state"] == "awaiting_report"


async def test_a_written_answer_needs_no_session(embedded: Running) -> None:
    consult = await embedded.submitted(mode="store_and_forward", urgency="routine")
    xie = await embedded.login("xie")
    consult = await embedded.move(xie, consult, "accept")
    assert (consult["state"], consult["can_meet"]) == ("answering", False)
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", {"assessment": "Harmless"})
    assert (await embedded.move(xie, consult, "sign", pin=PIN))["state"] == "reported"


async def test_not_adopting_needs_a_reason_and_closing_keeps_the_outcome(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    tang, xie = await embedded.login("tang"), await embedded.login("xie")
    consult = await embedded.move(xie, consult, "sign", pin=PIN)
    path = f"/consults/{consult['id']}/events"
    body = {"event": "acknowledge", "version": consult["version"], "verdict": "not"}
    assert await tang.refusal("POST", path, body) == (422, "consult/reason-needed")
    consult = await embedded.move(tang, consult, "acknowledge", verdict="partly", reason="No beds")
    assert consult["acknowledgement"]["verdict"] == "partly"
    consult = await embedded.move(tang, consult, "close", outcome="recovered")
    assert (consult["state"], consult["outcome"]) == ("closed", "recovered")
    assert (await xie.answer("GET", f"/patients/{consult['patient']['id']}"))["name"] == "王小明"
    await embedded.clock.advance(31 * 86400)
    fresh = embedded.browser()
    await fresh.answer("POST", "/session", {"username": "xie", "password": "a long enough password"})
    gone = await fresh.refusal("GET", f"/patients/{consult['patient']['id']}")
    assert gone == (404, "patient/not-found")


async def test_every_step_leaves_its_trail_in_the_same_transaction(service: Running) -> None:
    consult = await service.submitted()
    xie = await service.login("xie")
    await service.move(xie, consult, "accept")
    subtypes = [row["subtype"] for row in await service.rows(AUDIT.entry) if row["entity_type"] == "consult"]
    assert {"consult.draft", "consult.submit", "consult.offer", "consult.accept"} <= set(subtypes)
    told = [row["subject"] for row in await service.rows(OUTBOX.outbox)]
    assert told.count("clinical.patient_registered") == 1
    assert told.count("clinical.consult_recorded") == 2  # submitted and offered at once, accepted
    assert {row["status"] for row in await service.rows(OFFERS)} == {"accepted", "withdrawn"}


async def test_a_draft_is_changed_only_by_its_township_and_only_as_a_draft(service: Running) -> None:
    tang = await service.login("tang")
    patient = await service.patient(tang)
    consult = await service.consult(tang, patient["id"])
    path = f"/consults/{consult['id']}"
    changed = await tang.answer(
        "PATCH", path, {"version": 1, "urgency": "urgent", "vitals": {"pulse_bpm": 96, "spo2_percent": 93}}
    )
    assert (changed["urgency"], changed["question"]) == ("urgent", consult["question"])
    assert changed["vitals"]["pulse_bpm"] == 96
    stale = await tang.refusal("PATCH", path, {"version": 1, "question": "Another?"})
    assert stale == (409, "consult/stale-version")
    xie = await service.login("xie")
    assert await xie.refusal("GET", path) == (404, "consult/not-found")
    consult = await service.move(tang, changed, "submit")
    late = await tang.refusal("PATCH", path, {"version": consult["version"], "question": "Another?"})
    assert late == (409, "consult/not-allowed-now")
