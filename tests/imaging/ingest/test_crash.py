"""kill -9 at random moments: what was acknowledged is there, whole, counted and announced."""

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

from imaging_clinic import Clinic
from imaging_service import at_work, machine_on
from sqlalchemy import select

from imaging.index.tables import instance, outbox, study
from imaging.settings import ImagingSettings
from runtime.bus import Bus

KILLS = 12
UPLOADING = Path(__file__).parent / "uploading.py"
TESTS = Path(__file__).parents[2]


def upload_until_killed(
    uploader: subprocess.Popen[str], folder: Path, moment_s: float
) -> list[tuple[str, str]]:
    """Have a child upload, kill it so long after it is ready; return the (study, instance) pairs acknowledged."""
    assert uploader.stdin is not None
    assert uploader.stdout is not None
    uploader.stdin.write(f"{folder}\n")
    uploader.stdin.flush()
    _, child = uploader.stdout.readline().split()
    killing = threading.Timer(moment_s, os.kill, (int(child), signal.SIGKILL))
    killing.start()
    lines = list(iter(uploader.stdout.readline, "dead\n"))
    killing.join()
    # A line that was being written when the kill came can't be read for certain: the last one doesn't count.
    pairs = [line.split() for line in lines[:-1]]
    return [(pair[0], pair[1]) for pair in pairs[:-1]]


async def test_nothing_acknowledged_is_lost_by_kills_at_random_moments(
    tmp_path: Path, bus: Bus, clinic: Clinic
):
    chance = random.Random(20260302)
    acknowledged: list[tuple[str, str]] = []
    environment = {**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    with subprocess.Popen(  # noqa: ASYNC220 - the start alone blocks, and nothing else runs yet
        [sys.executable, UPLOADING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as uploader:
        for _ in range(KILLS):
            moment_s = chance.uniform(0.02, 0.5)
            acknowledged += await asyncio.to_thread(upload_until_killed, uploader, tmp_path, moment_s)
    assert len(acknowledged) > KILLS
    machine = machine_on(tmp_path, bus, f"sqlite:{tmp_path / 'db'}")
    settings = ImagingSettings(dicom_host="127.0.0.1", dicom_port=0)
    async with at_work(machine, settings, clinic) as service, service.database.read() as connection:
        rows = {row.sop_uid: row for row in await connection.execute(select(instance))}
        counts = dict((await connection.execute(select(study.c.study_uid, study.c.instance_count))).all())
        announced = set((await connection.execute(select(outbox.outbox.c.aggregate))).scalars())
        for study_uid, sop_uid in acknowledged:
            row = rows[sop_uid]
            data = await machine.blobs.read(row.sha256)
            assert hashlib.sha256(data).hexdigest() == row.sha256
            assert len(data) == row.size_bytes
            assert counts[study_uid] == 1
            assert f"study/{study_uid}" in announced
        # What was stored without its acknowledgement being seen is whole, too.
        for row in rows.values():
            assert await machine.blobs.exists(row.sha256)
        assert sum(counts.values()) == len(rows)
