"""Images in a consult, and the conversation with the imaging service."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from county import Running, sha256

from consult_api.request import SESSION_COOKIE
from runtime.bus import Bus
from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.envelope import Acknowledged
from wire.identifiers import new_id
from wire.imaging import StudyDescription, StudyQuestion, StudyReceived
from wire.problems import Kind, Problem

OURS, THEIRS = "1.2.826.0.1.1", "1.2.826.0.1.2"


@pytest.fixture
async def archive(service: Running) -> AsyncIterator[dict[str, StudyDescription]]:
    """What stands in the archive; whoever asks on the bus is told, as the imaging service does."""
    stored: dict[str, StudyDescription] = {}

    async def describe(question: StudyQuestion) -> StudyDescription:
        if question.study_uid not in stored:
            raise Problem("study/unknown", Kind.NOT_FOUND, "There is no such study.")
        return stored[question.study_uid]

    async with service.bus.serve(StudyQuestion, describe):
        yield stored


def study(service: Running, uid: str, institution: str, **more: Any) -> StudyDescription:
    values: dict[str, Any] = {
        "study_uid": uid,
        "institution_id": service.county.institutions[institution],
        "stored_by": "somebody",
        "patient_name": "Wang^Xiaoming=王^小明",
        "patient_id": "H-1",
        "patient_birth_date": date(1991, 1, 1),
        "patient_sex": "M",
        "study_date": date(2026, 3, 2),
        "description": "Chest PA",
        "modalities": ["CR"],
        "series": [],
        "instances": 1,
    }
    return StudyDescription(**(values | more))


async def received(bus: Bus, description: StudyDescription, event_id: str = "") -> None:
    message = StudyReceived(
        event_id=event_id or new_id(),
        study_uid=description.study_uid,
        institution_id=description.institution_id,
        stored_by="somebody",
        instances=description.instances,
        at="2026-03-02T08:00:00Z",  # pyright: ignore[reportArgumentType]
    )
    await bus.ask(message, Acknowledged)


async def may_view(service: Running, browser: httpx.AsyncClient, uid: str) -> bool:
    credential = sha256(browser.cookies[SESSION_COOKIE])
    question = StudyAccessQuestion(credential_sha256=credential, purpose="view", study_uid=uid)
    try:
        access = await service.bus.ask(question, StudyAccess)
    except Problem as problem:
        return problem.code != "access/denied"
    assert uid in access.study_uids
    return True


async def test_a_study_is_seen_by_those_who_see_its_consult(
    service: Running, archive: dict[str, StudyDescription]
) -> None:
    archive[OURS] = study(service, OURS, "stone")
    await received(service.bus, archive[OURS])
    tang, xie, bai = [await service.login(name) for name in ("tang", "xie", "bai")]
    consult = await service.submitted()
    assert [await may_view(service, one, OURS) for one in (tang, xie, bai)] == [True, False, False]
    link = await tang.answer("POST", f"/consults/{consult['id']}/studies", {"study_uid": OURS})
    assert (link["description"], link["modalities"]) == ("Chest PA", ["CR"])
    assert link["patient_mismatch_confirmed"] is False
    assert [await may_view(service, one, OURS) for one in (tang, xie, bai)] == [True, True, False]
    await tang.answer("DELETE", f"/consults/{consult['id']}/studies/{OURS}")
    assert [await may_view(service, one, OURS) for one in (tang, xie, bai)] == [True, False, False]


async def test_images_of_somebody_else_need_a_confirmation(
    service: Running, archive: dict[str, StudyDescription]
) -> None:
    archive[OURS] = study(service, OURS, "stone", patient_name="Li^Lei", patient_sex="F")
    tang = await service.login("tang")
    consult = await service.submitted()
    path = f"/consults/{consult['id']}/studies"
    answer = await tang.post(f"/api{path}", json={"study_uid": OURS})
    assert (answer.status_code, answer.json()["code"]) == (409, "study/patient-differs")
    assert answer.json()["parameters"] == {"fields": "name,sex"}
    assert "Li" not in answer.text
    link = await tang.answer("POST", path, {"study_uid": OURS, "patient_mismatch_confirmed": True})
    assert link["patient_mismatch_confirmed"] is True


async def test_a_study_of_another_institution_cant_be_attached(
    service: Running, archive: dict[str, StudyDescription]
) -> None:
    archive[THEIRS] = study(service, THEIRS, "river")
    await received(service.bus, archive[THEIRS])
    tang = await service.login("tang")
    consult = await service.submitted()
    path = f"/consults/{consult['id']}/studies"
    assert await tang.refusal("POST", path, {"study_uid": THEIRS}) == (404, "study/not-found")
    assert await tang.refusal("POST", path, {"study_uid": "1.2.3"}) == (404, "study/not-found")
    xu = await service.login("xu")
    assert await xu.refusal("POST", path, {"study_uid": THEIRS}) == (403, "consult/not-yours")


async def test_an_announcement_that_comes_twice_counts_once(
    service: Running, archive: dict[str, StudyDescription]
) -> None:
    archive[OURS] = study(service, OURS, "stone")
    tang = await service.login("tang")
    consult = await service.submitted()
    await tang.answer("POST", f"/consults/{consult['id']}/studies", {"study_uid": OURS})
    grown = archive[OURS].model_copy(update={"instances": 7})
    await received(service.bus, grown, "event-1")
    await received(service.bus, archive[OURS], "event-1")
    seen = await tang.answer("GET", f"/consults/{consult['id']}")
    assert seen["studies"][0]["instances"] == 7


async def test_a_study_can_be_looked_at_before_its_announcement_has_come(
    service: Running, archive: dict[str, StudyDescription]
) -> None:
    archive[OURS] = study(service, OURS, "stone")
    assert await may_view(service, await service.login("ren"), OURS)
    assert not await may_view(service, await service.login("bai"), OURS)


@pytest.mark.parametrize(
    ("scope", "purpose", "code"),
    [
        ("dicomweb", "view", None),
        ("dicomweb", "store", None),
        ("dicomweb", "search", None),
        ("dicomweb", "delete", None),
        ("api", "store", "access/denied"),
        ("fhir", "view", "access/denied"),
        ("whip", "search", "access/denied"),
        ("nobody", "view", "session/expired"),
    ],
)
async def test_a_machine_does_with_studies_what_its_scope_says(
    embedded: Running, scope: str, purpose: Any, code: str | None
) -> None:
    credential = sha256(embedded.county.tokens.get(scope, "unknown"))
    question = StudyAccessQuestion(credential_sha256=credential, purpose=purpose, study_uid=None)
    if code is None:
        assert (await embedded.bus.ask(question, StudyAccess)).everything
    else:
        with pytest.raises(Problem) as refused:
            await embedded.bus.ask(question, StudyAccess)
        assert refused.value.code == code


async def test_an_administrator_sees_no_images(embedded: Running) -> None:
    browser = await embedded.login("an")
    assert not await may_view(embedded, browser, OURS)
