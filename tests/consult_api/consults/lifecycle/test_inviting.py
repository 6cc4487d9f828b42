"""Several experts answer one consult: each has an invitation, the chair signs, the others agree or dissent."""

from typing import Any

import pytest
from county import PIN, Running

from consult_api.access import GRANTS
from consult_api.consults.tables import ATTESTATIONS, REPORTS
from consult_api.database import OUTBOX
from wire.clinical import ConsultRecorded, ReportAttested


async def board(service: Running) -> dict[str, Any]:
    """A consult that Xie chairs and has reported, which Xing and Sun have joined."""
    consult = await service.awaiting_report()
    xie = await service.login("xie")
    for name in ("xing", "sun"):
        await service.invite(xie, consult, name)
        await service.say(name, consult, "join")
    return await service.move(xie, consult, "sign", pin=PIN)


def states(consult: dict[str, Any]) -> dict[str, str]:
    return {each["expert"]["name"]: each["state"] for each in consult["invitations"]}


async def said(service: Running, message: type[ReportAttested] | type[ConsultRecorded]) -> list[Any]:
    rows = [row for row in await service.rows(OUTBOX.outbox) if row["subject"] == message.subject]
    return [message.model_validate_json(row["payload"]) for row in rows]


async def test_one_expert_countersigns_and_another_dissents_and_the_report_shows_both(
    service: Running,
) -> None:
    consult = await board(service)
    await service.say("xing", consult, "countersign", pin=PIN)
    await service.say("sun", consult, "dissent", pin=PIN, reason="The ST changes are old; echo first.")
    tang = await service.login("tang")
    consult = await tang.answer("GET", f"/consults/{consult['id']}")
    assert states(consult) == {"Xing": "countersigned", "Sun": "dissented"}
    [report] = consult["reports"]
    assert [(one["by"]["name"], one["stance"], one["reason"]) for one in report["attestations"]] == [
        ("Xing", "countersigned", None),
        ("Sun", "dissented", "The ST changes are old; echo first."),
    ]
    told = await said(service, ReportAttested)
    assert [[part.by.name for part in message.attestations] for message in told] == [
        ["Xing"],
        ["Xing", "Sun"],
    ]
    assert told[-1].content_sha256 == report["content_sha256"]


async def test_an_invitation_rings_on_the_worklist_and_lets_the_patient_be_seen(service: Running) -> None:
    consult = await service.submitted()
    tang, sun = await service.login("tang"), await service.login("sun")
    assert await sun.refusal("GET", f"/consults/{consult['id']}") == (404, "consult/not-found")
    await service.invite(tang, consult, "sun")
    [listed] = await sun.answer("GET", "/consults?view=worklist")
    assert (listed["id"], listed["rings_me"], listed["my_invitation"]) == (consult["id"], True, "invited")
    seen = await sun.answer("GET", f"/consults/{consult['id']}")
    assert seen["invitations"][0]["available_events"] == ["join", "decline"]
    assert seen["available_events"] == []
    joined = await service.say("sun", consult, "join")
    assert joined["my_roles"] == ["expert"]
    [listed] = await sun.answer("GET", "/consults?view=worklist")
    assert (listed["rings_me"], listed["my_invitation"]) == (False, "joined")


async def test_an_expert_enters_the_room_once_joined(embedded: Running) -> None:
    consult = await embedded.submitted()
    xie, sun = await embedded.login("xie"), await embedded.login("sun")
    await embedded.move(xie, consult, "accept")
    await embedded.invite(xie, consult, "sun")
    path = f"/consults/{consult['id']}/room-ticket"
    assert await sun.refusal("POST", path) == (403, "consult/not-yours")
    assert (await embedded.say("sun", consult, "join"))["can_meet"] is True
    assert (await sun.answer("POST", path))["room_id"] == consult["room_id"]


async def test_who_declines_or_is_sent_away_soon_sees_nothing(embedded: Running) -> None:
    consult = await embedded.submitted()
    tang, sun, xing = [await embedded.login(name) for name in ("tang", "sun", "xing")]
    consult = await embedded.invite(tang, consult, "sun")
    declined = await embedded.say("sun", consult, "decline", reason="In theatre until noon")
    assert declined["invitations"][0]["reason"] == "In theatre until noon"
    await embedded.clock.advance(601)
    assert await sun.refusal("GET", f"/consults/{consult['id']}") == (404, "consult/not-found")
    consult = await embedded.invite(tang, consult, "sun")
    newest = consult["invitations"][-1]
    path = f"/consults/{consult['id']}/invitations/{newest['id']}/events"
    body = {"event": "withdraw", "version": newest["version"]}
    assert await xing.refusal("POST", path, body) == (403, "invitation/not-yours")
    consult = await tang.answer("POST", path, body)
    assert [each["state"] for each in consult["invitations"]] == ["declined", "withdrawn"]
    ends = [row["valid_to"] for row in await embedded.rows(GRANTS) if row["because_kind"] == "invitation"]
    assert None not in ends


async def test_nobody_is_sent_away_once_there_is_a_report_to_dissent_from(embedded: Running) -> None:
    consult = await board(embedded)
    xie = await embedded.login("xie")
    invitation = consult["invitations"][0]
    assert invitation["available_events"] == []
    path = f"/consults/{consult['id']}/invitations/{invitation['id']}/events"
    body = {"event": "withdraw", "version": invitation["version"]}
    assert await xie.refusal("POST", path, body) == (409, "invitation/not-allowed-now")


