"""Referrals and beds through HTTP, up and back down."""

import asyncio
from datetime import timedelta
from typing import Any

from county import Running

from consult_api.database import OUTBOX
from consult_api.referrals.tables import REFERRALS


async def draft(service: Running, patient_id: str | None = None, **more: object) -> dict[str, Any]:
    tang = await service.login("tang")
    patient_id = patient_id or (await service.patient(tang))["id"]
    body = {
        "patient_id": patient_id,
        "direction": "up",
        "to_institution_id": service.county.institutions["hospital"],
        "to_department_id": service.county.departments["heart"],
        "priority": "urgent",
        "reason": "Infarction",
        "summary": "ST elevation",
    }
    return await tang.answer("POST", "/referrals", body | more)


async def move(service: Running, who: str, referral: dict[str, Any], event: str, **more: object) -> Any:
    browser = await service.login(who)
    body = {"event": event, "version": referral["version"], **more}
    return await browser.answer("POST", f"/referrals/{referral['id']}/events", body)


async def refuse(service: Running, who: str, referral: dict[str, Any], event: str, **more: object) -> Any:
    browser = await service.login(who)
    body = {"event": event, "version": referral["version"], **more}
    return await browser.refusal("POST", f"/referrals/{referral['id']}/events", body)


def reception(service: Running, **more: object) -> dict[str, object]:
    return {"contact_name": "Bao", "contact_phone": "1", "bed_pool_id": service.county.pools["heart"]} | more


async def pool(service: Running, name: str = "heart") -> dict[str, Any]:
    bao = await service.login("bao")
    return next(one for one in await bao.answer("GET", "/beds") if one["id"] == service.county.pools[name])


