"""Writing, signing and correcting a report: once, by the right person, and never changed afterwards."""

import asyncio
import json

from county import PIN, Running

from consult_api.consults.tables import REPORTS
from consult_api.database import OUTBOX
from wire.clinical import ReportSigned


async def test_two_tabs_sign_at_once_and_one_report_exists(service: Running) -> None:
    consult = await service.awaiting_report()
    xie = await service.login("xie")
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    path = f"/api/consults/{consult['id']}/events"
    keys = ({"Idempotency-Key": f"tab-{tab}"} for tab in range(4))
    answers = await asyncio.gather(*(xie.post(path, json=body, headers=key) for key in keys))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"consult/already-signed", "consult/stale-version"}
    assert len(await service.rows(REPORTS)) == 1
    told = [row["subject"] for row in await service.rows(OUTBOX.outbox)]
    assert told.count("clinical.report_signed") == 1


async def test_the_same_submission_twice_gives_the_same_answer_once(service: Running) -> None:
    consult = await service.awaiting_report()
    xie = await service.login("xie")
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    path = f"/consults/{consult['id']}/events"
    first = await xie.answer("POST", path, body, **{"Idempotency-Key": "once"})
    second = await xie.answer("POST", path, body, **{"Idempotency-Key": "once"})
    assert first == second
    assert len(await service.rows(REPORTS)) == 1


async def test_what_is_signed_reaches_the_outbox_whole(service: Running) -> None:
    consult = await service.awaiting_report()
    signed = await service.move(await service.login("xie"), consult, "sign", pin=PIN)
    [row] = [row for row in await service.rows(OUTBOX.outbox) if row["subject"] == ReportSigned.subject]
    message = ReportSigned.model_validate_json(row["payload"])
    assert row["aggregate"] == f"consult/{consult['id']}"
    assert (message.findings, message.advice) == ("ST elevation", "Aspirin, transfer")
    assert message.author.name == "Xie"
    assert message.author.credential_number is not None
    assert message.content_sha256 == signed["reports"][0]["content_sha256"]
    assert message.replaces_version is None


async def test_a_wrong_pin_signs_nothing_and_is_slowed_down(service: Running) -> None:
    consult = await service.awaiting_report()
    xie = await service.login("xie")
    path = f"/consults/{consult['id']}/events"
    body = {"event": "sign", "version": consult["version"], "pin": "0000"}
    for _ in range(5):
        assert await xie.refusal("POST", path, body) == (403, "consult/wrong-pin")
    assert await xie.refusal("POST", path, body) == (429, "session/too-many-attempts")
    assert await xie.refusal("POST", path, body | {"pin": PIN}) == (429, "session/too-many-attempts")
    assert await service.rows(REPORTS) == []
    await service.clock.advance(31)
    assert (await xie.answer("POST", path, body | {"pin": PIN}))["state"] == "reported"


async def test_only_the_specialist_signs_even_with_a_right_pin(service: Running) -> None:
    consult = await service.awaiting_report()
    xu = await service.login("xu")
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    assert await xu.refusal("POST", f"/consults/{consult['id']}/events", body) == (403, "consult/not-yours")
    refused = await xu.refusal("GET", f"/consults/{consult['id']}/report-draft")
    assert refused == (403, "consult/not-yours")


async def test_an_empty_report_cant_be_signed(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    xie = await embedded.login("xie")
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", {"findings": "  "})
    body = {"event": "sign", "version": consult["version"], "pin": PIN}
    refused = await xie.refusal("POST", f"/consults/{consult['id']}/events", body)
    assert refused == (422, "consult/report-empty")
    assert (await xie.answer("GET", f"/consults/{consult['id']}"))["state"] == "awaiting_report"


async def test_a_second_tab_doesnt_overwrite_a_newer_draft(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    xie = await embedded.login("xie")
    path = f"/consults/{consult['id']}/report-draft"
    draft = await xie.answer("GET", path)
    newer = await xie.answer("PUT", path, {"findings": "one", "version": draft["version"]})
    stale = await xie.refusal("PUT", path, {"findings": "two", "version": draft["version"]})
    assert stale == (409, "consult/draft-stale")
    assert (await xie.answer("GET", path))["findings"] == "one"
    assert newer["version"] == draft["version"] + 1


async def test_a_correction_is_a_new_version_and_the_first_stays(service: Running) -> None:
    consult = await service.awaiting_report()
    xie, tang = await service.login("xie"), await service.login("tang")
    consult = await service.move(xie, consult, "sign", pin=PIN)
    consult = await service.move(tang, consult, "acknowledge", verdict="adopted")
    draft = {"findings": "ST elevation", "assessment": "Pericarditis", "advice": "Stay"}
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", draft)
    consult = await service.move(xie, consult, "correct", pin=PIN, reason="Second look")
    assert consult["state"] == "reported"
    assert [(report["version"], report["assessment"]) for report in consult["reports"]] == [
        (1, "Anterior infarction"),
        (2, "Pericarditis"),
    ]
    assert len({report["id"] for report in consult["reports"]}) == 1
    payloads = [
        json.loads(row["payload"])
        for row in await service.rows(OUTBOX.outbox)
        if row["subject"] == ReportSigned.subject
    ]
    assert [payload["replaces_version"] for payload in payloads] == [None, 1]
