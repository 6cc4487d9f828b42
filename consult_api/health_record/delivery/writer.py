"""The writer: one event in, one verdict out, exactly one effect on the record whatever is lost on the way.

prepared ── sent ──> 200                      committed
├──> silence, 5xx, 408, 429   wait; next time the commit marker is read first
├──> 409, 412                 marker there: committed; else compare, rebuild or park
└──> other 4xx                parked: a human looks at it; when it's tried again it is built anew
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import ValidationError

from consult_api.health_record.delivery import queries
from consult_api.health_record.delivery.bundles import identity_of, resources_of, versions_in
from consult_api.health_record.delivery.clients import Answer, RecordClient, Unreached
from consult_api.health_record.delivery.queries import Dispatch, Held
from consult_api.health_record.fhir.canonical import canonical, content_sha256
from consult_api.health_record.fhir.outcomes import FhirProblem, Issue, operation_outcome, redacted
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.validation import check
from consult_api.health_record.fhir.values import Resource, objects, text_at
from consult_api.health_record.mapping.county import County, Mapped
from consult_api.health_record.mapping.events import UnknownEvent, WriteEntry, map_event, transaction
from runtime.clock import Clock
from runtime.database import Database
from runtime.outbox import Delivered, OutboxRow, Park, Retry, Verdict

REBUILDS = 3
_LATER = frozenset({408, 425, 429})
_CONFLICTS = frozenset({409, 412})


class RecordWriter:
    """Writes the outbox's events to one record. `deliver` is what a `Courier` calls."""

    def __init__(
        self, database: Database, subscriber: str, client: RecordClient, county: County, clock: Clock
    ) -> None:
        self._database = database
        self._subscriber = subscriber
        self._client = client
        self._county = county
        self._clock = clock

    async def deliver(self, row: OutboxRow) -> Verdict:
        """Write one event."""
        try:
            mapped = map_event(self._county, row.event_id, row.subject, row.payload)
        except UnknownEvent as unknown:
            return Park(f"record/unmapped {unknown}")
        except ValidationError:
            return Park("record/unreadable")
        try:
            return await self._write(row, mapped)
        except Unreached as silence:
            return Retry(f"record/no-answer {silence}")

    async def _write(self, row: OutboxRow, mapped: Mapped) -> Verdict:
        dispatch = await self._prepared(row, mapped)
        if dispatch.committed:
            return Delivered()
        if not dispatch.is_new and await self._marker_is_there(row):
            return await self._confirm(row, mapped, dispatch)
        if dispatch.refused:
            dispatch = replace(await self._rebuilt(row, mapped), overwrite=dispatch.overwrite)
        for _ in range(REBUILDS):
            if fault := invalid(dispatch.body):
                return await self._park(row, f"record/invalid {_issue_codes(fault)}", fault)
            answer = await self._send(row, dispatch)
            if answer.status not in _CONFLICTS:
                return await self._judge(row, mapped, dispatch, answer)
            if await self._marker_is_there(row):
                return await self._confirm(row, mapped, dispatch)
            if fault := await self._compare(row, mapped, dispatch):
                return await self._park(row, fault.reason, fault.outcome)
            dispatch = await self._rebuilt(row, mapped)
        return Retry("record/conflict")

    async def _send(self, row: OutboxRow, dispatch: Dispatch) -> Answer:
        """Send; after silence the marker tells whether it took place, which is then as good as an answer."""
        try:
            return await self._client.transact(dispatch.body)
        except Unreached:
            if await self._marker_is_there(row):
                return Answer(status=200, resource={})
            raise

    async def _judge(self, row: OutboxRow, mapped: Mapped, dispatch: Dispatch, answer: Answer) -> Verdict:
        if answer.status in (200, 201):
            versions = versions_in(answer.resource)
            if not versions:
                return await self._confirm(row, mapped, dispatch)
            await self._commit(row, mapped, dispatch, versions)
            return Delivered()
        if answer.status >= 500 or answer.status in _LATER:
            return Retry(f"record/{answer.status}")
        outcome = redacted(answer.resource)
        return await self._park(row, f"record/{answer.status} {_issue_codes(outcome)}".rstrip(), outcome)

    async def _park(self, row: OutboxRow, reason: str, outcome: Resource) -> Park:
        async with self._database.write() as transaction_:
            await queries.note_refusal(
                transaction_.connection, self._subscriber, row.event_id, canonical(outcome)
            )
        return Park(reason)

    async def _marker_is_there(self, row: OutboxRow) -> bool:
        """Read the commit marker.

        Raises:
            Unreached: the record can't say.
        """
        marker = Identity("Provenance", self._county.resource_id("Provenance", row.event_id))
        answer = await self._client.read(marker)
        if answer.status not in (200, 404):
            raise Unreached(str(answer.status))
        return answer.status == 200

    async def _confirm(self, row: OutboxRow, mapped: Mapped, dispatch: Dispatch) -> Verdict:
        """The event is in the record but its answer was lost: read the versions that it made."""
        versions: dict[Identity, str] = {}
        for resource in resources_of(dispatch.body):
            target = identity_of(resource)
            answer = await self._client.read(target)
            if answer.status == 200 and content_sha256(answer.resource) == content_sha256(resource):
                versions[target] = text_at(answer.resource, "meta", "versionId")
        await self._commit(row, mapped, dispatch, versions)
        return Delivered()

    async def _commit(
        self, row: OutboxRow, mapped: Mapped, dispatch: Dispatch, versions: Mapping[Identity, str]
    ) -> None:
        found = {
            target: Held(
                version_id=versions[target],
                sha256=content_sha256(resource),
                source_version=_source_versions(mapped).get(target, 0),
            )
            for resource in resources_of(dispatch.body)
            if (target := identity_of(resource)) in versions
        }
        async with self._database.write() as transaction_:
            connection = transaction_.connection
            await queries.remember(connection, self._subscriber, row.event_id, found)
            await queries.mark_committed(connection, self._subscriber, row.event_id, self._clock.now())

    async def _compare(self, row: OutboxRow, mapped: Mapped, dispatch: Dispatch) -> "_Fault | None":
        """Look at what the record holds where the conditions failed; return why it can't go on, or nothing.

        It can where the record holds what we wrote last under another version, or already what we're about to
        write, or what another event of ours has written meanwhile. Anything else was changed by somebody else,
        and goes on only when a human has allowed it.
        """
        resources = {identity_of(resource): resource for resource in resources_of(dispatch.body)}
        async with self._database.read() as connection:
            known = await queries.held(connection, self._subscriber, list(resources))
        found: dict[Identity, Held] = {}
        renumbered: dict[Identity, str] = {}
        lost: list[Identity] = []
        for target, resource in resources.items():
            answer = await self._client.read(target)
            if answer.status not in (200, 404, 410):
                raise Unreached(str(answer.status))
            if answer.status != 200:
                if target in known and not dispatch.overwrite:
                    return _Fault("lost", target)
                lost.append(target)
                continue
            version = text_at(answer.resource, "meta", "versionId")
            theirs, last = content_sha256(answer.resource), known.get(target)
            if last and theirs == last.sha256:
                renumbered[target] = version
            elif theirs == content_sha256(resource):
                source = _source_versions(mapped).get(target, 0)
                found[target] = Held(version_id=version, sha256=theirs, source_version=source)
            elif not last or version != last.version_id:
                if not dispatch.overwrite:
                    return _Fault("changed-elsewhere", target)
                source = last.source_version if last else 0
                found[target] = Held(version_id=version, sha256=theirs, source_version=source)
        async with self._database.write() as transaction_:
            await queries.remember(transaction_.connection, self._subscriber, row.event_id, found)
            await queries.renumber(transaction_.connection, self._subscriber, renumbered)
            await queries.forget(transaction_.connection, self._subscriber, lost)
        return None

    async def _prepared(self, row: OutboxRow, mapped: Mapped) -> Dispatch:
        """Return the event's transaction; build and keep it when this is the first try."""
        async with self._database.write() as transaction_:
            connection = transaction_.connection
            earlier = await queries.find_dispatch(connection, self._subscriber, row.event_id)
            if earlier is not None:
                return earlier
            known = await queries.held(connection, self._subscriber, _targets(mapped))
            body = transaction(entries(mapped, known))
            await queries.add_dispatch(connection, self._subscriber, row.event_id, body, self._clock.now())
        return Dispatch(body=body, is_new=True)

    async def _rebuilt(self, row: OutboxRow, mapped: Mapped) -> Dispatch:
        async with self._database.write() as transaction_:
            connection = transaction_.connection
            known = await queries.held(connection, self._subscriber, _targets(mapped))
            body = transaction(entries(mapped, known))
            await queries.replace_dispatch(connection, self._subscriber, row.event_id, body)
        return Dispatch(body=body)


