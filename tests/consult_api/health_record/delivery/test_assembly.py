"""Write-back as the service runs it: what the clinic decides is in the record, read with a machine's token."""

import asyncio

import httpx
import pytest
from county import PIN, Running
from sqlalchemy import func, select

from consult_api.database import AUDIT, OUTBOX
from consult_api.health_record.delivery.assembly import BUILT_IN, OUTSIDE, subscribers
from runtime.audit import verify
from wire.problems import Problem


@pytest.mark.parametrize("url", ["embedded", "embedded:"])
def test_the_built_in_store_alone_is_the_default(url: str):
    assert subscribers(url) == (BUILT_IN,)


def test_an_outside_server_is_written_to_as_well():
    assert subscribers("https://hapi.example/fhir") == (BUILT_IN, OUTSIDE)


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(Problem):
        subscribers("ftp://hapi.example/fhir")


def record_of(service: Running, scope: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service.service.mounts["/fhir"]),
        base_url="https://county.test/fhir/",
        headers={"Authorization": f"Bearer {service.county.tokens[scope]}"},
    )


async def everything_delivered(service: Running) -> None:
    """Let the couriers work until nothing waits and nothing was refused."""
    delivery = OUTBOX.delivery
    waiting = select(func.count()).select_from(delivery).where(delivery.c.state != "delivered")
    async with asyncio.timeout(60):
        while True:
            async with service.service.surroundings.database.read() as connection:
                if not await connection.scalar(waiting):
                    return
                parked = select(delivery.c.reason).where(delivery.c.state == "parked")
                assert await connection.scalar(parked) is None
            for courier in service.service.couriers:
                await courier.drain_once()
            await service.clock.advance(1)


async def test_a_consult_with_its_report_and_referral_is_in_the_record(service: Running):
    tang, xie = await service.login("tang"), await service.login("xie")
    consult = await service.awaiting_report()
    consult = await service.move(xie, consult, "sign", pin=PIN)
    consult = await service.move(tang, consult, "acknowledge", verdict="adopted")
    referral = {
        "patient_id": consult["patient"]["id"],
        "consult_id": consult["id"],
        "direction": "up",
        "to_institution_id": service.county.institutions["hospital"],
        "to_department_id": service.county.departments["heart"],
        "priority": "green",
        "reason": "Anterior infarction",
        "summary": "See the report",
    }
    draft = await tang.answer("POST", "/referrals", referral)
    submit = {"event": "submit", "version": draft["version"]}
    await tang.answer("POST", f"/referrals/{draft['id']}/events", submit)
    await everything_delivered(service)

    async with record_of(service, "fhir") as record:
        (patient,) = (await record.get(f"Patient?identifier={consult['patient']['id']}")).json()["entry"]
        address = f"Patient/{patient['resource']['id']}/$everything?_count=200"
        found = [entry["resource"] for entry in (await record.get(address)).json()["entry"]]
        kinds = [each["resourceType"] for each in found]
        assert {"Composition", "DocumentReference", "Binary", "Encounter", "Condition"} <= set(kinds)
        assert kinds.count("ServiceRequest") == kinds.count("Task") == 2
        (task,) = (await record.get(f"Task?identifier={consult['id']}")).json()["entry"]
        document = task["resource"]["output"][0]["valueReference"]["reference"]
        assert task["resource"]["status"] == "completed"
        assert (await record.get(document)).json()["docStatus"] == "final"
        (condition,) = [each for each in found if each["resourceType"] == "Condition"]
        assert condition["verificationStatus"]["coding"][0]["code"] == "confirmed"
    async with record_of(service, "dicomweb") as stranger:
        assert (await stranger.get("Patient")).status_code == 403
    async with service.service.surroundings.database.read() as connection:
        assert (await verify(connection, AUDIT))[1] == []
