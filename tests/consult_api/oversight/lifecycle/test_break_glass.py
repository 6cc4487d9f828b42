"""Bai of River opens the record of a patient of Stone's; Duan or Guo judge it the next day."""

from typing import Any

from county import PASSWORD, PIN, Browser, Running, resident_id
from sqlalchemy import insert

from consult_api.access import Role
from consult_api.database import AUDIT
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.enrolment import NewMembership, NewPerson
from consult_api.directory.tables import MEMBERSHIPS
from consult_api.oversight.rules.break_glass import LASTS
from wire.clinical import Changed

DAY_S = 86_400


def opening(patient_id: str, **more: object) -> dict[str, object]:
    return {"patient_id": patient_id, "reason": "unconscious, alone", "pin": PIN} | more


async def broken(service: Running) -> tuple[Browser, dict[str, Any]]:
    """Bai has broken the glass for Tang's patient."""
    bai, patient = await service.login("bai"), await service.patient(await service.login("tang"))
    assert await bai.refusal("GET", f"/patients/{patient['id']}") == (404, "patient/not-found")
    return bai, await bai.answer("POST", "/break-glass", opening(patient["id"]))


async def director_of_stone(service: Running) -> Browser:
    async with service.service.surroundings.database.write() as transaction:
        membership = NewMembership(institution_id=service.county.institutions["stone"], role=Role.DIRECTOR)
        person = NewPerson(name="Shi", username="shi", password=PASSWORD, memberships=(membership,))
        await enrolment.create_person(transaction, person, now=service.clock.now())
    browser = service.browser()
    await browser.answer("POST", "/session", {"username": "shi", "password": PASSWORD})
    return browser


async def subtypes(service: Running) -> list[str]:
    return [row["subtype"] for row in await service.rows(AUDIT.entry)]


async def test_broken_glass_shows_the_patient_for_four_hours(service: Running) -> None:
    bai, glass = await broken(service)
    patient = f"/patients/{glass['patient']['id']}"
    assert (await bai.answer("GET", patient))["name"] == "王小明"
    assert (await bai.answer("GET", f"{patient}/record"))["patient"]["name"] == "王小明"
    assert [each["id"] for each in await bai.answer("GET", "/break-glass/mine")] == [glass["id"]]
    service.clock.shift(LASTS.total_seconds() - 1)
    await bai.answer("GET", patient)
    service.clock.shift(1)
    assert await bai.refusal("GET", patient) == (404, "patient/not-found")
    assert await bai.answer("GET", "/break-glass/mine") == []
    assert "break_glass.open" in await subtypes(service)


async def test_the_patient_is_found_by_the_whole_resident_id(embedded: Running) -> None:
    await embedded.patient(await embedded.login("tang"), serial=1)
    bai = await embedded.login("bai")
    body = {"resident_id": f" {resident_id(1)} ", "reason": "unconscious, alone", "pin": PIN}
    assert (await bai.answer("POST", "/break-glass", body))["patient"]["name"] == "王小明"
    body |= {"resident_id": resident_id(3)}
    assert await bai.refusal("POST", "/break-glass", body) == (404, "patient/not-found")


async def test_a_colleague_sees_nothing_through_it(embedded: Running) -> None:
    _, glass = await broken(embedded)
    cun = await embedded.login("cun")
    assert await cun.refusal("GET", f"/patients/{glass['patient']['id']}") == (404, "patient/not-found")


async def test_it_needs_a_reason_and_the_right_pin(embedded: Running) -> None:
    bai, patient = await embedded.login("bai"), await embedded.patient(await embedded.login("tang"))
    wrong = opening(patient["id"], pin="000000")
    assert await bai.refusal("POST", "/break-glass", wrong) == (403, "break-glass/wrong-pin")
    for body in (opening(patient["id"], reason="  "), opening(patient["id"], resident_id="1"), {"pin": PIN}):
        assert await bai.refusal("POST", "/break-glass", body) == (422, "request/invalid")
    assert await bai.refusal("GET", f"/patients/{patient['id']}") == (404, "patient/not-found")


async def test_it_is_refused_where_it_is_not_needed(embedded: Running) -> None:
    bai, glass = await broken(embedded)
    again = opening(glass["patient"]["id"])
    assert await bai.refusal("POST", "/break-glass", again) == (409, "break-glass/not-needed")
    tang = await embedded.login("tang")
    assert await tang.refusal("POST", "/break-glass", again) == (409, "break-glass/not-needed")


