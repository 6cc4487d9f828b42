"""STOW-RS (PS3.18 §10.5): a stream of parts in, one answer that names what became of each."""

import asyncio
from dataclasses import dataclass

from imaging.dicom.json_model import JsonDataSet, JsonElement, JsonValue, dumps
from imaging.errors import OUT_OF_RESOURCES, PROCESSING_FAILURE, DicomProblem, bad_request, not_acceptable
from imaging.index.recording import Arrival, Recorded
from imaging.ingest.announcing import Origin
from imaging.ingest.lifecycle import BATCH, Ingest
from imaging.ingest.spool import Received, Receiver
from imaging.settings import ImagingSettings
from imaging.web.accept import first_of
from imaging.web.http import Answer, Request
from imaging.web.multipart import (
    MultipartParser,
    PartBegin,
    PartData,
    PartEnd,
    boundary_of,
    content_type,
    unsupported_type,
)
from wire.problems import Kind, Problem

JSON = "application/dicom+json"
AT_ONCE = 16
"""Parts of one request that are being made durable at the same time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A part that wasn't stored. The UIDs are empty when the part couldn't be read."""

    problem: Problem
    sop_class: str = ""
    sop_uid: str = ""


class StoreRequest:
    """One STOW-RS request under way."""

    def __init__(self, ingest: Ingest, settings: ImagingSettings, origin: Origin) -> None:
        self._ingest = ingest
        self._settings = settings
        self._origin = origin
        self._receiver: Receiver | None = None
        self._pending: set[asyncio.Task[Arrival | Failure]] = set()
        self._results: list[asyncio.Task[Arrival | Failure]] = []
        self._outcomes: list[Recorded | Failure] = []
        self._too_large: Problem | None = None

    async def run(self, request: Request) -> list[Recorded | Failure]:
        """Read the whole body and store its parts.

        Raises:
            Problem: the body as a whole is refused. Parts committed before that stay stored.
        """
        kind, _ = content_type(request.header(b"content-type"))
        try:
            if kind == "application/dicom":
                await self._single(request)
            else:
                await self._multipart(request)
            await self._commit()
        except BaseException:
            await self._abandon()
            raise
        return self._outcomes

    async def _single(self, request: Request) -> None:
        self._receiver = self._ingest.receiver()
        async for piece in request.body():
            await self._write(piece)
        await self._part_end()

    async def _multipart(self, request: Request) -> None:
        parser = MultipartParser(
            boundary_of(request.header(b"content-type")), most_parts=self._settings.max_parts
        )
        total = 0
        async for piece in request.body():
            total += len(piece)
            if total > self._settings.max_request_bytes:
                raise Problem("web/too-large", Kind.TOO_LARGE, "The request body is too large.")
            for event in parser.feed(piece):
                match event:
                    case PartBegin():
                        self._part_begin(event)
                    case PartData(data):
                        await self._write(data)
                    case PartEnd():
                        await self._part_end()
        parser.close()

    def _part_begin(self, part: PartBegin) -> None:
        kind, _ = content_type(part.headers.get("content-type", "application/dicom"))
        if kind != "application/dicom":
            raise unsupported_type("Only parts of type application/dicom can be stored.")
        self._receiver = self._ingest.receiver()
        self._too_large = None

    async def _write(self, data: bytes) -> None:
        if self._receiver is None:
            return
        try:
            await self._receiver.write(data)
        except DicomProblem as problem:
            self._receiver.abandon()
            self._receiver = None
            self._too_large = problem

    async def _part_end(self) -> None:
        if self._receiver is None:
            if self._too_large is not None:
                self._outcomes.append(Failure(self._too_large))
            return
        received = await self._receiver.finish()
        self._receiver = None
        task = asyncio.create_task(self._prepare(received))
        self._results.append(task)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)
        if len(self._pending) >= AT_ONCE:
            await asyncio.wait(self._pending, return_when=asyncio.FIRST_COMPLETED)
        if len(self._results) >= BATCH:
            await self._commit()

    async def _prepare(self, received: Received) -> Arrival | Failure:
        try:
            return await self._ingest.prepare(received, self._origin)
        except Problem as problem:
            return Failure(problem)

    async def _commit(self) -> None:
        results = await asyncio.gather(*self._results)
        self._results.clear()
        arrivals = [result for result in results if isinstance(result, Arrival)]
        recorded = iter(await self._ingest.commit(arrivals, self._origin))
        for result in results:
            self._outcomes.append(next(recorded) if isinstance(result, Arrival) else result)

    async def _abandon(self) -> None:
        if self._receiver is not None:
            self._receiver.abandon()
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)


