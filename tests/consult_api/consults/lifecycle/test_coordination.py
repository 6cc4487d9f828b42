"""The coordinator asks another department or rings somebody by name, and a declined consult is asked elsewhere."""

from typing import Any

from county import Running

from consult_api.consults.tables import CONSULT_HISTORY


def ringing(consult: dict[str, Any]) -> set[str]:
    return {offer["person"]["name"] for offer in consult["offers"] if offer["status"] == "ringing"}


async def test_the_coordinator_asks_another_department_whose_ladder_begins_at_once(
    service: Running,
) -> None:
    consult = await service.submitted()
    qin, sun = await service.login("qin"), await service.login("sun")
    surgery = service.county.departments["surgery"]
    assert await sun.refusal("GET", f"/consults/{consult['id']}") == (404, "consult/not-found")
    consult = await service.move(qin, consult, "route", department_id=surgery, reason="An abscess")
    assert (consult["department"]["id"], ringing(consult)) == (surgery, {"Sun"})
    assert consult["deadlines"]["breach_at"] is not None
    await service.clock.advance(180)
    await service.service.timers.fire_due()
    consult = await qin.answer("GET", f"/consults/{consult['id']}")
    assert ringing(consult) == {"Sun", "Duan"}
    consult = await service.move(sun, consult, "accept")
    assert consult["specialist"]["department_id"] == surgery


async def test_an_accepted_consult_whose_specialist_is_gone_is_asked_elsewhere(service: Running) -> None:
    consult = await service.submitted()
    xie, qin = await service.login("xie"), await service.login("qin")
    consult = await service.move(xie, consult, "accept")
    surgery = service.county.departments["surgery"]
    consult = await service.move(qin, consult, "route", department_id=surgery, reason="Xie was called away")
    assert (consult["state"], consult["specialist"]) == ("offered", None)
    body = {"event": "start_session", "version": consult["version"]}
    refused = await xie.refusal("POST", f"/consults/{consult['id']}/events", body)
    assert refused == (409, "consult/not-allowed-now")


async def test_the_coordinator_rings_somebody_by_name(service: Running) -> None:
    consult = await service.submitted()
    qin = await service.login("qin")
    consult = await service.move(qin, consult, "ring", person_id=service.county.people["sun"])
    assert ringing(consult) == {"Xie", "Xu", "Sun"}
    [offer] = [offer for offer in consult["offers"] if offer["person"]["name"] == "Sun"]
    assert (offer["called_by"]["name"], offer["by_phone"]) == ("Qin", True)
    consult = await service.move(await service.login("sun"), consult, "accept")
    assert consult["specialist"]["name"] == "Sun"


async def test_only_who_answers_consults_is_rung_and_only_by_the_coordinator(embedded: Running) -> None:
    consult = await embedded.submitted()
    path = f"/consults/{consult['id']}/events"
    body = {"event": "ring", "version": consult["version"], "person_id": embedded.county.people["tan"]}
    qin, tang = await embedded.login("qin"), await embedded.login("tang")
    assert await qin.refusal("POST", path, body) == (422, "invitation/not-an-expert")
    assert await tang.refusal("POST", path, body) == (403, "consult/not-yours")


async def test_a_consult_that_all_have_declined_is_asked_elsewhere_by_the_requester(
    service: Running,
) -> None:
    consult = await service.submitted(urgency="urgent")
    for name in ("xie", "xu", "xing", "duan"):
        consult = await service.move(await service.login(name), consult, "decline", reason="In theatre")
    assert consult["state"] == "declined"
    tang = await service.login("tang")
    assert (await tang.answer("GET", "/consults"))[0]["id"] == consult["id"]
    heart, surgery = (service.county.departments[name] for name in ("heart", "surgery"))
    path = f"/consults/{consult['id']}/events"
    body = {"event": "route", "version": consult["version"], "department_id": heart, "reason": "Again"}
    assert await tang.refusal("POST", path, body) == (422, "department/nobody-on-duty")
    consult = await service.move(tang, consult, "route", department_id=surgery, reason="Surgery then")
    assert ringing(consult) == {"Sun"}
    await service.clock.advance(700)  # the access of those who were only asked has ended by now
    sun = await service.login("sun")
    assert (await service.move(sun, consult, "accept"))["state"] == "accepted"
    events = [row["event"] for row in await service.rows(CONSULT_HISTORY)]
    assert events[-2:] == ["route", "accept"]


async def test_nobody_is_rung_in_a_department_without_anybody(embedded: Running) -> None:
    consult = await embedded.submitted()
    qin = await embedded.login("qin")
    clinic = embedded.county.departments["clinic"]
    body = {"event": "route", "version": consult["version"], "department_id": clinic, "reason": "?"}
    refused = await qin.refusal("POST", f"/consults/{consult['id']}/events", body)
    assert refused == (422, "department/nobody-on-duty")
