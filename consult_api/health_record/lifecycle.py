"""The record's interactions, each one transaction with its audit: read, write, search, history, bundles.

A write locks what it writes, looks at the preconditions, stores a version unless it says nothing new, and makes
sure that the actor may see what now stands there. The transaction is the caller's: all of a bundle or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import True_

from consult_api.access import Action, Actor, demand
from consult_api.health_record import queries, search
from consult_api.health_record.fhir.canonical import content_sha256
from consult_api.health_record.fhir.capability import STORED_TYPES
from consult_api.health_record.fhir.indexing import IndexRow, index_rows
from consult_api.health_record.fhir.outcomes import (
    FhirProblem,
    Issue,
    not_found,
    not_supported,
    unprocessable,
)
from consult_api.health_record.fhir.references import Identity, local_target, patients_of, references
from consult_api.health_record.fhir.searching import Search
from consult_api.health_record.fhir.validation import check_update
from consult_api.health_record.fhir.values import Resource
from consult_api.health_record.rules import PATIENT_INDEX, Stored, check_preconditions, is_unchanged, stamped
from runtime import audit
from runtime.audit import AuditEntry, AuditTables
from runtime.database import Transaction
from wire.problems import Kind

COUNTY = "county"
MAX_INDEX_ROWS = 5_000
AuditAction = Literal["C", "R", "U", "D", "E"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a write left behind. `changed` is False when it said nothing new."""

    stored: Stored
    created: bool
    changed: bool