async def store(request: Request, ingest: Ingest, settings: ImagingSettings, origin: Origin) -> Answer:
    """Answer one STOW-RS request.

    Raises:
        Problem: the request as a whole is refused.
    """
    media_type = first_of(request, JSON, "application/json")
    if media_type is None:
        raise not_acceptable(JSON)
    outcomes = await StoreRequest(ingest, settings, origin).run(request)
    if not outcomes:
        raise bad_request("the body holds no instance")
    failed = [failure for outcome in outcomes if (failure := _failure(outcome)) is not None]
    if len(failed) == len(outcomes) and all(f.problem.kind is Kind.STORAGE_FULL for f in failed):
        raise failed[0].problem
    status = 200 if not failed else 202 if len(failed) < len(outcomes) else 409
    body = dumps(_response(outcomes, failed, request.base, origin.study_uid))
    return Answer(status=status, media_type=media_type, body=body)


def _failure(outcome: Recorded | Failure) -> Failure | None:
    if isinstance(outcome, Failure):
        return outcome
    if outcome.problem is None:
        return None
    description = outcome.arrival.description
    return Failure(outcome.problem, description.sop_class, description.sop_uid)


def _response(
    outcomes: list[Recorded | Failure], failed: list[Failure], base: str, study_uid: str | None
) -> JsonDataSet:
    """Build the Store Instances Response Module (PS3.18 Annex I); sequences only when they have items."""
    response: JsonDataSet = {}
    stored = [outcome for outcome in outcomes if isinstance(outcome, Recorded) and outcome.problem is None]
    studies = {outcome.arrival.description.study_uid for outcome in stored}
    if study_uid is None and len(studies) == 1:
        study_uid = next(iter(studies))
    if study_uid is not None and stored:
        response["00081190"] = _value("UR", f"{base}/studies/{study_uid}")
    named: list[JsonValue] = [_failed_item(failure) for failure in failed if failure.sop_uid]
    if named:
        response["00081198"] = {"vr": "SQ", "Value": named}
    if stored:
        referenced: list[JsonValue] = [_stored_item(outcome, base) for outcome in stored]
        response["00081199"] = {"vr": "SQ", "Value": referenced}
    unnamed: list[JsonValue] = [_failed_item(failure) for failure in failed if not failure.sop_uid]
    if unnamed:
        # Other Failures Sequence: for what can't be told by its SOP instance.
        response["0008119A"] = {"vr": "SQ", "Value": unnamed}
    return response


def _value(vr: str, value: str | int) -> JsonElement:
    return {"vr": vr, "Value": [value]}


def _stored_item(outcome: Recorded, base: str) -> dict[str, JsonValue]:
    found = outcome.arrival.description
    url = f"{base}/studies/{found.study_uid}/series/{found.series_uid}/instances/{found.sop_uid}"
    return {
        "00081150": dict(_value("UI", found.sop_class)),
        "00081155": dict(_value("UI", found.sop_uid)),
        "00081190": dict(_value("UR", url)),
    }


def _failed_item(failure: Failure) -> dict[str, JsonValue]:
    """Name the instance when it is known, the reason as DICOM numbers it, and as this project names it."""
    item: dict[str, JsonValue] = {}
    if failure.sop_uid:
        item["00081150"] = dict(_value("UI", failure.sop_class))
        item["00081155"] = dict(_value("UI", failure.sop_uid))
    item["00081197"] = dict(_value("US", failure_reason(failure.problem)))
    item["00090010"] = dict(_value("LO", "LIANZHEN"))
    item["00091001"] = dict(_value("LO", failure.problem.code))
    return item


def failure_reason(problem: Problem) -> int:
    """Return the number that DICOM peers know a problem by."""
    if isinstance(problem, DicomProblem):
        return problem.failure_reason
    return OUT_OF_RESOURCES if problem.kind is Kind.STORAGE_FULL else PROCESSING_FAILURE
