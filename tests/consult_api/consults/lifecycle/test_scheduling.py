"""Finding a time: proposals of one side, the other's consent, reminders, and another time after a no-show."""

from datetime import timedelta
from typing import Any

import pytest
from county import Running

from consult_api.database import OUTBOX
from consult_api.timers import TIMERS
from wire.clinical import ConsultRecorded


def later(service: Running, hours: float) -> str:
    return (service.clock.now() + timedelta(hours=hours)).isoformat()


async def accepted(service: Running, serial: int = 1) -> dict[str, Any]:
    tang, xie = await service.login("tang"), await service.login("xie")
    patient = await service.patient(tang, serial)
    draft = await service.consult(tang, patient["id"], urgency="routine")
    return await service.move(xie, await service.move(tang, draft, "submit"), "accept")


async def test_one_side_proposes_and_the_other_agrees(service: Running) -> None:
    consult = await accepted(service)
    xie, tang = await service.login("xie"), await service.login("tang")
    early, late = later(service, 2), later(service, 5)
    consult = await service.move(xie, consult, "propose", slots=[late, early], minutes=40)
    assert consult["state"] == "accepted"
    assert [(slot["minutes"], slot["side"], slot["proposed_by"]["name"]) for slot in consult["slots"]] == [
        (40, "specialist", "Xie"),
        (40, "specialist", "Xie"),
    ]
    consult = await service.move(tang, consult, "schedule", at=early)
    assert (consult["state"], consult["scheduled_minutes"], consult["slots"]) == ("scheduled", 40, [])
    rows = [row for row in await service.rows(OUTBOX.outbox) if row["subject"] == ConsultRecorded.subject]
    told = ConsultRecorded.model_validate_json(rows[-1]["payload"])
    assert (told.state, told.scheduled_minutes) == ("scheduled", 40)


async def test_nobody_agrees_to_their_own_proposal_nor_to_what_nobody_proposed(embedded: Running) -> None:
    consult = await accepted(embedded)
    tang, xie = await embedded.login("tang"), await embedded.login("xie")
    at = later(embedded, 2)
    consult = await embedded.move(tang, consult, "propose", slots=[at])
    path = f"/consults/{consult['id']}/events"
    body = {"event": "schedule", "version": consult["version"], "at": at}
    assert await tang.refusal("POST", path, body) == (409, "consult/not-proposed")
    other = body | {"at": later(embedded, 3)}
    assert await xie.refusal("POST", path, other) == (409, "consult/not-proposed")
    assert await (await embedded.login("xu")).refusal("POST", path, body) == (403, "consult/not-yours")
    await embedded.clock.advance(2 * 3600)
    assert await xie.refusal("POST", path, body) == (422, "consult/slot-not-possible")


@pytest.mark.parametrize("hours", [-1, 0, 24 * 91])
async def test_a_time_that_is_over_or_far_away_cant_be_proposed(embedded: Running, hours: int) -> None:
    consult = await accepted(embedded)
    xie = await embedded.login("xie")
    body = {"event": "propose", "version": consult["version"], "slots": [later(embedded, hours)]}
    refused = await xie.refusal("POST", f"/consults/{consult['id']}/events", body)
    assert refused == (422, "consult/slot-not-possible")
    assert (await xie.answer("GET", f"/consults/{consult['id']}"))["version"] == consult["version"]


async def test_a_specialist_meets_one_patient_at_a_time(service: Running) -> None:
    one, other = await accepted(service, 1), await accepted(service, 3)
    tang, xie = await service.login("tang"), await service.login("xie")
    one = await service.move(tang, one, "propose", slots=[later(service, 2)], minutes=60)
    await service.move(xie, one, "schedule", at=later(service, 2))
    slots = [later(service, 2.5), later(service, 3)]
    other = await service.move(tang, other, "propose", slots=slots)
    body = {"event": "schedule", "version": other["version"], "at": slots[0]}
    refused = await xie.refusal("POST", f"/consults/{other['id']}/events", body)
    assert refused == (409, "consult/slot-taken")
    assert (await service.move(xie, other, "schedule", at=slots[1]))["state"] == "scheduled"


async def test_both_sides_are_reminded_and_find_another_time_after_a_no_show(service: Running) -> None:
    consult = await accepted(service)
    tang, xie = await service.login("tang"), await service.login("xie")
    at = later(service, 2)
    consult = await service.move(tang, consult, "propose", slots=[at])
    consult = await service.move(xie, consult, "schedule", at=at)
    await service.clock.advance(2 * 3600)
    assert await service.service.timers.fire_due() == 1
    consult = await service.move(xie, consult, "no_show", side="requester")
    assert await service.service.timers.fire_due() == 0
    again = later(service, 20)
    consult = await service.move(tang, consult, "propose", slots=[again])
    consult = await service.move(xie, consult, "schedule", at=again)
    assert consult["state"] == "scheduled"
    consult = await service.move(xie, consult, "start_session")
    running = [row["aggregate"] for row in await service.rows(TIMERS) if row["done_at"] is None]
    assert not [aggregate for aggregate in running if aggregate.startswith("consult/")]
