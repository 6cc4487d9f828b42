"""An administrator's work with people: enrolling, roles, passwords, keeping out; and where their reach ends."""

from datetime import timedelta
from typing import Any

import pytest
from county import PASSWORD, PIN, START, Browser, Running

from consult_api.access import Role
from consult_api.database import AUDIT, OUTBOX
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.enrolment import NewMembership, NewPerson
from consult_api.directory.tables import SESSIONS


def newcomer(service: Running, **more: Any) -> dict[str, Any]:
    membership = {
        "institution_id": service.county.institutions["hospital"],
        "department_id": service.county.departments["heart"],
        "role": "specialist",
    }
    return {
        "name": "新医生",
        "username": " Xin.Yi ",
        "phone": "0792-1234567",
        "membership": membership,
        "certificate": {"number": "110360000000077", "expires_on": "2026-04-15"},
    } | more


async def of_stone(service: Running) -> Browser:
    """Log in as an administrator of Stone township alone."""
    role = NewMembership(institution_id=service.county.institutions["stone"], role=Role.ADMINISTRATOR)
    person = NewPerson(name="Shi", username="shi", password=PASSWORD, memberships=(role,))
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.create_person(transaction, person, now=START)
    return await service.login("shi")


async def test_a_newcomer_is_found_gets_a_password_and_logs_in(service: Running) -> None:
    an = await service.login("an")
    created = await an.answer("POST", "/people", newcomer(service))
    assert (created["username"], created["has_password"], created["credential_fault"]) == (
        "xin.yi",
        False,
        "unverified",
    )
    for text in ("新医", "xin.", "10360000000077"):
        [found] = await an.answer("GET", f"/people?q={text}")
        assert found["person_id"] == created["person_id"]
    assert await an.answer("GET", "/people?q=%25") == []
    secret = (await an.answer("POST", f"/people/{created['person_id']}/password"))["secret"]
    browser = service.browser()
    me = await browser.answer("POST", "/session", {"username": "xin.yi", "password": secret})
    assert me["memberships"][0]["department_name"] == "heart"
    assert [row["subtype"] for row in await service.rows(AUDIT.entry) if row["actor_id"] == me["person_id"]]


async def test_what_a_person_cannot_be_is_refused(service: Running) -> None:
    an = await service.login("an")
    place = newcomer(service)["membership"]
    for body, expected in [
        (newcomer(service, username="TANG"), (409, "person/username-taken")),
        (newcomer(service, username="新"), (422, "request/invalid")),
        (newcomer(service, name="a\u0000b"), (422, "request/invalid")),
        (newcomer(service, membership=place | {"institution_id": "no"}), (404, "institution/not-found")),
        (
            newcomer(service, membership=place | {"department_id": service.county.departments["clinic"]}),
            (404, "department/not-found"),
        ),
        (
            newcomer(service, certificate={"number": "100000000000003", "expires_on": "2030-01-01"}),
            (409, "credential/number-taken"),
        ),
    ]:
        assert await an.refusal("POST", "/people", body) == expected
    assert await an.answer("GET", "/people?q=新医生") == []


async def test_a_change_counts_and_the_slower_of_two_is_told(service: Running) -> None:
    an = await service.login("an")
    path = f"/people/{service.county.people['xie']}"
    seen = await an.answer("GET", path)
    body = {"version": seen["version"], "name": "Xie Second", "username": "xie", "phone": None}
    changed = await an.answer("PUT", path, body)
    assert (changed["name"], changed["version"]) == ("Xie Second", seen["version"] + 1)
    assert await an.refusal("PUT", path, body) == (409, "person/stale-version")
    assert "clinical.staff_recorded" in {row["subject"] for row in await service.rows(OUTBOX.outbox)}


