"""Dead letters: seen, repaired, set aside; and the record is right afterwards."""

import asyncio
import json
from typing import Any

from county import Running
from outside_server import OutsideServer

from consult_api.database import AUDIT, OUTBOX

LETTERS = "/write-back/record-external/dead-letters"


async def carried(service: Running) -> None:
    """Wait until the couriers have carried all that isn't held up by a dead letter."""
    moving = {"open"}
    async with asyncio.timeout(30):
        while moving & {"open"}:
            rows = await service.rows(OUTBOX.delivery)
            dead = {(row["subscriber"], row["aggregate"]) for row in rows if row["state"] == "parked"}
            moving = {row["state"] for row in rows if (row["subscriber"], row["aggregate"]) not in dead}


async def refused_consult(service: Running, outside: OutsideServer) -> dict[str, Any]:
    """A consult that the outside server refused; its patient had arrived before."""
    tang = await service.login("tang")
    patient = await service.patient(tang)
    await carried(service)
    outside.instead.append(422)
    consult = await service.move(tang, await service.consult(tang, patient["id"]), "submit")
    await carried(service)
    return consult


async def standing(service: Running, name: str) -> dict[str, Any]:
    qin = await service.login("qin")
    subscribers = (await qin.answer("GET", "/write-back"))["subscribers"]
    return next(one for one in subscribers if one["name"] == name)


async def test_a_refusal_is_shown_with_what_was_sent_and_why(joined: Running, outside: OutsideServer) -> None:
    consult = await refused_consult(joined, outside)
    qin = await joined.login("qin")
    [letter] = await qin.answer("GET", LETTERS)
    assert (letter["event"], letter["about_kind"], letter["about_id"]) == (
        "clinical.consult_recorded",
        "consult",
        consult["id"],
    )
    assert (letter["cause"], letter["status"], letter["may_overwrite"]) == ("refused", 422, False)
    page = await qin.answer("GET", f"{LETTERS}/{letter['event_id']}")
    assert {"Task", "ServiceRequest", "Provenance"} <= {one["resource_type"] for one in page["resources"]}
    mine, theirs = await standing(joined, "record"), await standing(joined, "record-external")
    assert (mine["dead_letters"], mine["waiting"]) == (0, 0)
    assert theirs["dead_letters"] == 1
    assert (await qin.answer("GET", "/write-back"))["attention"] == 1


async def test_a_repaired_letter_reaches_the_record_and_what_waited_follows(
    joined: Running, outside: OutsideServer
) -> None:
    consult = await refused_consult(joined, outside)
    xie, an = await joined.login("xie"), await joined.login("an")
    await joined.move(xie, consult, "accept")
    await carried(joined)
    theirs = await standing(joined, "record-external")
    assert theirs["held_up"] == theirs["waiting"] > 0
    [letter] = await an.answer("GET", LETTERS)
    path = f"{LETTERS}/{letter['event_id']}/retry"
    once = {"Idempotency-Key": "one"}
    assert await an.answer("POST", path, {}, **once) == {"count": 1}
    assert await an.answer("POST", path, {}, **once) == {"count": 1}
    assert await an.refusal("POST", path, {}) == (404, "delivery/not-found")
    await carried(joined)
    assert await an.answer("GET", LETTERS) == []
    [task] = [entry["resource"] for entry in (await outside.get("Task")).json()["entry"]]
    assert task["status"] == "accepted"
    acts = [row["subtype"] for row in await joined.rows(AUDIT.entry) if row["entity_type"] == "delivery"]
    assert acts.count("delivery.retry") == 1


async def test_all_letters_are_repaired_together(joined: Running, outside: OutsideServer) -> None:
    tang = await joined.login("tang")
    outside.instead.extend([401, 401, 401])
    for serial in (1, 3, 5):
        await joined.patient(tang, serial)
    await carried(joined)
    an = await joined.login("an")
    assert [letter["status"] for letter in await an.answer("GET", LETTERS)] == [401, 401, 401]
    assert await an.answer("POST", f"{LETTERS}/retry", {}) == {"count": 3}
    await carried(joined)
    assert await an.answer("GET", LETTERS) == []
    assert (await outside.get("Patient")).json()["total"] == 3


async def test_a_letter_set_aside_lets_the_later_ones_go_on(joined: Running, outside: OutsideServer) -> None:
    consult = await refused_consult(joined, outside)
    await joined.move(await joined.login("xie"), consult, "accept")
    an = await joined.login("an")
    [letter] = await an.answer("GET", LETTERS)
    path = f"{LETTERS}/{letter['event_id']}/set-aside"
    assert (await an.request("POST", f"/api{path}", json={"reason": ""})).status_code == 422
    page = await an.answer("POST", path, {"reason": "entered twice in the county's system"})
    assert (page["letter"]["state"], page["letter"]["note"]) == (
        "set_aside",
        "entered twice in the county's system",
    )
    await carried(joined)
    [task] = [entry["resource"] for entry in (await outside.get("Task")).json()["entry"]]
    assert task["status"] == "accepted"
    assert await an.answer("GET", LETTERS) == []
    assert len(await an.answer("GET", f"{LETTERS}?state=set_aside")) == 1
    assert (await standing(joined, "record-external"))["set_aside"] == 1