async def test_a_patient_goes_up_and_comes_back(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    bao = await service.login("bao")
    [listed] = await bao.answer("GET", "/referrals?view=incoming")
    assert (listed["id"], listed["state"]) == (referral["id"], "submitted")
    referral = await move(service, "bao", referral, "accept", **reception(service))
    assert (await pool(service))["held"] == 1
    eta = (service.clock.now() + timedelta(hours=1)).isoformat()
    referral = await move(service, "tang", referral, "arrange_transport", means="ambulance", expected_at=eta)
    assert referral["reception"]["bed"]["held_until"] == "2026-03-02T11:00:00Z"
    referral = await move(service, "tang", referral, "depart")
    referral = await move(service, "xie", referral, "arrive")
    referral = await move(service, "xie", referral, "admit")
    beds = await pool(service)
    assert (beds["held"], beds["occupied"], beds["open"]) == (0, 9, 1)
    assert referral["reception"]["bed"]["status"] == "used"
    referral = await move(
        service, "xie", referral, "propose_down", instructions="Aspirin", rehabilitation="Walk every day"
    )
    referral = await move(service, "tang", referral, "accept_down", contact_name="Tan", contact_phone="2")
    assert referral["origin_contact"] == {"name": "Tan", "phone": "2"}
    referral = await move(service, "xie", referral, "discharge")
    beds = await pool(service)
    assert (beds["occupied"], beds["open"], referral["state"]) == (8, 2, "down_accepted")
    for event in ("return", "start_follow_up", "close"):
        referral = await move(service, "tang", referral, event)
    assert (referral["state"], referral["rehabilitation"]) == ("closed", "Walk every day")
    told = [
        row for row in await service.rows(OUTBOX.outbox) if row["subject"] == "clinical.referral_recorded"
    ]
    assert len(told) == len(referral["history"]) == 12


async def test_the_hospital_sees_the_patient_only_from_the_submission_on(service: Running) -> None:
    referral = await draft(service)
    xie, sun, bao = [await service.login(name) for name in ("xie", "sun", "bao")]
    patient = f"/patients/{referral['patient']['id']}"
    assert await xie.refusal("GET", patient) == (404, "patient/not-found")
    assert await xie.refusal("GET", f"/referrals/{referral['id']}") == (404, "referral/not-found")
    await move(service, "tang", referral, "submit")
    assert (await xie.answer("GET", patient))["name"] == "王小明"
    assert (await bao.answer("GET", patient))["name"] == "王小明"
    assert await sun.refusal("GET", patient) == (404, "patient/not-found")  # another department


async def test_a_patient_has_one_open_referral_from_one_origin(service: Running) -> None:
    first = await draft(service)
    second = await draft(service, first["patient"]["id"])
    first = await move(service, "tang", first, "submit")
    assert await refuse(service, "tang", second, "submit") == (409, "referral/already-open")
    await move(service, "tang", first, "cancel", reason="changed")
    assert (await move(service, "tang", second, "submit"))["state"] == "submitted"


async def test_two_drafts_submitted_at_once_leave_one_open(service: Running) -> None:
    one = await draft(service)
    drafts = [one, await draft(service, one["patient"]["id"])]
    tang = await service.login("tang")
    answers = await asyncio.gather(
        *(
            tang.post(f"/api/referrals/{item['id']}/events", json={"event": "submit", "version": 1})
            for item in drafts
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted(row["state"] for row in await service.rows(REFERRALS)) == ["draft", "submitted"]


async def test_the_last_bed_is_held_once(service: Running) -> None:
    bao = await service.login("bao")
    now = await pool(service)
    count = {"version": now["version"], "total": 10, "occupied": 9}
    await bao.answer("PUT", f"/beds/{now['id']}", count)
    tang = await service.login("tang")
    referrals = [
        await move(
            service,
            "tang",
            await draft(service, (await service.patient(tang, serial=serial))["id"]),
            "submit",
        )
        for serial in (1, 3, 5)
    ]
    answers = await asyncio.gather(
        *(
            bao.post(
                f"/api/referrals/{referral['id']}/events",
                json={"event": "accept", "version": referral["version"], **reception(service)},
            )
            for referral in referrals
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"bed/none-open"}
    assert (await pool(service))["held"] == 1


async def test_a_hold_that_runs_out_opens_the_bed_and_stops_the_departure(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    referral = await move(service, "bao", referral, "accept", **reception(service))
    await service.clock.advance(2 * 3600 + 1)
    await service.service.timers.fire_due()
    beds = await pool(service)
    assert (beds["held"], beds["open"]) == (0, 2)
    assert await refuse(service, "tang", referral, "depart") == (409, "referral/no-destination")


async def test_an_acceptance_names_a_bed_or_a_time(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    body = reception(service) | {"bed_pool_id": None}
    assert await refuse(service, "bao", referral, "accept", **body) == (422, "referral/bed-or-slot")
    other = reception(service, bed_pool_id=service.county.pools["surgery"])
    assert await refuse(service, "bao", referral, "accept", **other) == (404, "bed/not-found")
    slot = (service.clock.now() + timedelta(days=1)).isoformat()
    accepted = await move(service, "bao", referral, "accept", **body, slot_at=slot)
    assert accepted["reception"]["slot_at"] == "2026-03-03T08:00:00Z"


async def test_each_side_does_its_own_steps(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    assert await refuse(service, "tang", referral, "accept", **reception(service)) == (
        403,
        "referral/not-yours",
    )
    assert await refuse(service, "xie", referral, "cancel", reason="no") == (403, "referral/not-yours")
    assert await refuse(service, "bao", referral, "arrive") == (409, "referral/not-allowed-now")
    stale = referral | {"version": 1}
    assert await refuse(service, "bao", stale, "decline", reason="full", alternative="River") == (
        409,
        "referral/stale-version",
    )


async def test_a_declined_referral_says_why_and_what_else(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    await move(service, "bao", referral, "decline", reason="Full", alternative="City hospital")
    tang = await service.login("tang")
    seen = await tang.answer("GET", f"/referrals/{referral['id']}")
    assert (seen["state"], seen["decline_reason"], seen["alternative"]) == (
        "declined",
        "Full",
        "City hospital",
    )
    assert seen["available_events"] == []


async def test_a_redirected_referral_is_answered_by_the_other_department(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    to = {
        "to_institution_id": service.county.institutions["hospital"],
        "to_department_id": service.county.departments["surgery"],
    }
    referral = await move(service, "bao", referral, "redirect", reason="Better there", **to)
    sun = await service.login("sun")
    seen = await sun.answer("GET", f"/referrals/{referral['id']}")
    assert seen["to_department"]["name"] == "surgery"
    assert "accept" in seen["available_events"]


async def test_a_cancelled_referral_gives_its_bed_back(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    referral = await move(service, "bao", referral, "accept", **reception(service))
    await move(service, "tang", referral, "cancel", reason="better")
    assert (await pool(service))["held"] == 0


async def test_a_bed_is_told_apart_from_what_was_promised(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    await move(service, "bao", referral, "accept", **reception(service))
    bao = await service.login("bao")
    now = await pool(service)
    full = {"version": now["version"], "total": 10, "occupied": 10}
    assert await bao.refusal("PUT", f"/beds/{now['id']}", full) == (409, "bed/promised")
    added = await bao.answer("PUT", f"/beds/{now['id']}", full | {"total": 11})
    assert (added["open"], added["held"], added["occupied"]) == (0, 1, 10)


async def test_a_hold_that_ran_out_is_booked_anew(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    referral = await move(service, "bao", referral, "accept", **reception(service))
    await service.clock.advance(3 * 3600 + 1)
    await service.service.timers.fire_due()
    assert (await pool(service))["held"] == 0
    assert await refuse(service, "tang", referral, "depart") == (409, "referral/no-destination")
    referral = await move(service, "bao", referral, "rebook", bed_pool_id=service.county.pools["heart"])
    assert referral["reception"]["bed"]["status"] == "held"
    referral = await move(service, "tang", referral, "depart")
    slot = (service.clock.now() + timedelta(hours=5)).isoformat()
    referral = await move(service, "bao", referral, "rebook", slot_at=slot)
    assert ((await pool(service))["held"], referral["reception"]["slot_at"]) == (0, "2026-03-02T16:00:01Z")


async def test_a_later_arrival_keeps_the_bed_for_longer(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    referral = await move(service, "bao", referral, "accept", **reception(service))
    referral = await move(service, "tang", referral, "depart")
    late = (service.clock.now() + timedelta(hours=4)).isoformat()
    referral = await move(service, "tang", referral, "update_eta", expected_at=late)
    assert referral["reception"]["bed"]["held_until"] == "2026-03-02T14:00:00Z"
    assert referral["deadlines"]["overdue_at"] == "2026-03-02T12:30:00Z"
    await service.clock.advance(5 * 3600)
    await service.service.timers.fire_due()
    assert (await pool(service))["held"] == 1


async def test_a_patient_who_gets_no_promised_bed_lies_in_an_open_one(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    slot = service.clock.now().isoformat()
    body = reception(service) | {"bed_pool_id": None, "slot_at": slot}
    referral = await move(service, "bao", referral, "accept", **body)
    for event in ("arrive", "admit"):
        referral = await move(service, "xie", referral, event)
    beds = await pool(service)
    assert (beds["occupied"], beds["open"]) == (9, 1)
    await move(service, "tang", referral, "record_death")
    assert (await pool(service))["occupied"] == 8


async def test_the_township_may_look_for_another_hospital_itself(service: Running) -> None:
    referral = await move(service, "tang", await draft(service), "submit")
    away = {
        "to_institution_id": service.county.institutions["hospital"],
        "to_department_id": service.county.departments["surgery"],
        "reason": "No answer",
    }
    back = away | {"to_department_id": service.county.departments["heart"]}
    referral = await move(service, "tang", referral, "redirect", **away)
    xie = await service.login("xie")
    await service.clock.advance(601)
    path = f"/referrals/{referral['id']}"
    assert await xie.refusal("GET", path) == (404, "referral/not-found")
    referral = await move(service, "tang", referral, "redirect", **back)
    referral = await move(service, "tang", referral, "redirect", **away)
    referral = await move(service, "tang", referral, "redirect", **back)
    await service.clock.advance(601)
    assert (await xie.answer("GET", path))["state"] == "redirected"


async def test_a_hospital_sends_a_patient_down_with_instructions(service: Running) -> None:
    tang, xie = await service.login("tang"), await service.login("xie")
    up = await move(service, "tang", await draft(service), "submit")
    body = {
        "patient_id": up["patient"]["id"],
        "direction": "down",
        "to_institution_id": service.county.institutions["stone"],
        "to_department_id": service.county.departments["clinic"],
        "priority": "elective",
        "reason": "Stable",
        "summary": "Infarction, stent",
    }
    down = await xie.answer("POST", "/referrals", body)
    assert await refuse(service, "xie", down, "submit") == (422, "referral/instructions-missing")
    down = await xie.answer("POST", "/referrals", body | {"instructions": "Blood pressure weekly"})
    down = await move(service, "xie", down, "submit")
    assert down["state"] == "down_proposed"
    [listed] = await tang.answer("GET", "/referrals?view=incoming")
    assert listed["id"] == down["id"]
    assert await refuse(service, "xie", down, "accept_down") == (403, "referral/not-yours")
    down = await move(service, "tang", down, "accept_down", contact_name="Tang", contact_phone="139")
    assert down["reception"]["contact_name"] == "Tang"
    for event in ("return", "start_follow_up", "close"):
        down = await move(service, "tang", down, event)
    assert (down["state"], down["instructions"]) == ("closed", "Blood pressure weekly")


async def test_only_a_draft_for_the_same_patient_takes_a_referrals_place(service: Running) -> None:
    first = await move(service, "tang", await draft(service), "submit")
    tang = await service.login("tang")
    other = await draft(service, (await service.patient(tang, serial=3))["id"])
    wrong = {"reason": "worse", "superseded_by": other["id"]}
    assert await refuse(service, "tang", first, "supersede", **wrong) == (422, "referral/not-a-replacement")
    second = await draft(service, first["patient"]["id"])
    first = await move(service, "tang", first, "supersede", reason="worse", superseded_by=second["id"])
    assert (first["state"], first["superseded_by"]) == ("superseded", second["id"])
    assert (await move(service, "tang", second, "submit"))["state"] == "submitted"