async def test_whoever_is_disabled_is_out_at_once_and_may_be_let_in_again(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    path = f"/people/{service.county.people['xie']}"
    version = (await an.answer("GET", path))["version"]
    out = await an.answer("PUT", f"{path}/disabling", {"version": version, "is_disabled": True})
    assert out["disabled_at"] is not None
    assert await xie.refusal("GET", "/session") == (401, "session/expired")
    body = {"username": "xie", "password": PASSWORD}
    assert await service.browser().refusal("POST", "/session", body) == (401, "session/wrong-credentials")
    back = await an.answer("PUT", f"{path}/disabling", {"version": out["version"], "is_disabled": False})
    assert back["disabled_at"] is None
    await service.browser().answer("POST", "/session", body)
    assert await xie.refusal("GET", "/session") == (401, "session/expired")


async def test_nobody_locks_themselves_out(service: Running) -> None:
    an = await service.login("an")
    path = f"/people/{service.county.people['an']}"
    me = await an.answer("GET", path)
    body = {"version": me["version"], "is_disabled": True}
    assert await an.refusal("PUT", f"{path}/disabling", body) == (409, "person/yourself")
    role = me["memberships"][0]["id"]
    assert await an.refusal("DELETE", f"{path}/memberships/{role}") == (409, "person/yourself")


async def test_a_role_is_given_once_used_and_ended_with_its_logins(service: Running) -> None:
    an = await service.login("an")
    path = f"/people/{service.county.people['xie']}"
    given = newcomer(service)["membership"] | {"role": "director", "department_id": None}
    after = await an.answer("POST", f"{path}/memberships", given)
    assert [each["role"] for each in after["memberships"]] == ["specialist", "director"]
    assert await an.refusal("POST", f"{path}/memberships", given) == (409, "person/role-held")
    role = after["memberships"][1]["id"]
    xie = await service.login("xie")
    await xie.answer("PUT", "/session/membership", {"membership_id": role})
    await an.answer("DELETE", f"{path}/memberships/{role}")
    assert await xie.refusal("GET", "/session") == (401, "session/expired")
    assert await an.refusal("DELETE", f"{path}/memberships/{role}") == (404, "membership/not-found")


async def test_a_new_password_ends_every_login_and_is_kept_nowhere_in_the_clear(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    path = f"/people/{service.county.people['xie']}/password"
    first = (await an.answer("POST", path, **{"Idempotency-Key": "k"}))["secret"]
    second = (await an.answer("POST", path, **{"Idempotency-Key": "k"}))["secret"]
    assert first != second
    assert await xie.refusal("GET", "/session") == (401, "session/expired")
    database = service.service.surroundings.database
    async with database.read() as connection:
        for table in SESSIONS.metadata.sorted_tables:
            for row in await connection.execute(table.select()):
                assert second not in repr(row)


async def test_a_cleared_pin_signs_nothing_until_its_owner_chooses_another(service: Running) -> None:
    an, xie = await service.login("an"), await service.login("xie")
    cleared = await an.answer("DELETE", f"/people/{service.county.people['xie']}/pin")
    assert not cleared["has_pin"]
    consult = await service.awaiting_report()
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    path = f"/consults/{consult['id']}/events"
    assert await xie.refusal("POST", path, body) == (403, "consult/no-pin")
    chosen = {"current_password": PASSWORD, "new_pin": "135791"}
    await xie.answer("PUT", "/session/pin", chosen)
    await xie.answer("POST", path, body | {"pin": "135791"})


async def test_a_township_administrator_sees_and_changes_their_own_people_only(service: Running) -> None:
    shi = await of_stone(service)
    listed = await shi.answer("GET", "/people")
    assert {each["name"] for each in listed} == {"Tang", "Tan", "Ren", "Shi"}
    assert await shi.refusal("GET", f"/people/{service.county.people['xie']}") == (404, "person/not-found")
    tang = f"/people/{service.county.people['tang']}"
    assert (await shi.answer("GET", tang))["may_edit"]
    here = {"institution_id": service.county.institutions["stone"], "role": "specialist"}
    there = {"institution_id": service.county.institutions["hospital"], "role": "specialist"}
    await shi.answer("POST", f"{tang}/memberships", here)
    assert await shi.refusal("POST", f"{tang}/memberships", there) == (404, "institution/not-found")
    regulator = here | {"role": "regulator"}
    assert await shi.refusal("POST", f"{tang}/memberships", regulator) == (403, "person/role-not-yours")
    elsewhere = await service.login("an")
    await elsewhere.answer("POST", f"{tang}/memberships", there)
    assert not (await shi.answer("GET", tang))["may_edit"]
    assert await shi.refusal("POST", f"{tang}/password") == (403, "person/not-yours")
    assert {each["name"] for each in await elsewhere.answer("GET", "/people?limit=500")} > {"Xie", "Tang"}


async def test_the_countys_list_narrows_to_an_institution_and_to_what_needs_attention(
    service: Running,
) -> None:
    an = await service.login("an")
    stone = service.county.institutions["stone"]
    listed = await an.answer("GET", f"/people?institution_id={stone}")
    assert {each["name"] for each in listed} == {"Tang", "Tan", "Ren"}
    assert await an.answer("GET", "/people?attention=true") == []
    await an.answer("POST", "/people", newcomer(service))
    [found] = await an.answer("GET", "/people?attention=true")
    assert (found["expires_on"], found["expires_soon"]) == ("2026-04-15", True)


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_machine_administers_nobody(embedded: Running, method: str) -> None:
    machine = embedded.machine("api")
    body = newcomer(embedded) | {"version": 1}
    path = "/people" if method == "POST" else f"/people/{embedded.county.people['xie']}"
    assert await machine.refusal(method, path, body) == (403, "access/denied")


async def test_a_persons_own_password_replaces_the_issued_one(service: Running) -> None:
    xie = await service.login("xie")
    other = service.browser()
    await other.answer("POST", "/session", {"username": "xie", "password": PASSWORD})
    wrong = {"current_password": "wrong", "new_password": "another long password"}
    assert await xie.refusal("PUT", "/session/password", wrong) == (403, "session/wrong-password")
    short = {"current_password": PASSWORD, "new_password": "short"}
    assert await xie.refusal("PUT", "/session/password", short) == (422, "request/invalid")
    await xie.answer("PUT", "/session/password", wrong | {"current_password": PASSWORD})
    assert (await xie.answer("GET", "/session"))["name"] == "Xie"
    assert await other.refusal("GET", "/session") == (401, "session/expired")
    login = {"username": "xie", "password": "another long password"}
    await other.answer("POST", "/session", login)


async def test_guessing_ones_own_password_is_slowed_down(embedded: Running) -> None:
    xie = await embedded.login("xie")
    wrong = {"current_password": "wrong", "new_pin": "135791"}
    codes = [(await xie.refusal("PUT", "/session/pin", wrong))[1] for _ in range(6)]
    assert codes == ["session/wrong-password"] * 5 + ["session/too-many-attempts"]
    await embedded.clock.advance(timedelta(minutes=1).total_seconds())
    assert (await xie.refusal("PUT", "/session/pin", wrong))[1] == "session/wrong-password"
