"""Every event has exactly one effect on the record, whatever is lost between the two."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from clinical_events import (
    COUNTY,
    PATIENT,
    SPECIALIST_ACCEPTED,
    consult_recorded,
    patient_registered,
    referral_recorded,
    report_acknowledged,
    report_signed,
)
from manual_clock import ManualClock
from outside_server import OutsideServer, outside_server, proxy
from record_store import COUNTY_TOKEN, RecordStore
from sqlalchemy import select

from consult_api.database import AUDIT, OUTBOX
from consult_api.health_record.delivery.assembly import BUILT_IN, OUTSIDE, RecordSettings, couriers
from consult_api.health_record.delivery.clients import Answer, EmbeddedRecord, HttpRecord, RecordClient
from consult_api.health_record.delivery.writer import RecordWriter
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.tables import DISPATCHES
from runtime.outbox import Courier, append
from wire.envelope import Message

CONSULT = "consult/consult-1"


@dataclass
class Clinic:
    """The side that announces: its database, its clock, and the courier under test."""

    store: RecordStore
    clock: ManualClock
    courier: Courier
    subscriber: str

    async def announce(
        self, message: Message, aggregate: str = CONSULT, subscribers: Sequence[str] = ()
    ) -> str:
        async with self.store.database.write() as transaction:
            return await append(
                transaction,
                OUTBOX,
                aggregate=aggregate,
                message=message,
                subscribers=subscribers or [self.subscriber],
                now=self.clock.now(),
            )

    async def carry(self) -> None:
        """Carry until nothing is due, over all waiting times, but not for ever."""
        for _ in range(40):
            if not await self.courier.drain_once():
                await self.clock.advance(400)
                if not await self.courier.drain_once():
                    return

    async def deliveries(self) -> list[tuple[str, str | None]]:
        async with self.store.database.read() as connection:
            query = select(OUTBOX.delivery.c.state, OUTBOX.delivery.c.reason)
            rows = await connection.execute(query.order_by(OUTBOX.delivery.c.position))
            return [(row[0], row[1]) for row in rows]


def courier_of(store: RecordStore, clock: ManualClock, client: RecordClient, subscriber: str) -> Courier:
    writer = RecordWriter(store.database, subscriber, client, COUNTY, clock)
    return Courier(store.database, OUTBOX, subscriber, writer.deliver, clock)


@pytest.fixture
async def clinic(store: RecordStore, clock: ManualClock) -> Clinic:
    """A clinic that writes into the built-in store of its own database."""
    client = EmbeddedRecord(store.database, AUDIT, clock, COUNTY.system("patient"))
    return Clinic(store, clock, courier_of(store, clock, client, BUILT_IN), BUILT_IN)


@pytest.fixture
async def outside(tmp_path: Path, clock: ManualClock) -> AsyncIterator[OutsideServer]:
    async with outside_server(tmp_path / "outside", clock) as server:
        yield server


@asynccontextmanager
async def clinic_through(
    store: RecordStore, clock: ManualClock, url: str, timeout_s: float = 10.0
) -> AsyncIterator[Clinic]:
    client = HttpRecord(url, token=COUNTY_TOKEN, timeout_s=timeout_s)
    yield Clinic(store, clock, courier_of(store, clock, client, OUTSIDE), OUTSIDE)
    await client.close()


REPORTED = consult_recorded(**{**SPECIALIST_ACCEPTED, "state": "reported", "version": 6}).model_copy(
    update={"report_id": "report-1", "report_version": 1}
)
STORY: list[tuple[Message, str]] = [
    (patient_registered(), f"patient/{PATIENT.patient_id}"),
    (consult_recorded(), CONSULT),
    (consult_recorded(**SPECIALIST_ACCEPTED), CONSULT),
    (report_signed(), CONSULT),
    (REPORTED, CONSULT),
    (report_acknowledged(), CONSULT),
    (referral_recorded(), "referral/referral-1"),
]


async def test_a_whole_story_stands_in_the_record_as_one_patients(clinic: Clinic):
    for message, aggregate in STORY:
        await clinic.announce(message, aggregate)
    await clinic.carry()
    assert await clinic.deliveries() == [("delivered", None)] * len(STORY)
    patient = COUNTY.resource_id("Patient", PATIENT.patient_id)
    async with clinic.store.client() as client:
        bundle = (await client.get(f"Patient/{patient}/$everything?_count=100")).json()
        kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
        assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
            "Binary": 1,
            "Composition": 1,
            "Condition": 1,
            "DocumentReference": 1,
            "Encounter": 1,
            "Endpoint": 1,
            "EpisodeOfCare": 1,
            "ImagingStudy": 1,
            "Observation": 4,
            "Organization": 3,
            "Patient": 1,
            "PractitionerRole": 2,
            "Provenance": 7,
            "ServiceRequest": 2,
            "Task": 2,
        }
        task = (await client.get(f"Task/{COUNTY.resource_id('Task', 'consult-1')}")).json()
        assert (task["status"], task["meta"]["versionId"]) == ("completed", "3")
        about = "Observation?patient=" + patient
        assert {
            each["resource"]["meta"]["versionId"] for each in (await client.get(about)).json()["entry"]
        } == {"1"}


async def test_the_same_events_reach_the_built_in_store_and_the_outside_server(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    settings = RecordSettings(
        county_namespace=COUNTY.namespace,
        dicomweb_url=COUNTY.dicomweb_url,
        record_url=outside.url,
        record_token=COUNTY_TOKEN,
    )
    both = couriers(settings, database=store.database, outbox=OUTBOX, audit_tables=AUDIT, clock=clock)
    clinic = Clinic(store, clock, both[0], BUILT_IN)
    for message, aggregate in STORY:
        await clinic.announce(message, aggregate, [BUILT_IN, OUTSIDE])
        for clinic.courier in both:
            await clinic.carry()
    assert await clinic.deliveries() == [("delivered", None)] * len(STORY) * 2
    async with store.client() as client:
        mine = (await client.get("_history?_count=1")).json()["total"]
    assert await outside.versions() == mine
    async with store.database.read() as connection:
        kept = await connection.execute(select(DISPATCHES.c.subscriber, DISPATCHES.c.body))
        bodies = sorted((row[0], row[1].encode()) for row in kept)
    arrived = sorted(outside.bundles)
    assert bodies == [(name, body) for name in (BUILT_IN, OUTSIDE) for body in arrived]


async def test_an_answer_lost_after_the_commit_is_made_up_for_by_the_marker(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    async with proxy(outside.url) as lossy, clinic_through(store, clock, lossy.url) as clinic:
        lossy.losses.append("answer")
        await clinic.announce(consult_recorded())
        await clinic.carry()
        assert await clinic.deliveries() == [("delivered", None)]
        assert len(outside.bundles) == 1
        effects = await outside.versions()
        # The versions were read back, so the next update still carries its conditions and goes through.
        await clinic.announce(consult_recorded(**SPECIALIST_ACCEPTED))
        await clinic.carry()
        assert await clinic.deliveries() == [("delivered", None)] * 2
        second = json.loads(outside.bundles[1])["entry"]
        assert {
            "method": "PUT",
            "url": f"Task/{COUNTY.resource_id('Task', 'consult-1')}",
            "ifMatch": 'W/"1"',
        } in [entry["request"] for entry in second]
        assert await outside.versions() > effects


async def test_when_the_marker_cannot_be_read_either_the_same_bytes_wait(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    async with proxy(outside.url) as lossy, clinic_through(store, clock, lossy.url) as clinic:
        lossy.losses.extend(["answer", "refused", "refused", "refused"])
        await clinic.announce(report_signed())
        await clinic.courier.drain_once()
        assert (await clinic.deliveries())[0][0] == "open"
        await clinic.carry()
        assert await clinic.deliveries() == [("delivered", None)]
        assert len(outside.bundles) == 1


@pytest.mark.parametrize("loss", ["refused", "silence"])
async def test_what_never_arrived_is_sent_again_byte_for_byte(
    store: RecordStore, clock: ManualClock, outside: OutsideServer, loss: str
):
    async with proxy(outside.url) as lossy, clinic_through(store, clock, lossy.url, 0.3) as clinic:
        lossy.losses.append(loss)  # type: ignore[arg-type]
        event_id = await clinic.announce(report_signed())
        await clinic.courier.drain_once()
        assert outside.bundles == []
        async with store.database.read() as connection:
            kept = await connection.scalar(select(DISPATCHES.c.body).where(DISPATCHES.c.event_id == event_id))
        await clinic.carry()
        assert outside.bundles == [str(kept).encode()]
        assert await clinic.deliveries() == [("delivered", None)]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_a_server_that_fails_is_asked_again_and_does_it_once(
    store: RecordStore, clock: ManualClock, outside: OutsideServer, status: int, before: bool
):
    (outside.instead if before else outside.instead_after).append(status)
    async with clinic_through(store, clock, outside.url) as clinic:
        await clinic.announce(report_signed())
        await clinic.courier.drain_once()
        assert (await clinic.deliveries())[0] == ("open", f"record/{status}")
        await clinic.carry()
        assert await clinic.deliveries() == [("delivered", None)]
    assert set(outside.bundles) == {outside.bundles[0]}
    assert len(outside.bundles) == (2 if before else 1)
    found = (await outside.get("_history?_count=500")).json()["entry"]
    assert {entry["resource"]["meta"]["versionId"] for entry in found} == {"1"}


async def test_a_transaction_that_arrives_again_late_changes_nothing(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    async with clinic_through(store, clock, outside.url) as clinic:
        await clinic.announce(consult_recorded())
        await clinic.announce(consult_recorded(**SPECIALIST_ACCEPTED))
        await clinic.carry()
    effects = await outside.versions()
    async with outside.store.client() as client:
        for late in list(outside.bundles):
            assert (await client.post("", content=late)).status_code == 412
    assert await outside.versions() == effects


async def test_a_refusal_becomes_a_dead_letter_and_holds_up_only_its_own_aggregate(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    outside.instead.append(422)
    async with clinic_through(store, clock, outside.url) as clinic:
        await clinic.announce(consult_recorded())
        await clinic.courier.drain_once()
        await clinic.announce(consult_recorded(**SPECIALIST_ACCEPTED))
        await clinic.announce(referral_recorded(consult_id=None), "referral/referral-1")
        await clinic.carry()
        assert await clinic.deliveries() == [("parked", "record/422"), ("open", None), ("delivered", None)]


async def test_an_event_that_says_nothing_the_record_knows_is_parked(clinic: Clinic):
    await clinic.announce(consult_recorded(state="dreaming"))
    await clinic.carry()
    assert await clinic.deliveries() == [("parked", "record/unmapped clinical.consult_recorded")]


async def test_what_somebody_else_changed_is_never_overwritten(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    task_id = COUNTY.resource_id("Task", "consult-1")
    async with clinic_through(store, clock, outside.url) as clinic:
        await clinic.announce(consult_recorded())
        await clinic.carry()
        task = (await outside.get(f"Task/{task_id}")).json()
        await outside.put(f"Task/{task_id}", {**task, "status": "failed"})
        await clinic.announce(consult_recorded(**SPECIALIST_ACCEPTED))
        await clinic.carry()
        assert (await clinic.deliveries())[1] == ("parked", "record/changed-elsewhere Task")
    assert (await outside.get(f"Task/{task_id}")).json()["status"] == "failed"
    encounter = (await outside.get(f"Encounter/{COUNTY.resource_id('Encounter', 'consult-1')}")).json()
    assert encounter["meta"]["versionId"] == "1"


async def test_a_version_that_moved_without_a_change_of_content_is_caught_up_with(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    task_id = COUNTY.resource_id("Task", "consult-1")
    async with clinic_through(store, clock, outside.url) as clinic:
        await clinic.announce(consult_recorded())
        await clinic.carry()
        task = (await outside.get(f"Task/{task_id}")).json()
        await outside.put(f"Task/{task_id}", {**task, "status": "failed"})
        await outside.put(f"Task/{task_id}", task)
        await clinic.announce(consult_recorded(**SPECIALIST_ACCEPTED))
        await clinic.carry()
        assert await clinic.deliveries() == [("delivered", None)] * 2
    assert (await outside.get(f"Task/{task_id}")).json()["meta"]["versionId"] == "4"


async def test_many_consults_of_one_patient_at_once_write_the_patient_once(clinic: Clinic):
    for number in range(12):
        await clinic.announce(consult_recorded(consult_id=f"consult-{number}"), f"consult/consult-{number}")
    await clinic.carry()
    assert await clinic.deliveries() == [("delivered", None)] * 12
    async with clinic.store.client() as client:
        assert (await client.get("Task?_summary=count")).json()["total"] == 12
        assert (await client.get("Patient/_history")).json()["total"] == 1


async def test_an_older_picture_of_the_patient_never_replaces_a_newer_one(clinic: Clinic):
    moved = PATIENT.model_copy(update={"version": 2, "phone": "13900000000"})
    await clinic.announce(patient_registered(patient=moved), f"patient/{PATIENT.patient_id}")
    await clinic.carry()
    await clinic.announce(consult_recorded())
    await clinic.carry()
    async with clinic.store.client() as client:
        patient = (await client.get(f"Patient/{COUNTY.resource_id('Patient', PATIENT.patient_id)}")).json()
    assert patient["telecom"][0]["value"] == "13900000000"
    assert patient["meta"]["versionId"] == "1"


class _Interrupted:
    """A client whose process dies at a chosen moment around the sending."""

    def __init__(self, client: RecordClient, *, after_commit: bool) -> None:
        self._client = client
        self._after_commit = after_commit

    async def transact(self, bundle: str) -> Answer:
        if self._after_commit:
            await self._client.transact(bundle)
        raise asyncio.CancelledError

    async def read(self, target: Identity) -> Answer:
        return await self._client.read(target)


@pytest.mark.parametrize("after_commit", [True, False])
async def test_a_writer_aborted_around_the_sending_is_taken_over(
    store: RecordStore, clock: ManualClock, after_commit: bool
):
    client = EmbeddedRecord(store.database, AUDIT, clock, COUNTY.system("patient"))
    dying = courier_of(store, clock, _Interrupted(client, after_commit=after_commit), BUILT_IN)
    clinic = Clinic(store, clock, dying, BUILT_IN)
    await clinic.announce(report_signed())
    with pytest.raises(asyncio.CancelledError):
        await dying.drain_once()
    clinic.courier = courier_of(store, clock, client, BUILT_IN)
    await clinic.carry()
    assert await clinic.deliveries() == [("delivered", None)]
    async with store.client() as reader:
        history = (await reader.get("_history?_count=500")).json()
    assert {entry["resource"]["meta"]["versionId"] for entry in history["entry"]} == {"1"}


async def test_the_reasons_of_failures_hold_nothing_of_the_patient(
    store: RecordStore, clock: ManualClock, outside: OutsideServer
):
    async with clinic_through(store, clock, outside.url) as clinic:
        await outside.put(
            f"Patient/{COUNTY.resource_id('Patient', PATIENT.patient_id)}",
            {"resourceType": "Patient", "id": COUNTY.resource_id("Patient", PATIENT.patient_id)},
        )
        await clinic.announce(consult_recorded())
        await clinic.carry()
        ((state, reason),) = await clinic.deliveries()
        assert state == "parked"
        assert reason == "record/changed-elsewhere Patient"
