"""Institutions, their numbers and departments."""

from typing import Any

from county import PASSWORD, START, Running

from consult_api.database import OUTBOX
from consult_api.directory.lifecycle import enrolment

CODE = {"kind": "social_credit_code", "value": "91110000600037341L"}
LICENCE = {"kind": "medical_licence", "value": "360426-PDY-0001"}


def clinic(**more: Any) -> dict[str, Any]:
    return {"name": "新华乡卫生院", "kind": "township_centre", "identifiers": [CODE, LICENCE]} | more


async def test_an_institution_is_enrolled_with_its_numbers_and_departments(service: Running) -> None:
    an = await service.login("an")
    made = await an.answer("POST", "/institutions", clinic())
    assert made["identifiers"] == [CODE, LICENCE]
    path = f"/institutions/{made['id']}"
    made = await an.answer("POST", f"{path}/departments", {"name": "全科"})
    assert (made["version"], [each["name"] for each in made["departments"]]) == (2, ["全科"])
    again = {"name": "全科"}
    assert await an.refusal("POST", f"{path}/departments", again) == (409, "department/name-taken")
    department = made["departments"][0]["id"]
    made = await an.answer("PUT", f"{path}/departments/{department}", {"name": "全科医学科"})
    changed = await an.answer("PUT", path, clinic(name="新华镇卫生院", identifiers=[LICENCE], version=3))
    assert (changed["name"], changed["identifiers"]) == ("新华镇卫生院", [LICENCE])
    assert await an.refusal("PUT", path, clinic(version=3)) == (409, "institution/stale-version")
    listed = await an.answer("GET", "/institutions/administered")
    assert changed in listed
    subjects = [row["subject"] for row in await service.rows(OUTBOX.outbox)]
    assert subjects.count("clinical.institution_recorded") == 4


async def test_numbers_that_cannot_be_or_belong_to_others_are_refused(service: Running) -> None:
    an = await service.login("an")
    wrong = {"kind": "social_credit_code", "value": "91110000600037342L"}
    body = clinic(identifiers=[wrong])
    assert await an.refusal("POST", "/institutions", body) == (422, "institution/credit-code-invalid")
    body = clinic(identifiers=[LICENCE, LICENCE])
    assert await an.refusal("POST", "/institutions", body) == (422, "institution/identifier-invalid")
    await an.answer("POST", "/institutions", clinic())
    for taken in (CODE, LICENCE):
        body = clinic(identifiers=[taken])
        assert await an.refusal("POST", "/institutions", body) == (409, "institution/identifier-taken")


async def test_a_township_administrator_changes_their_own_place_and_not_its_kind(service: Running) -> None:
    stone, river = (service.county.institutions[name] for name in ("stone", "river"))
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.create_administrator(
            transaction, institution_id=stone, name="Shi", username="shi", password=PASSWORD, now=START
        )
    shi = await service.login("shi")
    assert [each["id"] for each in await shi.answer("GET", "/institutions/administered")] == [stone]
    assert await shi.refusal("POST", "/institutions", clinic()) == (403, "institution/not-yours")
    body = clinic(version=1)
    assert await shi.refusal("PUT", f"/institutions/{river}", body) == (404, "institution/not-found")
    hospital = clinic(version=1, kind="county_hospital")
    assert await shi.refusal("PUT", f"/institutions/{stone}", hospital) == (403, "institution/not-yours")
    assert (await shi.answer("PUT", f"/institutions/{stone}", body))["version"] == 2