async def test_what_somebody_else_changed_is_written_over_only_when_a_human_says_so(
    joined: Running, outside: OutsideServer
) -> None:
    consult = await refused_consult(joined, outside)
    an, xie = await joined.login("an"), await joined.login("xie")
    await an.answer("POST", f"{LETTERS}/retry", {})
    await carried(joined)
    [task] = [entry["resource"] for entry in (await outside.get("Task")).json()["entry"]]
    await outside.put(f"Task/{task['id']}", {**task, "description": "somebody else was here"})
    await joined.move(xie, consult, "accept")
    await carried(joined)
    [letter] = await an.answer("GET", LETTERS)
    assert (letter["cause"], letter["details"], letter["may_overwrite"]) == (
        "changed_elsewhere",
        "Task",
        True,
    )
    page = await an.answer("GET", f"{LETTERS}/{letter['event_id']}")
    assert page["findings"][0]["places"] == [f"Task/{task['id']}"]
    await an.answer("POST", f"{LETTERS}/{letter['event_id']}/retry", {})
    await carried(joined)
    assert len(await an.answer("GET", LETTERS)) == 1
    await an.answer("POST", f"{LETTERS}/{letter['event_id']}/retry", {"overwrite": True})
    await carried(joined)
    assert await an.answer("GET", LETTERS) == []
    after = (await outside.get(f"Task/{task['id']}")).json()
    assert after["status"] == "accepted"
    assert "description" not in after


async def test_nothing_on_the_screen_says_anything_of_a_patient(
    joined: Running, outside: OutsideServer
) -> None:
    await refused_consult(joined, outside)
    an = await joined.login("an")
    [letter] = await an.answer("GET", LETTERS)
    page = await an.answer("GET", f"{LETTERS}/{letter['event_id']}")
    shown = json.dumps([letter, page, await an.answer("GET", "/write-back")], ensure_ascii=False)
    assert "王小明" not in shown
    assert "ST elevation" not in shown


async def reconciled(service: Running) -> dict[str, Any]:
    """Wait until the newest reconciliation of the outside record is done."""
    async with asyncio.timeout(30):
        while True:
            found = (await standing(service, "record-external"))["reconciliation"]
            if found is not None and found["state"] == "done":
                return found


async def test_a_reconciliation_by_hand_shows_what_others_changed_and_a_resend_mends_it(
    joined: Running, outside: OutsideServer
) -> None:
    tang, an = await joined.login("tang"), await joined.login("an")
    await joined.patient(tang)
    await carried(joined)
    path = "/write-back/record-external"
    await an.answer("POST", f"{path}/reconciliations", {})
    assert (await reconciled(joined))["mismatched"] == 0
    [there] = [entry["resource"] for entry in (await outside.get("Patient")).json()["entry"]]
    await outside.put(f"Patient/{there['id']}", {**there, "active": False})
    await joined.clock.advance(1)
    await an.answer("POST", f"{path}/reconciliations", {})
    await reconciled(joined)
    [differing] = await an.answer("GET", f"{path}/mismatches")
    assert (differing["resource_type"], differing["resource_id"], differing["difference"]) == (
        "Patient",
        there["id"],
        "content",
    )
    assert (await an.answer("GET", "/write-back"))["attention"] == 1
    chosen = {"resources": [{"resource_type": "Patient", "resource_id": there["id"]}]}
    assert await an.answer("POST", f"{path}/mismatches/resend", chosen) == {"count": 1}
    async with asyncio.timeout(30):
        while await an.answer("GET", f"{path}/mismatches"):
            pass
    mended = (await outside.get(f"Patient/{there['id']}")).json()
    assert "active" not in mended or mended["active"] is True
    acts = {row["subtype"] for row in await joined.rows(AUDIT.entry) if row["entity_type"] == "record"}
    assert acts == {"record.reconcile", "record.resend"}


async def test_every_record_is_reconciled_by_night(joined: Running) -> None:
    await joined.patient(await joined.login("tang"))
    await carried(joined)
    qin = await joined.login("qin")
    assert (await standing(joined, "record-external"))["reconciliation"] is None
    await joined.clock.advance(11 * 3600)
    await joined.service.timers.fire_due()
    for one in (await qin.answer("GET", "/write-back"))["subscribers"]:
        assert one["reconciliation"] is not None
    assert (await reconciled(joined))["mismatched"] == 0


async def test_a_record_that_nothing_is_written_to_is_not_reconciled(embedded: Running) -> None:
    an = await embedded.login("an")
    refused = await an.refusal("POST", "/write-back/record-external/reconciliations", {})
    assert refused == (404, "delivery/not-found")
