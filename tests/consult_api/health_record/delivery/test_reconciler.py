"""What the record holds is compared with what was written, and what differs is written once more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from clinical_events import (
    COUNTY,
    PATIENT,
    SPECIALIST_ACCEPTED,
    consult_recorded,
    patient_registered,
    report_signed,
)
from manual_clock import ManualClock
from outside_server import OutsideServer, outside_server
from record_store import COUNTY_TOKEN, RecordStore

from consult_api.database import AUDIT, OUTBOX
from consult_api.health_record.delivery import reconciliations
from consult_api.health_record.delivery.assembly import OUTSIDE
from consult_api.health_record.delivery.clients import EmbeddedRecord, HttpRecord, RecordClient
from consult_api.health_record.delivery.reconciler import Reconciler
from consult_api.health_record.delivery.reconciliations import Mismatch, Reconciliation
from consult_api.health_record.delivery.writer import RecordWriter
from consult_api.health_record.fhir.references import Identity
from runtime.outbox import Courier, append
from wire.envelope import Message

CONSULT = "consult/consult-1"
TASK = COUNTY.resource_id("Task", "consult-1")
SUBJECT = COUNTY.resource_id("Patient", PATIENT.patient_id)
EVENTS: list[tuple[Message, str]] = [
    (patient_registered(), f"patient/{PATIENT.patient_id}"),
    (consult_recorded(), CONSULT),
    (consult_recorded(**SPECIALIST_ACCEPTED), CONSULT),
    (report_signed(), CONSULT),
]


@dataclass
class Clinic:
    """The side that wrote, with what compares."""

    store: RecordStore
    clock: ManualClock
    client: RecordClient
    courier: Courier = field(init=False)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        database = self.store.database
        writer = RecordWriter(database, OUTSIDE, self.client, COUNTY, self.clock)
        self.courier = Courier(database, OUTBOX, OUTSIDE, writer.deliver, self.clock)
        self.reconciler = Reconciler(database, OUTSIDE, self.client, COUNTY, self.clock)

    async def write(self, *events: tuple[Message, str]) -> None:
        for message, aggregate in events:
            async with self.store.database.write() as transaction:
                await append(
                    transaction,
                    OUTBOX,
                    aggregate=aggregate,
                    message=message,
                    subscribers=[OUTSIDE],
                    now=self.clock.now(),
                )
        while await self.courier.drain_once():
            pass

    async def reconcile(self) -> Reconciliation:
        async with self.store.database.write() as transaction:
            await reconciliations.ask(
                transaction.connection, OUTSIDE, asked_by="somebody", now=self.clock.now()
            )
        while await self.reconciler.work_once():
            pass
        async with self.store.database.read() as connection:
            found = await reconciliations.newest(connection, OUTSIDE)
        assert found is not None
        return found

    async def mismatches(self) -> list[Mismatch]:
        async with self.store.database.read() as connection:
            return await reconciliations.mismatches(connection, OUTSIDE, 100)

    async def resend(self) -> None:
        async with self.store.database.write() as transaction:
            await reconciliations.ask_to_resend(transaction.connection, OUTSIDE, None, self.clock.now())
        while await self.reconciler.work_once():
            pass


@pytest.fixture
async def outside(tmp_path: Path, clock: ManualClock) -> AsyncIterator[OutsideServer]:
    async with outside_server(tmp_path / "outside", clock) as server:
        yield server


@pytest.fixture
async def clinic(store: RecordStore, outside: OutsideServer, clock: ManualClock) -> AsyncIterator[Clinic]:
    client = HttpRecord(outside.url, token=COUNTY_TOKEN)
    clinic = Clinic(store, clock, client)
    await clinic.write(*EVENTS)
    yield clinic
    await client.close()


async def meddle(outside: OutsideServer, path: str, **changed: object) -> None:
    """Change a resource at the outside server, as another system would."""
    there = (await outside.get(path)).json()
    assert (await outside.put(path, {**there, **changed})).is_success


async def test_nothing_differs_when_nobody_else_wrote(clinic: Clinic):
    found = await clinic.reconcile()
    assert (found.state, found.mismatched) == ("done", 0)
    assert found.compared > len(EVENTS) * 2
    assert await clinic.mismatches() == []


async def test_the_built_in_store_is_compared_as_well(store: RecordStore, clock: ManualClock):
    client = EmbeddedRecord(store.database, AUDIT, clock, COUNTY.system("patient"))
    clinic = Clinic(store, clock, client)
    await clinic.write(*EVENTS)
    assert (await clinic.reconcile()).mismatched == 0
    async with store.client() as other:
        task = (await other.get(f"Task/{TASK}")).json()
        await other.put(f"Task/{TASK}", json={**task, "status": "cancelled"})
    assert (await clinic.reconcile()).mismatched == 1
    [differing] = await clinic.mismatches()
    assert (differing.target, differing.difference) == (Identity("Task", TASK), "content")
    await clinic.resend()
    assert (await clinic.reconcile()).mismatched == 0


async def test_what_others_changed_is_found_and_written_over_once_when_asked(
    clinic: Clinic, outside: OutsideServer
):
    await meddle(outside, f"Task/{TASK}", description="somebody else was here")
    assert (await clinic.reconcile()).mismatched == 1
    [differing] = await clinic.mismatches()
    assert (differing.target, differing.difference) == (Identity("Task", TASK), "content")
    before = await outside.versions()
    await clinic.resend()
    task = (await outside.get(f"Task/{TASK}")).json()
    assert ("description" in task, task["status"]) == (False, "accepted")
    assert await outside.versions() == before + 1
    assert (await clinic.reconcile()).mismatched == 0
    assert await clinic.mismatches() == []


async def test_what_was_written_goes_on_after_a_resend(clinic: Clinic, outside: OutsideServer):
    await meddle(outside, f"Task/{TASK}", description="somebody else was here")
    await clinic.reconcile()
    await clinic.resend()
    later = consult_recorded(**{**SPECIALIST_ACCEPTED, "state": "in_session", "version": 3})
    await clinic.write((later, CONSULT))
    assert (await outside.get(f"Task/{TASK}")).json()["status"] == "in-progress"
    assert (await clinic.reconcile()).mismatched == 0


async def test_a_rewritten_resource_that_says_the_same_is_only_renumbered(
    clinic: Clinic, outside: OutsideServer
):
    there = (await outside.get(f"Patient/{SUBJECT}")).json()
    await meddle(outside, f"Patient/{SUBJECT}", active=False)
    assert (await outside.put(f"Patient/{SUBJECT}", there)).is_success
    await clinic.reconcile()
    [differing] = await clinic.mismatches()
    assert differing.difference == "version"
    before = await outside.versions()
    await clinic.resend()
    assert await outside.versions() == before
    assert (await clinic.reconcile()).mismatched == 0


async def test_an_answer_lost_while_sending_again_makes_no_second_version(
    clinic: Clinic, outside: OutsideServer
):
    await meddle(outside, f"Task/{TASK}", description="somebody else was here")
    await clinic.reconcile()
    before = await outside.versions()
    outside.instead_after.append(503)
    await clinic.resend()
    assert len(await clinic.mismatches()) == 1
    await clinic.clock.advance(180)
    while await clinic.reconciler.work_once():
        pass
    assert await clinic.mismatches() == []
    assert await outside.versions() == before + 1


async def test_a_record_that_refuses_a_resend_keeps_the_mismatch_with_its_reason(
    clinic: Clinic, outside: OutsideServer
):
    await meddle(outside, f"Task/{TASK}", description="somebody else was here")
    await clinic.reconcile()
    outside.instead.append(422)
    await clinic.resend()
    [kept] = await clinic.mismatches()
    assert (kept.reason, kept.resend_asked) == ("record/422", False)


async def test_a_record_that_is_away_delays_a_reconciliation_which_then_ends(
    store: RecordStore, outside: OutsideServer, clock: ManualClock
):
    client = HttpRecord(outside.url, token=COUNTY_TOKEN)
    clinic = Clinic(store, clock, client)
    await clinic.write(*EVENTS)
    away = HttpRecord("http://127.0.0.1:9/fhir", timeout_s=2.0)
    clinic.reconciler = Reconciler(store.database, OUTSIDE, away, COUNTY, clock)
    waiting = await clinic.reconcile()
    assert (waiting.state, waiting.reason) == ("running", "record/no-answer ConnectError")
    clinic.reconciler = Reconciler(store.database, OUTSIDE, client, COUNTY, clock)
    await clock.advance(180)
    ended = await clinic.reconcile()
    assert (ended.id, ended.state, ended.reason) == (waiting.id, "done", None)
    await away.close()
    await client.close()


async def test_what_is_being_written_meanwhile_is_not_judged(clinic: Clinic, outside: OutsideServer):
    outside.instead_after.append(503)
    later = consult_recorded(**{**SPECIALIST_ACCEPTED, "state": "in_session", "version": 3})
    await clinic.write((later, CONSULT))
    assert (await outside.get(f"Task/{TASK}")).json()["status"] == "in-progress"
    assert (await clinic.reconcile()).mismatched == 0
    await clinic.clock.advance(400)
    await clinic.write()
    assert (await clinic.reconcile()).mismatched == 0
