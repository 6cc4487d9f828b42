"""kill -9 of the writing process around every sending: each event still has exactly one effect."""

import asyncio
import json
import multiprocessing
import os
import signal
import sys
from collections import Counter, deque
from pathlib import Path
from random import Random

from clinical_events import COUNTY, SPECIALIST_ACCEPTED, consult_recorded, referral_recorded, report_signed
from outside_server import outside_server
from record_store import COUNTY_TOKEN, opened_store
from sqlalchemy import func, select, update

from consult_api.database import AUDIT, OUTBOX
from consult_api.health_record.delivery.assembly import BUILT_IN, OUTSIDE
from runtime.audit import verify
from runtime.clock import SystemClock
from runtime.outbox import append
from wire.envelope import Message

sys.path.insert(0, str(Path(__file__).parent))

import pytest
import writing_process

STARTED = multiprocessing.get_context("forkserver")
STARTED.set_forkserver_preload(["writing_process"])  # so that a start costs milliseconds
KILLS = 8
EVENTS: list[tuple[Message, str]] = [
    (consult_recorded(), "consult/consult-1"),
    (consult_recorded(**SPECIALIST_ACCEPTED), "consult/consult-1"),
    (report_signed(), "consult/consult-1"),
    (referral_recorded(consult_id=None), "referral/referral-1"),
]


async def test_a_writer_killed_around_every_sending_is_taken_over_without_a_second_effect(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join(sys.path)
    )  # where the fork server finds what it preloads
    clock, random = SystemClock(), Random(database_url.partition(":")[0])
    async with opened_store(database_url, clock) as store, outside_server(tmp_path / "out", clock) as outside:
        for message, aggregate in EVENTS:
            async with store.database.write() as transaction:
                await append(
                    transaction,
                    OUTBOX,
                    aggregate=aggregate,
                    message=message,
                    subscribers=[BUILT_IN, OUTSIDE],
                    now=clock.now(),
                )
        working, dead = STARTED.Process(), asyncio.Event()

        async def kill() -> None:
            working.kill()
            await dead.wait()

        moments = ["lost", "done", *(random.choice(["lost", "done"]) for _ in range(KILLS - 2)), ""]
        killed = 0
        for moment in moments:
            dead.clear()
            outside.on_arrival = kill if moment == "lost" else None
            outside.on_commit = kill if moment == "done" else None
            outside.instead = deque([503] if moment == "lost" else [])
            working = STARTED.Process(
                target=writing_process.main, args=(database_url, outside.url, COUNTY_TOKEN)
            )
            working.start()
            await asyncio.to_thread(working.join, 60)
            dead.set()
            assert working.exitcode in (0, -signal.SIGKILL)
            killed += working.exitcode != 0
            async with store.database.write() as transaction:  # the dead one's leases end
                await transaction.connection.execute(update(OUTBOX.delivery).values(not_before=clock.now()))

        assert killed >= 4
        async with store.database.read() as connection:
            states = await connection.execute(
                select(OUTBOX.delivery.c.state, func.count()).group_by(OUTBOX.delivery.c.state)
            )
            assert [tuple(row) for row in states] == [("delivered", len(EVENTS) * 2)]
            assert (await verify(connection, AUDIT))[1] == []
        async with store.client() as inside:
            mine = (await inside.get("_history?_count=500")).json()
        theirs = (await outside.get("_history?_count=500")).json()
        for history in (mine, theirs):
            made = Counter(entry["resource"]["resourceType"] for entry in history["entry"])
            assert made["Provenance"] == len(EVENTS)
            assert made["DocumentReference"] == made["Composition"] == made["Binary"] == 1
            assert made["Task"] == 3  # submitted, accepted; and the referral's
            assert made["Patient"] == 1
        assert sorted(_content(mine)) == sorted(_content(theirs))
        task = COUNTY.resource_id("Task", "consult-1")
        assert (await outside.get(f"Task/{task}")).json()["status"] == "accepted"


def _content(history: dict[str, list[dict[str, dict[str, object]]]]) -> list[str]:
    return [json.dumps({**entry["resource"], "meta": None}, sort_keys=True) for entry in history["entry"]]