async def test_sent_twice_it_is_broken_once(embedded: Running) -> None:
    bai, patient = await embedded.login("bai"), await embedded.patient(await embedded.login("tang"))
    body, key = opening(patient["id"]), {"Idempotency-Key": "k"}
    first = await bai.answer("POST", "/break-glass", body, **key)
    assert await bai.answer("POST", "/break-glass", body, **key) == first


async def test_given_back_it_ends_at_once(embedded: Running) -> None:
    bai, glass = await broken(embedded)
    await bai.answer("POST", f"/break-glass/{glass['id']}/end")
    missing = await bai.refusal("GET", f"/patients/{glass['patient']['id']}")
    assert missing == (404, "patient/not-found")
    again = await bai.refusal("POST", f"/break-glass/{glass['id']}/end")
    assert again == (409, "break-glass/already-over")
    tang = await embedded.login("tang")
    assert await tang.refusal("POST", f"/break-glass/{glass['id']}/end") == (404, "break-glass/not-found")


async def test_the_director_of_the_patients_institution_is_told_and_judges(embedded: Running) -> None:
    shi, duan = await director_of_stone(embedded), await embedded.login("duan")
    async with embedded.bus.subscribe(Changed) as changes:
        _, glass = await broken(embedded)
        changed = await anext(changes)
        while changed.kind != "break_glass":
            changed = await anext(changes)
    me = await shi.answer("GET", "/session")
    assert set(changed.person_ids) == {me["person_id"], embedded.county.people["guo"]}
    assert changed.institution_ids == ()
    assert await duan.answer("GET", "/break-glass") == []
    (waiting,) = await shi.answer("GET", "/break-glass?waiting=true")
    assert (waiting["reason"], waiting["may_review"]) == ("unconscious, alone", True)
    body = {"version": waiting["version"], "verdict": "justified", "note": "the family confirmed it"}
    path = f"/break-glass/{glass['id']}/review"
    assert await duan.refusal("POST", path, body) == (404, "break-glass/not-found")
    judged = await shi.answer("POST", path, body)
    assert (judged["verdict"], judged["reviewed_by"]["name"]) == ("justified", "Shi")
    assert await shi.refusal("POST", path, body) == (409, "break-glass/already-reviewed")
    assert await shi.answer("GET", "/break-glass?waiting=true") == []
    assert len(await shi.answer("GET", "/break-glass")) == 1
    assert "break_glass.review" in await subtypes(embedded)


async def test_the_regulator_judges_everywhere_and_a_stale_page_judges_nothing(embedded: Running) -> None:
    guo = await embedded.login("guo")
    bai, glass = await broken(embedded)
    path = f"/break-glass/{glass['id']}/review"
    body = {"version": glass["version"], "verdict": "not_justified", "note": "the patient was well"}
    await bai.answer("POST", f"/break-glass/{glass['id']}/end")
    assert await guo.refusal("POST", path, body) == (409, "break-glass/stale-version")
    judged = await guo.answer("POST", path, body | {"version": glass["version"] + 1})
    assert judged["verdict"] == "not_justified"


async def test_nobody_judges_their_own(embedded: Running) -> None:
    """Bai works at River, and directs Stone as well."""
    _, glass = await broken(embedded)
    async with embedded.service.surroundings.database.write() as transaction:
        values = {"person_id": embedded.county.people["bai"], "role": Role.DIRECTOR.value, "id": "stone-bai"}
        values["institution_id"] = embedded.county.institutions["stone"]
        await transaction.connection.execute(insert(MEMBERSHIPS).values(**values))
    bai = await embedded.login("bai")
    await bai.answer("PUT", "/session/membership", {"membership_id": "stone-bai"})
    (listed,) = await bai.answer("GET", "/break-glass")
    assert listed["may_review"] is False
    body = {"version": glass["version"], "verdict": "justified", "note": "of course"}
    refusal = await bai.refusal("POST", f"/break-glass/{glass['id']}/review", body)
    assert refusal == (403, "break-glass/not-yours")


async def test_whoever_forgets_to_judge_is_reminded_once(embedded: Running) -> None:
    _, glass = await broken(embedded)
    embedded.clock.shift(DAY_S * 2)
    await embedded.service.timers.fire_due()
    embedded.clock.shift(DAY_S)
    await embedded.service.timers.fire_due()
    assert (await subtypes(embedded)).count("break_glass.overdue") == 1
    guo = await embedded.login("guo")
    body = {"version": glass["version"], "verdict": "justified", "note": "late, but so it was"}
    await guo.answer("POST", f"/break-glass/{glass['id']}/review", body)
