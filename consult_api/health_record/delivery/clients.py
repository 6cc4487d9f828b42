"""The two ways to a record: the built-in store in this database, and a FHIR server over HTTP. One interface."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx
from sqlalchemy import true
from sqlalchemy.exc import DBAPIError

from consult_api.access import Actor, Scope
from consult_api.health_record.exchange import exchange
from consult_api.health_record.fhir.canonical import content_sha256, parse_resource
from consult_api.health_record.fhir.outcomes import FhirProblem, issues_of, operation_outcome, status_of
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.values import Resource, text_at
from consult_api.health_record.lifecycle import Session
from consult_api.health_record.queries import read_many
from runtime.audit import AuditTables
from runtime.clock import Clock
from runtime.database import Database, Transaction
from wire.identifiers import new_id
from wire.problems import Problem

FHIR_JSON = "application/fhir+json"
MAX_ANSWER_BYTES = 32 * 1024 * 1024
TIMEOUT_S = 30.0
AT_ONCE = 4
WRITER = Actor(actor_id="record-writer", name="Write-back", is_machine=True, scopes=frozenset({Scope.FHIR}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a record said: the HTTP status, and the resource when there was one."""

    status: int
    resource: Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a record holds of a resource now: its version and the hash of its content."""

    version_id: str
    sha256: str


class Unreached(Exception):  # noqa: N818 - silence is foreseen here
    """No answer: it may have happened, or not. The text holds no patient data."""


class RecordClient(Protocol):
    """A shared health record as the writer needs it."""

    async def transact(self, bundle: str) -> Answer:
        """Send a transaction Bundle.

        Raises:
            Unreached: nothing is known of what became of it.
        """
        ...

    async def read(self, target: Identity) -> Answer:
        """Read a resource.

        Raises:
            Unreached: no answer.
        """
        ...

    async def look(self, targets: Sequence[Identity]) -> dict[Identity, Seen]:
        """Return what there is of these resources now, without what isn't there.

        Raises:
            Unreached: no answer, or none to rely on.
        """
        ...


class EmbeddedRecord:
    """The built-in store, in the database of this service."""

    def __init__(
        self, database: Database, audit_tables: AuditTables, clock: Clock, patient_system: str
    ) -> None:
        self._database = database
        self._audit_tables = audit_tables
        self._clock = clock
        self._patient_system = patient_system

    async def transact(self, bundle: str) -> Answer:
        """Do the transaction here; a refusal leaves nothing of it."""
        try:
            async with self._database.write() as transaction:
                done = await exchange(
                    self._session(transaction), parse_resource(bundle), base_url="", new_id=new_id
                )
        except Problem as problem:
            return _refused(problem)
        except DBAPIError as error:
            raise Unreached(type(error).__name__) from error
        return Answer(status=200, resource=done)

    async def read(self, target: Identity) -> Answer:
        """Read the current version."""
        try:
            async with self._database.write() as transaction:
                stored = await self._session(transaction).read(target)
        except Problem as problem:
            return _refused(problem)
        except DBAPIError as error:
            raise Unreached(type(error).__name__) from error
        return Answer(status=200, resource=parse_resource(stored.body))

    async def look(self, targets: Sequence[Identity]) -> dict[Identity, Seen]:
        """Hash what is stored; nobody reads it, so that the audit has nothing to note."""
        async with self._database.read() as connection:
            found = await read_many(connection, targets, true())
        return {
            target: Seen(version_id=str(one.version), sha256=content_sha256(parse_resource(one.body)))
            for target, one in found.items()
        }

    def _session(self, transaction: Transaction) -> Session:
        return Session(
            transaction,
            audit_tables=self._audit_tables,
            actor=WRITER,
            now=self._clock.now(),
            patient_system=self._patient_system,
        )


class HttpRecord:
    """An outside FHIR server."""

    def __init__(self, url: str, *, token: str = "", timeout_s: float = TIMEOUT_S) -> None:
        """Prepare; nothing is contacted yet.

        Args:
            url: the server's base, `https://host/fhir`; user and password in it become basic authentication.
            token: sent as Bearer when given.
            timeout_s: for connecting and for each wait for bytes.
        """
        headers = {"Accept": FHIR_JSON, "Content-Type": FHIR_JSON}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._base = url.rstrip("/")
        self._http = httpx.AsyncClient(headers=headers, timeout=timeout_s, follow_redirects=False)

    async def transact(self, bundle: str) -> Answer:
        """Post the bundle to the server's base."""
        return await self._send("POST", self._base, bundle)

    async def read(self, target: Identity) -> Answer:
        """Get the current version."""
        return await self._send("GET", f"{self._base}/{target}", None)

    async def look(self, targets: Sequence[Identity]) -> dict[Identity, Seen]:
        """Read each, a few at a time."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(target: Identity) -> tuple[Identity, Answer]:
            async with turns:
                return target, await self.read(target)

        answers = await asyncio.gather(*(one(target) for target in targets))
        if unsure := {answer.status for _, answer in answers} - {200, 404, 410}:
            raise Unreached(str(max(unsure)))
        return {
            target: Seen(
                version_id=text_at(answer.resource, "meta", "versionId"),
                sha256=content_sha256(answer.resource),
            )
            for target, answer in answers
            if answer.status == 200
        }

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(self, method: str, url: str, body: str | None) -> Answer:
        try:
            async with self._http.stream(method, url, content=body) as response:
                parts: list[bytes] = []
                size = 0
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > MAX_ANSWER_BYTES:
                        raise Unreached("answer too large")
                    parts.append(part)
        except httpx.HTTPError as error:
            raise Unreached(type(error).__name__) from error
        return Answer(status=response.status_code, resource=_resource(b"".join(parts)))


def _resource(data: bytes) -> Resource:
    """Read an answer's body; what isn't JSON, such as a gateway's page, counts as none."""
    try:
        return parse_resource(data)
    except FhirProblem:
        return {}


def _refused(problem: Problem) -> Answer:
    return Answer(status=status_of(problem), resource=operation_outcome(problem.code, issues_of(problem)))
