"""Messages that come twice, two writers at once, and a clock that jumps: still one effect for each event."""

import asyncio
import json
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

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
from outside_server import OutsideServer, outside_server
from record_store import COUNTY_TOKEN, RecordStore
from sqlalchemy import select

from consult_api.database import OUTBOX
from consult_api.health_record.delivery.assembly import OUTSIDE
from consult_api.health_record.delivery.clients import HttpRecord
from consult_api.health_record.delivery.writer import RecordWriter
from runtime.outbox import Courier, Delivered, OutboxRow, Retry, Verdict, append
from wire.envelope import Message

CONSULT = "consult/consult-1"
STORY: list[tuple[Message, str]] = [
    (patient_registered(), f"patient/{PATIENT.patient_id}"),
    (consult_recorded(), CONSULT),
    (consult_recorded(**SPECIALIST_ACCEPTED), CONSULT),
    (report_signed(), CONSULT),
    (report_acknowledged(), CONSULT),
    (referral_recorded(), "referral/referral-1"),
]
A_DAY_S = 86_400


async def announce(store: RecordStore, clock: ManualClock) -> None:
    for message, aggregate in STORY:
        async with store.database.write() as transaction:
            await append(
                transaction,
                OUTBOX,
                aggregate=aggregate,
                message=message,
                subscribers=[OUTSIDE],
                now=clock.now(),
            )


async def rest(store: RecordStore) -> int:
    """How many deliveries are still open."""
    async with store.database.read() as connection:
        states = (await connection.scalars(select(OUTBOX.delivery.c.state))).all()
    assert "parked" not in states
    return sum(state == "open" for state in states)


async def contents(outside: OutsideServer) -> dict[str, list[str]]:
    """Return what every version of every resource says, oldest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in (await outside.get("_history?_count=500")).json()["entry"]:
        resource: dict[str, Any] = entry["resource"]
        name = f"{resource['resourceType']}/{resource['id']}"
        found[name].insert(0, json.dumps({**resource, "meta": None}, sort_keys=True))
    return {name: versions for name, versions in found.items() if not name.startswith("Provenance")}


@pytest.mark.parametrize("seed", range(4))
async def test_repeated_messages_and_a_jumping_clock_leave_the_record_as_one_calm_delivery_does(
    store: RecordStore, clock: ManualClock, tmp_path: Path, seed: int
):
    chance = Random(seed)
    async with (
        outside_server(tmp_path / "calm", clock) as calm,
        outside_server(tmp_path / "wild", clock) as wild,
    ):
        await announce(store, clock)
        client = HttpRecord(wild.url, token=COUNTY_TOKEN)
        writers = [RecordWriter(store.database, OUTSIDE, client, COUNTY, clock) for _ in range(2)]

        async def deliver_repeatedly(row: OutboxRow) -> Verdict:
            """Deliver as if the lease had run out: the other writer has it too, or it comes again."""
            for _ in range(chance.randint(0, 2)):
                await asyncio.gather(*(writer.deliver(row) for writer in writers))
                clock.shift(chance.choice([-A_DAY_S, -60, 0, 45, A_DAY_S]))
            if chance.random() < 0.3:
                return Retry("lost on the way back")
            verdict = await chance.choice(writers).deliver(row)
            return await chance.choice(writers).deliver(row) if isinstance(verdict, Delivered) else verdict

        courier = Courier(store.database, OUTBOX, OUTSIDE, deliver_repeatedly, clock)
        for _ in range(200):
            if not await rest(store):
                break
            await courier.drain_once()
            await clock.advance(400)
        assert await rest(store) == 0
        await client.close()

        await deliver_calmly(store, clock, calm)
        assert await contents(wild) == await contents(calm)
        history = (await wild.get("_history?_count=500")).json()["entry"]
        markers = [one for one in history if one["resource"]["resourceType"] == "Provenance"]
        assert len(markers) == len(STORY)
        await assert_time_goes_on(wild, history)


async def deliver_calmly(store: RecordStore, clock: ManualClock, calm: OutsideServer) -> None:
    """Deliver the same events once each, for another subscriber."""
    client = HttpRecord(calm.url, token=COUNTY_TOKEN)
    writer = RecordWriter(store.database, "calm", client, COUNTY, clock)
    async with store.database.read() as connection:
        rows = (await connection.execute(select(OUTBOX.outbox).order_by(OUTBOX.outbox.c.position))).mappings()
        events = [
            OutboxRow(attempts=1, **{name: value for name, value in row.items() if name != "position"})
            for row in rows
        ]
    for event in events:
        assert await writer.deliver(event) == Delivered()
    await client.close()


async def assert_time_goes_on(outside: OutsideServer, history: list[dict[str, Any]]) -> None:
    """No version is older than the one before it, whatever the clock said."""
    for name in {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in history}:
        versions = (await outside.get(f"{name}/_history")).json()["entry"]
        numbers = [int(one["resource"]["meta"]["versionId"]) for one in versions]
        times = [one["resource"]["meta"]["lastUpdated"] for one in versions]
        assert numbers == sorted(numbers, reverse=True)
        assert times == sorted(times, reverse=True)
