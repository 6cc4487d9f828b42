"""The way of an instance from received bytes to an announced study.

Bytes durable (`runtime.blobs`), then one transaction with the rows, the audit entry and the announcement, then the
answer. Submissions that arrive while a transaction is under way share the next one (group commit).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from imaging.dicom.description import describe
from imaging.errors import wrong_study
from imaging.index.recording import Arrival, Recorded, record_arrivals
from imaging.ingest.announcing import Origin, announce, audit_stored
from imaging.ingest.spool import Received, Receiver, in_memory
from imaging.settings import ImagingSettings
from runtime.database import Database
from runtime.outbox import Courier
from runtime.service import Machine

BATCH = 512
"""Instances in one transaction; beyond that a request takes several, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class _Submission:
    arrivals: Sequence[Arrival]
    origin: Origin
    done: "asyncio.Future[list[Recorded]]"


class Ingest:
    """Stores instances. One per process; any number of callers."""

    def __init__(
        self, machine: Machine, database: Database, settings: ImagingSettings, courier: Courier
    ) -> None:
        self._machine = machine
        self._database = database
        self._settings = settings
        self._courier = courier
        self._waiting: list[_Submission] = []
        self._committing = asyncio.Lock()
        self._preparing = asyncio.Semaphore(8)

    def receiver(self) -> Receiver:
        """Return a receiver for one file under this service's limits."""
        return Receiver(
            self._machine.blobs.spool(),
            memory_bytes=self._settings.memory_part_bytes,
            most_bytes=self._settings.max_instance_bytes,
        )

    async def store(self, source: Path | bytes, *, institution_id: str, stored_by: str) -> Recorded:
        """Store one file from this machine; for seeds and imports.

        Raises:
            DicomProblem: why it was refused.
        """
        data = source if isinstance(source, bytes) else await asyncio.to_thread(source.read_bytes)
        origin = Origin(institution_id=institution_id, stored_by=stored_by, route="import")
        arrival = await self.prepare(in_memory(data), origin)
        (recorded,) = await self.commit([arrival], origin)
        if recorded.problem is not None:
            raise recorded.problem
        return recorded

    async def prepare(self, received: Received, origin: Origin) -> Arrival:
        """Read the header and make the bytes durable.

        Raises:
            DicomProblem: the file is refused; nothing of it remains.
            Problem: `storage/…`.
        """
        async with self._preparing:
            try:
                description = await asyncio.to_thread(
                    lambda: describe(received.view(), self._settings.limits)
                )
                if origin.study_uid not in (None, description.study_uid):
                    raise wrong_study()
                if received.path is not None:
                    await self._machine.blobs.put_file(received.path, received.sha256)
                elif received.data is not None:
                    await self._machine.blobs.put(received.data)
            except BaseException:
                received.discard()
                raise
        return Arrival(
            description=description,
            institution_id=origin.institution_id,
            stored_by=origin.stored_by,
            sha256=received.sha256,
            size_bytes=received.size_bytes,
        )

    async def commit(self, arrivals: Sequence[Arrival], origin: Origin) -> list[Recorded]:
        """Write the rows, together with whatever else is waiting; return when they are durable."""
        if not arrivals:
            return []
        done: asyncio.Future[list[Recorded]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Submission(arrivals, origin, done))
        # Shielded: a caller that goes away must not take down the transaction it shares with others.
        await asyncio.shield(asyncio.ensure_future(self._turn()))
        return await done

    async def _turn(self) -> None:
        async with self._committing:
            batch: list[_Submission] = []
            size = 0
            while self._waiting and (not batch or size + len(self._waiting[0].arrivals) <= BATCH):
                batch.append(self._waiting.pop(0))
                size += len(batch[-1].arrivals)
            if not batch:
                return
            try:
                await self._write(batch)
            except SQLAlchemyError as error:
                if len(batch) == 1:
                    _fail(batch, error)
                else:
                    await self._write_one_by_one(batch)
            except BaseException as error:
                _fail(batch, error)
                raise
        if self._waiting:
            await self._turn()

    async def _write_one_by_one(self, batch: Sequence[_Submission]) -> None:
        """Keep one bad submission from failing those that happened to share its transaction."""
        for submission in batch:
            try:
                await self._write([submission])
            except SQLAlchemyError as error:
                _fail([submission], error)

    async def _write(self, batch: Sequence[_Submission]) -> None:
        now = self._machine.clock.now()
        async with self._database.write() as transaction:
            arrivals = [arrival for submission in batch for arrival in submission.arrivals]
            recorded = await record_arrivals(transaction, arrivals, now)
            outcomes = iter(recorded.outcomes)
            answers = [[next(outcomes) for _ in submission.arrivals] for submission in batch]
            for submission, answer in zip(batch, answers, strict=True):
                await audit_stored(transaction, submission.origin, answer, now)
            await announce(transaction, recorded, now)
            if recorded.begun:
                transaction.after_commit(self._nudge)
        for submission, answer in zip(batch, answers, strict=True):
            if not submission.done.done():
                submission.done.set_result(answer)

    async def _nudge(self) -> None:
        """Tell of a new study at once; that one has grown can wait for the courier's next turn."""
        self._courier.nudge()


def _fail(batch: Sequence[_Submission], error: BaseException) -> None:
    for submission in batch:
        if not submission.done.done():
            submission.done.set_exception(error)