class Session:
    """One actor's work on the record within one transaction, at one time."""

    def __init__(
        self,
        transaction: Transaction,
        *,
        audit_tables: AuditTables,
        actor: Actor,
        now: datetime,
        patient_system: str,
        base_url: str = "",
    ) -> None:
        """Refuse at once whoever may not use the record.

        Args:
            transaction: the caller's.
            audit_tables: where every interaction is noted.
            actor: who works.
            now: the time that new versions get, to the millisecond.
            patient_system: the system of the county's own patient identifiers.
            base_url: the record's address as the client sees it, ending in a slash.

        Raises:
            Problem: `access/denied`.
        """
        demand(actor, Action.USE_RECORD)
        self._transaction = transaction
        self._audit_tables = audit_tables
        self._actor = actor
        self._now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._patient_system = patient_system
        self._base_url = base_url
        self._may_see: ColumnElement[bool] = queries.visible(actor, now, patient_system)
        self._sees_all = isinstance(self._may_see, True_)

    @property
    def connection(self) -> AsyncConnection:
        """The transaction's connection."""
        return self._transaction.connection

    async def lock(self, targets: Sequence[Identity]) -> None:
        """Make other writers of these resources wait until this transaction ends."""
        await queries.lock(self.connection, targets)

    async def read(self, target: Identity, version: str = "") -> Stored:
        """Read the current or a given version.

        Raises:
            FhirProblem: `fhir/not-found`, for what the actor may not see as well.
        """
        number = int(version) if version.isdecimal() and len(version) < 10 else None
        if version and number is None:
            raise _missing()
        stored = await queries.read(self.connection, target, self._may_see, number)
        if stored is None:
            raise _missing()
        await self._audit("R", "vread" if version else "read", target)
        return stored

    async def put(
        self,
        target: Identity,
        resource: Resource,
        *,
        if_match: str = "",
        if_none_match: str = "",
        method: str = "PUT",
        audited: bool = True,
    ) -> Written:
        """Create or update a resource under its id; `audited` is off where a bundle is audited as a whole.

        Raises:
            FhirProblem: for a broken resource, or a precondition that doesn't hold.
        """
        if target.resource_type not in STORED_TYPES:
            raise not_supported("Resources of this type aren't stored.")
        check_update(resource, target.resource_type, target.resource_id)
        current = await queries.current(self.connection, target)
        if current is not None and not await self._sees(target):
            raise _denied()
        check_preconditions(current, if_match=if_match, if_none_match=if_none_match)
        if current is not None and is_unchanged(current, resource):
            if audited:
                await self._audit("U", "update.unchanged", target)
            kept = await queries.read(self.connection, target, self._may_see)
            if kept is not None:
                return Written(stored=kept, created=False, changed=False)
        version = 1 if current is None else current.version + 1
        # A clock that was set back must not let a version seem older than the one before.
        at = self._now if current is None else max(self._now, current.updated_at)
        new = Stored(
            identity=target,
            version=version,
            updated_at=at,
            body=stamped(resource, target, version, at),
            method=method,
        )
        rows = index_rows(resource, self._base_url) | await self._patient_rows(resource)
        if len(rows) > MAX_INDEX_ROWS:
            raise unprocessable([Issue(code="too-costly", diagnostics="Too many values to be found by.")])
        await queries.add_version(self.connection, new, sha256=content_sha256(resource), rows=rows)
        if not await self._sees(target):
            raise _denied()
        if audited:
            verb: tuple[AuditAction, str] = ("C", "create") if current is None else ("U", "update")
            await self._audit(*verb, target)
        return Written(stored=new, created=current is None, changed=True)

    async def audit_exchange(self, written: Sequence[Written]) -> None:
        """Note in one row all that a transaction wrote, by type, id and version."""
        changed = [
            f"{each.stored.identity}/_history/{each.stored.version}" for each in written if each.changed
        ]
        targets = [each.stored.identity for each in written]
        await self._audit(
            "E", "transaction", Identity("Bundle", "-"), detail=" ".join(changed), about=targets
        )

    async def find(self, asked: Search) -> tuple[int, list[Stored], list[Stored]]:
        """Search; return the total, the page of matches, and what it includes."""
        found = await search.find(self.connection, asked, self._may_see)
        names = ",".join(sorted({criterion.parameter for criterion in asked.criteria}))
        await self._audit("R", "search", Identity(asked.resource_type, "-"), detail=names)
        return found

    async def history(
        self,
        *,
        resource_type: str = "",
        resource_id: str = "",
        since: datetime | None = None,
        count: int,
        offset: int,
    ) -> tuple[int, list[Stored]]:
        """Return how many versions there are and a page of them, newest first.

        Raises:
            FhirProblem: `fhir/not-found` for an instance that isn't there.
        """
        total, page = await queries.history(
            self.connection,
            self._may_see,
            resource_type=resource_type,
            resource_id=resource_id,
            since=since,
            count=count,
            offset=offset,
        )
        target = Identity(resource_type or "-", resource_id or "-")
        if resource_id and since is None and not total:
            raise _missing()
        await self._audit("R", "history", target)
        return total, page

    async def everything(
        self, patient_id: str, *, types: Sequence[str], count: int, offset: int
    ) -> tuple[int, list[Stored]]:
        """Return a page of all that the record holds about a patient.

        Raises:
            FhirProblem: `fhir/not-found`.
        """
        target = Identity("Patient", patient_id)
        if await queries.read(self.connection, target, self._may_see) is None:
            raise _missing()
        found = await search.everything(
            self.connection, patient_id, self._may_see, types=types, count=count, offset=offset
        )
        await self._audit("R", "everything", target)
        return found

    async def _sees(self, target: Identity) -> bool:
        return self._sees_all or await queries.sees(self.connection, target, self._may_see)

    async def _patient_rows(self, resource: Resource) -> frozenset[IndexRow]:
        """Note whom a resource speaks of; a Provenance speaks of whom its targets speak."""
        patients = patients_of(resource, self._base_url)
        if resource.get("resourceType") == "Provenance":
            literals = {text for _, text in references(resource.get("target"), "")}
            targets = [found for text in literals if (found := local_target(text, self._base_url))]
            patients |= await queries.patients_spoken_of(self.connection, targets)
        return frozenset(IndexRow(parameter=PATIENT_INDEX, value=patient) for patient in patients)

    async def _audit(
        self,
        action: AuditAction,
        subtype: str,
        target: Identity,
        *,
        detail: str = "",
        about: Sequence[Identity] = (),
    ) -> None:
        patients = await queries.patients_spoken_of(self.connection, about or [target])
        entry = AuditEntry(
            institution_id=self._actor.institution_id or COUNTY,
            actor_id=self._actor.actor_id,
            action=action,
            subtype=f"record.{subtype}",
            entity_type=target.resource_type,
            entity_id=target.resource_id,
            patient_id=await queries.county_patient(self.connection, patients, self._patient_system),
            detail=detail,
        )
        await audit.record(self._transaction, self._audit_tables, entry, self._now)


def _missing() -> FhirProblem:
    return not_found("fhir/not-found", "The record has no such resource or version that you may see.")


def _denied() -> FhirProblem:
    finding = Issue(code="forbidden", diagnostics="This token may not write this resource.")
    return FhirProblem("access/denied", Kind.FORBIDDEN, [finding])
