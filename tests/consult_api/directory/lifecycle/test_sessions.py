"""Logging in, staying in, getting out, and guessing."""

import asyncio
from datetime import timedelta
from statistics import median

from county import PASSWORD, Running, sha256

from consult_api.access import Role
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.lifecycle.enrolment import NewMembership, NewPerson
from consult_api.directory.tables import MACHINE_TOKENS, PERSONS, SESSIONS
from consult_api.request import SESSION_COOKIE

TANG = {"username": "tang", "password": PASSWORD}
WRONG = {"username": "tang", "password": "wrong"}


async def test_a_login_tells_who_one_is(service: Running) -> None:
    browser = service.browser()
    me = await browser.answer("POST", "/session", TANG | {"username": " Tang "})
    assert (me["name"], me["memberships"][0]["role"]) == ("Tang", "township_doctor")
    assert await browser.answer("GET", "/session") == me


async def test_the_cookie_is_for_the_server_alone_and_the_database_never_sees_it(service: Running) -> None:
    browser = service.browser()
    answer = await browser.post("/api/session", json=TANG)
    cookie = answer.headers["set-cookie"].lower()
    for attribute in ("httponly", "samesite=strict", "secure", "path=/"):
        assert attribute in cookie
    [row] = await service.rows(SESSIONS)
    assert row["sha256"] == sha256(browser.cookies[SESSION_COOKIE])
    local = await browser.post("http://localhost/api/session", json=TANG)
    assert "secure" not in local.headers["set-cookie"].lower()


async def test_the_sessions_id_changes_with_every_login_and_the_old_one_ends(service: Running) -> None:
    browser = service.browser()
    await browser.answer("POST", "/session", TANG)
    old = browser.cookies[SESSION_COOKIE]
    await browser.answer("POST", "/session", TANG)
    assert browser.cookies[SESSION_COOKIE] != old
    thief = service.browser(cookie=f"{SESSION_COOKIE}={old}")
    assert await thief.refusal("GET", "/session") == (401, "session/expired")


async def test_after_logging_out_the_session_is_worth_nothing(service: Running) -> None:
    browser = service.browser()
    await browser.answer("POST", "/session", TANG)
    kept = browser.cookies[SESSION_COOKIE]
    await browser.answer("DELETE", "/session")
    await browser.answer("DELETE", "/session")
    thief = service.browser(cookie=f"{SESSION_COOKIE}={kept}")
    assert await thief.refusal("GET", "/session") == (401, "session/expired")


async def test_an_idle_session_ends_and_a_used_one_doesnt(service: Running) -> None:
    browser = await service.login("tang")
    for _ in range(3):
        await service.clock.advance(timedelta(hours=8).total_seconds())
        await browser.answer("GET", "/session")
    await service.clock.advance(timedelta(hours=13).total_seconds())
    assert await browser.refusal("GET", "/session") == (401, "session/expired")


async def test_no_session_lasts_longer_than_a_week(service: Running) -> None:
    browser = await service.login("tang")
    for _ in range(20):
        await service.clock.advance(timedelta(hours=8).total_seconds())
        await browser.answer("GET", "/session")
    await service.clock.advance(timedelta(hours=8).total_seconds())
    assert await browser.refusal("GET", "/session") == (401, "session/expired")


async def test_guessing_is_slowed_down_and_then_goes_on(service: Running) -> None:
    browser = service.browser()
    for _ in range(5):
        assert await browser.refusal("POST", "/session", WRONG) == (401, "session/wrong-credentials")
    answer = await browser.post("/api/session", json=TANG)
    assert (answer.status_code, answer.json()["code"]) == (429, "session/too-many-attempts")
    assert answer.json()["parameters"] == {"retry_after_s": 2}
    await service.clock.advance(2)
    await browser.answer("POST", "/session", TANG)


async def test_guessing_at_somebody_from_elsewhere_doesnt_keep_them_out(service: Running) -> None:
    elsewhere = service.browser()
    for _ in range(200):
        await elsewhere.post("/api/session", json=WRONG)
        if (await elsewhere.post("/api/session", json=WRONG)).status_code == 429:
            break
    await service.clock.advance(1)
    at_home = service.browser(client="192.0.2.7")
    await at_home.answer("POST", "/session", TANG)


async def test_an_unknown_name_a_wrong_password_and_a_disabled_person_look_alike(service: Running) -> None:
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.disable_person(transaction, service.county.people["guo"], now=service.clock.now())
    bodies = (WRONG, {"username": "nobody", "password": "x"}, {"username": "guo", "password": PASSWORD})
    answers = [await service.browser().post("/api/session", json=body) for body in bodies]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}


async def test_an_unknown_name_takes_as_long_as_a_known_one(embedded: Running) -> None:
    took: dict[str, list[float]] = {"tang": [], "nobody": []}
    loop = asyncio.get_running_loop()
    for _ in range(9):
        for username, times in took.items():
            await embedded.clock.advance(3600)
            began = loop.time()
            await embedded.browser().post("/api/session", json={"username": username, "password": "wrong"})
            times.append(loop.time() - began)
    known, unknown = median(took["tang"]), median(took["nobody"])
    assert 0.5 < unknown / known < 2


async def test_a_disabled_persons_sessions_end_at_once(service: Running) -> None:
    browser = await service.login("tang")
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.disable_person(transaction, service.county.people["tang"], now=service.clock.now())
    assert await browser.refusal("GET", "/session") == (401, "session/expired")


async def test_somebody_with_two_roles_switches_without_logging_out(service: Running) -> None:
    roles = (
        NewMembership(institution_id=service.county.institutions["stone"], role=Role.TOWNSHIP_DOCTOR),
        NewMembership(institution_id=service.county.institutions["hospital"], role=Role.BED_OFFICE),
    )
    person = NewPerson(name="Shuang", username="shuang", password=PASSWORD, memberships=roles)
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.create_person(transaction, person, now=service.clock.now())
    browser = service.browser()
    me = await browser.answer("POST", "/session", {"username": "shuang", "password": PASSWORD})
    old = browser.cookies[SESSION_COOKIE]
    other = next(one["id"] for one in me["memberships"] if one["id"] != me["active_membership_id"])
    assert (await browser.answer("PUT", "/session/membership", {"membership_id": other}))[
        "active_membership_id"
    ] == other
    assert browser.cookies[SESSION_COOKIE] != old
    refused = await browser.refusal("PUT", "/session/membership", {"membership_id": "somebody else's"})
    assert refused == (404, "membership/not-found")


async def test_secrets_are_kept_as_hashes_only(embedded: Running) -> None:
    for person in await embedded.rows(PERSONS):
        assert person["password_hash"].startswith("$argon2id$")
        assert person["pin_hash"].startswith("$argon2id$")
    kept = {row["sha256"] for row in await embedded.rows(MACHINE_TOKENS)}
    assert kept == {sha256(token) for token in embedded.county.tokens.values()}


async def test_the_institutions_show_who_is_on_duty(service: Running) -> None:
    tang = await service.login("tang")
    institutions = {one["name"]: one for one in await tang.answer("GET", "/institutions")}
    departments = {one["name"]: one for one in institutions["hospital"]["departments"]}
    assert [person["name"] for person in departments["heart"]["on_duty"]] == ["Xie", "Xu", "Xing"]