def invalid(body: str) -> Resource | None:
    """Check all that a transaction would write; return the OperationOutcome when it isn't valid R4."""
    issues: list[Issue] = []
    for position, resource in enumerate(resources_of(body)):
        try:
            check(resource)
        except FhirProblem as problem:
            issues += problem.at(f"Bundle.entry[{position}].resource").issues
    return redacted(operation_outcome("fhir/rule-broken", issues)) if issues else None


@dataclass(frozen=True, slots=True)
class _Fault:
    """What keeps an event from being written: somebody else changed or removed a resource."""

    kind: Literal["lost", "changed-elsewhere"]
    target: Identity

    @property
    def reason(self) -> str:
        return f"record/{self.kind} {self.target.resource_type}"

    @property
    def outcome(self) -> Resource:
        issue = Issue(code="conflict", diagnostics=self.kind, expression=str(self.target))
        return redacted(operation_outcome(f"record/{self.kind}", [issue]))


def entries(mapped: Mapped, known: Mapping[Identity, Held]) -> list[WriteEntry]:
    """Choose what has to be written, given what the record holds, and on which conditions.

    The event's own resources are written when they say something new; shared ones also only when the record
    doesn't show a newer version of them already. The commit marker is always there and may never exist before.
    """
    chosen: list[WriteEntry] = []
    for each in mapped.shared:
        last = known.get(identity_of(each.resource))
        if last is None or last.source_version <= each.source_version:
            chosen += _entry(each.resource, last)
    for resource in mapped.owned:
        chosen += _entry(resource, known.get(identity_of(resource)))
    return [*chosen, WriteEntry(resource=mapped.provenance, if_none_match="*")]


def _entry(resource: Resource, last: Held | None) -> list[WriteEntry]:
    if last is None:
        return [WriteEntry(resource=resource, if_none_match="*")]
    if last.sha256 == content_sha256(resource):
        return []
    return [WriteEntry(resource=resource, if_match=last.version_id)]


def _targets(mapped: Mapped) -> list[Identity]:
    return [identity_of(each.resource) for each in mapped.shared] + [identity_of(own) for own in mapped.owned]


def _source_versions(mapped: Mapped) -> dict[Identity, int]:
    shared = {identity_of(each.resource): each.source_version for each in mapped.shared}
    return shared | {identity_of(own): mapped.source_version for own in mapped.owned}


def _issue_codes(outcome: Resource) -> str:
    """The codes and places of a refusal: enough to repair, and no patient data."""
    found: Sequence[str] = [
        " ".join([text_at(issue, "code"), *(str(place) for place in _places(issue))])
        for issue in objects(outcome.get("issue"))
    ]
    return "; ".join(found)[:500]


def _places(issue: Resource) -> list[str]:
    places = issue.get("expression")
    return [place for place in places if isinstance(place, str)] if isinstance(places, list) else []
