"""Planning a roster: who may, what is refused, what is copied, and what a week shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from county import START, Browser, Running
from sqlalchemy import update

from consult_api.database import AUDIT
from consult_api.directory.lifecycle.enrolment import disable_person
from consult_api.directory.tables import CREDENTIALS, SHIFTS

WEEK = "2026-06-03"
MONDAY = datetime(2026, 5, 31, 16, tzinfo=UTC)  # midnight in China


def shift(service: Running, person: str, *, department: str = "heart", **more: Any) -> dict[str, Any]:
    body = {
        "department_id": service.county.departments[department],
        "person_id": service.county.people[person],
        "tier": 1,
        "starts_at": MONDAY.isoformat(),
        "ends_at": (MONDAY + timedelta(hours=12)).isoformat(),
    }
    return body | more


async def week(service: Running, browser: Browser, day: str = WEEK, department: str = "heart") -> Any:
    department_id = service.county.departments[department]
    return await browser.answer("GET", f"/rosters?department_id={department_id}&week={day}")


async def test_a_shift_appears_in_its_week_and_what_it_leaves_open_is_a_gap(service: Running) -> None:
    duan = await service.login("duan")
    added = await duan.answer("POST", "/rosters/shifts", shift(service, "xie"))
    assert (added["person"]["name"], added["credential_fault"]) == ("Xie", None)
    found = await week(service, duan)
    assert (found["monday"], found["may_edit"]) == ("2026-06-01", True)
    assert [each["id"] for each in found["shifts"]] == [added["id"]]
    assert [(gap["tier"], gap["starts_at"]) for gap in found["gaps"]] == [
        (1, "2026-06-01T04:00:00Z"),
        (0, "2026-05-31T16:00:00Z"),
    ]
    assert [each["name"] for each in found["directors_by_role"]] == ["Duan"]
    assert [each["name"] for each in found["candidates"]] == ["Xie", "Xu", "Xing", "Sun", "Duan"]
    assert (await week(service, duan, "2026-06-08"))["shifts"] == []


async def test_somebody_on_the_roster_sees_it_and_their_own_shifts_but_plans_nothing(
    service: Running,
) -> None:
    duan, sun = await service.login("duan"), await service.login("sun")
    body = shift(
        service, "sun", starts_at=(START + timedelta(days=3)).isoformat(), ends_at="2026-03-06T08:00:00Z"
    )
    added = await duan.answer("POST", "/rosters/shifts", body)
    mine = await sun.answer("GET", "/rosters/mine")
    assert [(each["id"], each["department"]["name"]) for each in mine[1:]] == [(added["id"], "heart")]
    seen = await week(service, sun, "2026-03-05")
    assert (seen["may_edit"], seen["candidates"]) == (False, [])
    assert added["id"] in [each["id"] for each in seen["shifts"]]
    assert await sun.refusal("POST", "/rosters/shifts", body) == (403, "access/denied")


async def test_what_cannot_be_a_shift_is_refused_and_nothing_is_written(service: Running) -> None:
    duan = await service.login("duan")
    before = await service.rows(SHIFTS)
    late = (MONDAY + timedelta(days=32)).isoformat()
    for body, expected in [
        (shift(service, "xie", ends_at=MONDAY.isoformat()), (422, "roster/span-invalid")),
        (shift(service, "xie", ends_at=late), (422, "roster/span-invalid")),
        (
            shift(service, "xie", starts_at="2026-03-01T00:00:00Z", ends_at="2026-03-02T00:00:00Z"),
            (409, "roster/over"),
        ),
        (shift(service, "tang"), (422, "roster/cannot-answer")),
        (shift(service, "qin"), (422, "roster/cannot-answer")),
        (shift(service, "xie", department="clinic"), (403, "roster/not-yours")),
        (shift(service, "xie", tier=4), (422, "request/invalid")),
        (shift(service, "xie", starts_at="2026-06-01T00:00:00"), (422, "request/invalid")),
        (shift(service, "xie", starts_at="9999-12-31T23:00:00-12:00"), (422, "request/invalid")),
        (shift(service, "xie", department_id="none"), (404, "department/not-found")),
    ]:
        assert await duan.refusal("POST", "/rosters/shifts", body) == expected
    await duan.answer("POST", "/rosters/shifts", shift(service, "xie"))
    assert await duan.refusal("POST", "/rosters/shifts", shift(service, "xie", tier=2)) == (
        409,
        "roster/overlaps",
    )
    assert len(await service.rows(SHIFTS)) == len(before) + 1


async def test_the_past_has_no_gaps(embedded: Running) -> None:
    duan = await embedded.login("duan")
    assert (await week(embedded, duan, "2026-02-25", "surgery"))["gaps"] == []
    present = await week(embedded, duan, "2026-03-02", "surgery")
    assert {gap["starts_at"] for gap in present["gaps"]} == {"2026-03-02T08:00:00Z"}


async def test_a_day_that_is_none_is_refused(embedded: Running) -> None:
    duan = await embedded.login("duan")
    for day in ("9999-12-31", "0001-01-01", "today"):
        path = f"/rosters?department_id={embedded.county.departments['heart']}&week={day}"
        assert await duan.refusal("GET", path) == (422, "request/invalid")


async def test_the_hospitals_administrator_plans_the_whole_countys_rosters(service: Running) -> None:
    an = await service.login("an")
    body = shift(service, "tang", department="clinic")
    assert await an.refusal("POST", "/rosters/shifts", body) == (422, "roster/cannot-answer")
    assert (await week(service, an, department="clinic"))["may_edit"]


async def test_a_coming_shift_is_removed_a_running_one_ends_now_and_a_past_one_stays(
    service: Running,
) -> None:
    duan = await service.login("duan")
    coming = await duan.answer("POST", "/rosters/shifts", shift(service, "xie"))
    await duan.answer("DELETE", f"/rosters/shifts/{coming['id']}")
    assert await duan.refusal("DELETE", f"/rosters/shifts/{coming['id']}") == (404, "roster/not-found")
    running = next(
        row for row in await service.rows(SHIFTS) if row["person_id"] == service.county.people["xie"]
    )
    await duan.answer("DELETE", f"/rosters/shifts/{running['id']}")
    ended = next(row for row in await service.rows(SHIFTS) if row["id"] == running["id"])
    assert ended["ends_at"] == service.clock.now()
    assert await duan.refusal("DELETE", f"/rosters/shifts/{running['id']}") == (409, "roster/over")
    subtypes = [row["subtype"] for row in await service.rows(AUDIT.entry)]
    assert {"shift.add", "shift.remove", "shift.end"} <= set(subtypes)


async def test_a_week_is_copied_without_what_would_be_refused(service: Running) -> None:
    duan = await service.login("duan")
    night = {"starts_at": "2026-06-07T10:00:00Z", "ends_at": "2026-06-08T00:00:00Z", "tier": 0}
    await duan.answer("POST", "/rosters/shifts", shift(service, "xie"))
    await duan.answer("POST", "/rosters/shifts", shift(service, "duan", **night))
    await duan.answer("POST", "/rosters/shifts", shift(service, "xu", tier=2))
    await duan.answer(
        "POST",
        "/rosters/shifts",
        shift(service, "xu", starts_at="2026-06-07T16:00:00Z", ends_at="2026-06-07T17:00:00Z"),
    )
    body = {
        "department_id": service.county.departments["heart"],
        "from_week": "2026-06-03",
        "to_week": "2026-06-14",
    }
    copied = await duan.answer("POST", "/rosters/copies", body, **{"Idempotency-Key": "copy"})
    assert copied["copied"] == 2
    assert [(each["person"]["name"], each["reason"]) for each in copied["left_out"]] == [
        ("Xu", "roster/overlaps")
    ]
    assert await duan.answer("POST", "/rosters/copies", body, **{"Idempotency-Key": "copy"}) == copied
    again = await duan.answer("POST", "/rosters/copies", body)
    assert (again["copied"], len(again["left_out"])) == (0, 3)
    shown = await week(service, duan, "2026-06-08")
    starts = [(each["person"]["name"], each["starts_at"]) for each in shown["shifts"]]
    assert ("Duan", "2026-06-14T10:00:00Z") in starts
    same = body | {"to_week": "2026-06-01"}
    assert await duan.refusal("POST", "/rosters/copies", same) == (422, "roster/same-week")


async def test_whoever_cannot_answer_is_marked_and_covers_nothing_once_disabled(service: Running) -> None:
    duan = await service.login("duan")
    whole = {"ends_at": (MONDAY + timedelta(days=7)).isoformat()}
    await duan.answer("POST", "/rosters/shifts", shift(service, "xie", **whole))
    assert [gap["tier"] for gap in (await week(service, duan))["gaps"]] == [0]
    xie = service.county.people["xie"]
    async with service.service.surroundings.database.write() as transaction:
        yesterday = START.date() - timedelta(days=1)
        expired = update(CREDENTIALS).where(CREDENTIALS.c.person_id == xie).values(expires_on=yesterday)
        await transaction.connection.execute(expired)
    assert (await week(service, duan))["shifts"][0]["credential_fault"] == "expired"
    async with service.service.surroundings.database.write() as transaction:
        await disable_person(transaction, xie, now=service.clock.now())
    found = await week(service, duan)
    assert found["shifts"][0]["is_disabled"]
    assert [gap["tier"] for gap in found["gaps"]] == [1, 0]
