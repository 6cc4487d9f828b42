"""Comparing what was written with what the record holds now, and writing what differs once more.

Compared are the hash of the content and the version that the record gave. What is being written while it is compared
isn't judged; the next reconciliation sees it. Sending again goes over whatever stands there, on the condition that it
is what was just read, so that it happens once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from pydantic import ValidationError

from consult_api.health_record.delivery import queries, reconciliations
from consult_api.health_record.delivery.bundles import identity_of, resources_of, versions_in
from consult_api.health_record.delivery.clients import RecordClient, Seen, Unreached
from consult_api.health_record.delivery.queries import Held
from consult_api.health_record.delivery.reconciliations import (
    Difference,
    Reconciliation,
    Resend,
    Written,
)
from consult_api.health_record.fhir.canonical import content_sha256
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.values import Resource, text_at
from consult_api.health_record.mapping.county import County
from consult_api.health_record.mapping.events import UnknownEvent, WriteEntry, map_event, transaction
from runtime.clock import Clock
from runtime.database import Database

PAGE = 100
LEASE = timedelta(minutes=2)
IDLE_WAIT_S = 5.0

log = structlog.get_logger()


class Reconciler:
    """Reconciles one subscriber's record."""

    def __init__(
        self, database: Database, subscriber: str, client: RecordClient, county: County, clock: Clock
    ) -> None:
        self._database = database
        self._subscriber = subscriber
        self._client = client
        self._county = county
        self._clock = clock
        self._nudged = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """Look at once whether something is asked for."""
        self._nudged.set()

    def stop(self) -> None:
        """Finish the page at hand and return from `run`."""
        self._stopping = True
        self._nudged.set()

    async def run(self) -> None:
        """Work until stopped."""
        while not self._stopping:
            self._nudged.clear()
            if not await self.work_once() and not self._stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_WAIT_S):
                        await self._nudged.wait()

    async def work_once(self) -> bool:
        """Send again what is asked for, then compare one page; False when there was nothing to do."""
        resent = await self._resend_some()
        now = self._clock.now()
        async with self._database.write() as transaction_:
            known = await reconciliations.lease(transaction_.connection, self._subscriber, now, now + LEASE)
        if known is None:
            return resent
        try:
            await self._compare_page(known)
        except Unreached as silence:
            async with self._database.write() as transaction_:
                await reconciliations.delay(transaction_.connection, known, f"record/no-answer {silence}")
            return resent
        return True

    async def _compare_page(self, known: Reconciliation) -> None:
        cursor = Identity(known.cursor_type, known.cursor_id)
        async with self._database.read() as connection:
            page = await reconciliations.written_after(connection, self._subscriber, cursor, PAGE)
            moving = await reconciliations.on_its_way(connection, self._subscriber)
        if not page:
            async with self._database.write() as transaction_:
                count = await reconciliations.finish(transaction_.connection, known, self._clock.now())
            log.info("reconciled", subscriber=self._subscriber, compared=known.compared, mismatched=count)
            return
        seen = await self._client.look([written.target for written in page])
        async with self._database.write() as transaction_:
            connection = transaction_.connection
            after = await queries.held(connection, self._subscriber, [written.target for written in page])
            still = [one for one in page if after.get(one.target) == one.held and one.target not in moving]
            found = differences(still, seen)
            agreeing = [one.target for one in still if one.target not in found]
            await reconciliations.note(connection, self._subscriber, found, agreeing, self._clock.now())
            await reconciliations.advance(
                connection, known, page[-1].target, compared=len(page), now=self._clock.now()
            )

    async def _resend_some(self) -> bool:
        now = self._clock.now()
        async with self._database.write() as transaction_:
            asked = await reconciliations.lease_resends(
                transaction_.connection, self._subscriber, now, now + LEASE, PAGE
            )
        for each in asked:
            await self._resend(each)
        return bool(asked)

    async def _resend(self, asked: Resend) -> None:
        written = asked.written
        resource = self._content(asked)
        if resource is None:
            return await self._failed(written, "record/unknown-content", again=False)
        try:
            version, reason, again = await self._write_over(resource, written)
        except Unreached as silence:
            return await self._failed(written, f"record/no-answer {silence}", again=True)
        if not version:
            return await self._failed(written, reason, again=again)
        renewed = Held(
            version_id=version, sha256=written.held.sha256, source_version=written.held.source_version
        )
        async with self._database.write() as transaction_:
            connection = transaction_.connection
            current = await queries.held(connection, self._subscriber, [written.target])
            if current.get(written.target) == written.held:  # else a newer event has been written meanwhile
                await queries.remember(
                    connection, self._subscriber, written.event_id, {written.target: renewed}
                )
            await reconciliations.settle(connection, self._subscriber, [written.target])
        return None

    def _content(self, asked: Resend) -> Resource | None:
        """Return what was written last: from the Bundle or, where it wasn't in it, from the event."""
        candidates = list(resources_of(asked.body))
        with suppress(UnknownEvent, ValidationError):
            mapped = map_event(self._county, asked.written.event_id, asked.subject, asked.payload)
            candidates += [each.resource for each in mapped.shared]
            candidates += [*mapped.owned, mapped.provenance]
        target, sha256 = asked.written.target, asked.written.held.sha256
        return next(
            (each for each in candidates if identity_of(each) == target and content_sha256(each) == sha256),
            None,
        )

    async def _write_over(self, resource: Resource, written: Written) -> tuple[str, str, bool]:
        """Return the version that now stands; or nothing, why, and whether to try again."""
        there = await self._client.read(written.target)
        if there.status not in (200, 404, 410):
            return "", f"record/{there.status}", there.status >= 500
        version = text_at(there.resource, "meta", "versionId") if there.status == 200 else ""
        if version and content_sha256(there.resource) == written.held.sha256:
            return version, "", False
        condition = {"if_match": version} if version else {"if_none_match": "*"}
        answer = await self._client.transact(transaction([WriteEntry(resource=resource, **condition)]))
        if answer.status in (200, 201):
            given = versions_in(answer.resource).get(written.target)
            return (given, "", False) if given else ("", "record/no-version", True)
        later = answer.status >= 500 or answer.status in (408, 409, 412, 425, 429)
        return "", f"record/{answer.status}", later

    async def _failed(self, written: Written, reason: str, *, again: bool) -> None:
        log.warning("resend_failed", subscriber=self._subscriber, reason=reason)
        async with self._database.write() as transaction_:
            await reconciliations.resend_failed(
                transaction_.connection, self._subscriber, written.target, reason, again=again
            )


def differences(page: Sequence[Written], seen: Mapping[Identity, Seen]) -> dict[Identity, Difference]:
    """Say which resources the record doesn't hold as they were written."""
    found: dict[Identity, Difference] = {}
    for written in page:
        there = seen.get(written.target)
        if there is None:
            found[written.target] = "missing"
        elif there.sha256 != written.held.sha256:
            found[written.target] = "content"
        elif there.version_id != written.held.version_id:
            found[written.target] = "version"
    return found