async def test_nothing_is_attested_before_it_is_signed_nor_twice(embedded: Running) -> None:
    consult = await embedded.awaiting_report()
    xie, sun = await embedded.login("xie"), await embedded.login("sun")
    await embedded.invite(xie, consult, "sun")
    invitation = (await embedded.say("sun", consult, "join"))["invitations"][0]
    path = f"/consults/{consult['id']}/invitations/{invitation['id']}/events"
    body = {"event": "countersign", "version": invitation["version"], "pin": PIN}
    assert await sun.refusal("POST", path, body) == (409, "invitation/not-allowed-now")
    await embedded.move(xie, consult, "sign", pin=PIN)
    assert await sun.refusal("POST", path, body | {"pin": "0000"}) == (403, "consult/wrong-pin")
    await sun.answer("POST", path, body)
    assert await sun.refusal("POST", path, body) == (409, "invitation/stale-version")
    assert await xie.refusal("POST", path, body | {"version": 3}) == (409, "invitation/not-allowed-now")
    assert len(await embedded.rows(ATTESTATIONS)) == 1


async def test_a_correction_asks_the_experts_again_and_keeps_what_they_said(service: Running) -> None:
    consult = await board(service)
    xie, sun = await service.login("xie"), await service.login("sun")
    await service.say("sun", consult, "dissent", pin=PIN, reason="Echo first")
    draft = {"findings": "Old ST changes", "assessment": "No infarction", "advice": "Echo"}
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", draft)
    consult = await service.move(xie, consult, "correct", pin=PIN, reason="Sun is right")
    assert states(consult) == {"Xing": "joined", "Sun": "joined"}
    await service.say("sun", consult, "countersign", pin=PIN)
    consult = await sun.answer("GET", f"/consults/{consult['id']}")
    stances = [[one["stance"] for one in report["attestations"]] for report in consult["reports"]]
    assert stances == [["dissented"], ["countersigned"]]
    assert (await said(service, ReportAttested))[-1].report_version == 2


async def test_a_report_stays_as_signed_whatever_others_say(embedded: Running) -> None:
    consult = await board(embedded)
    before = await embedded.rows(REPORTS)
    await embedded.say("xing", consult, "dissent", pin=PIN, reason="No")
    assert await embedded.rows(REPORTS) == before


async def test_the_record_hears_who_takes_part(embedded: Running) -> None:
    await board(embedded)
    assert [part.name for part in (await said(embedded, ConsultRecorded))[-1].experts] == ["Xing", "Sun"]


@pytest.mark.parametrize(("name", "code"), [("tan", "invitation/not-an-expert"), ("nobody", None)])
async def test_only_who_answers_consults_can_be_invited(
    embedded: Running, name: str, code: str | None
) -> None:
    consult = await embedded.submitted()
    tang = await embedded.login("tang")
    body = {"person_id": embedded.county.people.get(name, "nobody")}
    path = f"/consults/{consult['id']}/invitations"
    assert await tang.refusal("POST", path, body) == (422, code or "invitation/not-an-expert")


async def test_nobody_is_invited_twice_and_the_chair_not_at_all(embedded: Running) -> None:
    consult = await embedded.submitted()
    tang, xie = await embedded.login("tang"), await embedded.login("xie")
    await embedded.invite(tang, consult, "sun")
    await embedded.move(xie, consult, "accept")
    path = f"/consults/{consult['id']}/invitations"
    for name in ("sun", "xie"):
        body = {"person_id": embedded.county.people[name]}
        assert await tang.refusal("POST", path, body) == (409, "invitation/takes-part-already")


async def test_who_takes_the_chair_needs_no_invitation(embedded: Running) -> None:
    consult = await embedded.submitted()
    await embedded.invite(await embedded.login("tang"), consult, "xie")
    consult = await embedded.move(await embedded.login("xie"), consult, "accept")
    assert states(consult) == {"Xie": "withdrawn"}


async def test_a_cancelled_consult_ends_its_invitations(embedded: Running) -> None:
    consult = await embedded.submitted()
    tang = await embedded.login("tang")
    await embedded.invite(tang, consult, "sun")
    consult = await embedded.move(tang, consult, "cancel", reason="He is well again")
    assert states(consult) == {"Sun": "withdrawn"}
    assert consult["may_invite"] is False


async def test_the_same_countersignature_sent_twice_is_one(embedded: Running) -> None:
    consult = await board(embedded)
    xing = await embedded.login("xing")
    mine = next(each for each in consult["invitations"] if each["expert"]["name"] == "Xing")
    path = f"/consults/{consult['id']}/invitations/{mine['id']}/events"
    body = {"event": "countersign", "version": mine["version"], "pin": PIN}
    first = await xing.answer("POST", path, body, **{"Idempotency-Key": "once"})
    assert await xing.answer("POST", path, body, **{"Idempotency-Key": "once"}) == first


async def test_experts_are_listed_with_those_on_duty_first(embedded: Running) -> None:
    tang = await embedded.login("tang")
    listed = await tang.answer("GET", "/consults/experts")
    assert [(one["name"], one["on_duty"]) for one in listed][-1] == ("Duan", False)
    assert {one["name"] for one in listed} == {"Xie", "Xu", "Xing", "Sun", "Duan"}
    assert [cell["event"] for cell in await tang.answer("GET", "/consults/invitations/transitions")][:2] == [
        "join",
        "decline",
    ]
