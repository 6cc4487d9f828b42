"""What every request to `/fhir` goes through: content types, preferences, size, who asks, and how it is refused."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Protocol, cast

import structlog
from fastapi import FastAPI, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException

from consult_api.access import Actor
from consult_api.health_record.fhir.canonical import canonical, parse_resource
from consult_api.health_record.fhir.outcomes import Issue, issues_of, operation_outcome, status_of
from consult_api.health_record.fhir.references import etag
from consult_api.health_record.fhir.values import Resource
from consult_api.health_record.lifecycle import COUNTY, Session
from consult_api.health_record.rules import Stored
from runtime import audit
from runtime.audit import AuditEntry, AuditTables
from runtime.clock import Clock
from runtime.database import Database
from wire.problems import Kind, Problem

FHIR_JSON = "application/fhir+json"
MAX_BODY_BYTES = 16 * 1024 * 1024
_JSON_TYPES = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "text/json"})
_JSON_FORMATS = _JSON_TYPES | {"json"}
_SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}

log = structlog.get_logger()


class Authenticate(Protocol):
    """Finds out who asks, within the request's transaction."""

    async def __call__(self, request: Request, connection: AsyncConnection) -> Actor:
        """Return the holder of the request's credential.

        Raises:
            Problem: of kind `unauthenticated` when there is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSurroundings:
    """What every request to the record is served with.

    `patient_system` is the system of the identifier by which a Patient names the county's own patient.
    """

    database: Database
    audit_tables: AuditTables
    clock: Clock
    authenticate: Authenticate
    patient_system: str
    software_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The `Prefer` header (RFC 7240, FHIR R4 §3.1.0.1.1): what a write answers, and how searches are read."""

    answer: str
    lenient: bool


def surroundings_of(request: Request) -> RecordSurroundings:
    """What the application was built with."""
    return cast("RecordSurroundings", request.app.state.surroundings)


def base_url_of(request: Request) -> str:
    """The record's address as this client sees it, ending in a slash."""
    return f"{request.url.scheme}://{request.url.netloc}/fhir/"


def preferences_of(request: Request) -> Preferences:
    """Read `Prefer`."""
    wishes = {wish.strip() for wish in request.headers.get("prefer", "").replace(";", ",").split(",")}
    answer = next((wish[7:] for wish in sorted(wishes) if wish.startswith("return=")), "representation")
    return Preferences(answer=answer, lenient="handling=lenient" in wishes)


@asynccontextmanager
async def open_session(request: Request) -> AsyncGenerator[Session]:
    """Open the request's transaction for whoever asks; a refusal for want of rights is audited after it.

    Raises:
        Problem: `session/expired`, `access/denied`, and what the block raises.
    """
    around = surroundings_of(request)
    actor: Actor | None = None
    try:
        async with around.database.write() as transaction:
            actor = await around.authenticate(request, transaction.connection)
            yield Session(
                transaction,
                audit_tables=around.audit_tables,
                actor=actor,
                now=around.clock.now(),
                patient_system=around.patient_system,
                base_url=base_url_of(request),
            )
    except Problem as problem:
        if actor is not None and problem.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
            await _audit_refusal(around, actor, request, problem)
        raise


async def body_of(request: Request) -> Resource:
    """Read the body as one JSON object, within bounds.

    Raises:
        Problem: `fhir/media-type`, `fhir/too-large`, `fhir/not-json`.
    """
    declared = request.headers.get("content-type", FHIR_JSON).partition(";")[0].strip().lower()
    if declared not in _JSON_TYPES:
        raise Problem("fhir/media-type", Kind.UNSUPPORTED, f"The record reads {FHIR_JSON}.")
    return parse_resource(await raw_body_of(request))


async def raw_body_of(request: Request) -> bytes:
    """Read the body's bytes, within bounds.

    Raises:
        Problem: `fhir/too-large`.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise Problem("fhir/too-large", Kind.TOO_LARGE, "A body may have 16 MiB.")
        parts.append(part)
    return b"".join(parts)


def demand_json(request: Request) -> None:
    """Refuse a client that can't read JSON (`Accept`, `_format`).

    Raises:
        Problem: `fhir/not-acceptable`.
    """
    wanted = request.query_params.get("_format")
    if wanted is not None:
        acceptable = wanted.replace(" ", "+").partition(";")[0] in _JSON_FORMATS
    else:
        kinds = accepted_types(request)
        acceptable = not kinds or any(
            kind in _JSON_TYPES or kind in ("*/*", "application/*") for kind in kinds
        )
    if not acceptable:
        raise Problem("fhir/not-acceptable", Kind.NOT_ACCEPTABLE, f"The record answers {FHIR_JSON}.")


def accepted_types(request: Request) -> list[str]:
    """Return the media types of `Accept`, without parameters."""
    header = request.headers.get("accept", "")
    return [kind.partition(";")[0].strip().lower() for kind in header.split(",") if kind.strip()]


def answer(resource: Resource | str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with a resource, or with the canonical JSON of one as it is stored."""
    body = resource if isinstance(resource, str) else canonical(resource)
    return Response(body, status, {**_SAFE_HEADERS, **(headers or {})}, FHIR_JSON)


def version_headers(stored: Stored) -> dict[str, str]:
    """`ETag` and `Last-Modified` of a version (FHIR R4 §3.1.0.1.4)."""
    return {
        "ETag": etag(stored.version),
        "Last-Modified": format_datetime(stored.updated_at, usegmt=True),
    }


def refusal(problem: Problem) -> Response:
    """Answer with an OperationOutcome."""
    status = status_of(problem)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="fhir"'
    if status in (429, 503):
        headers["Retry-After"] = "5"
    if status >= 500:
        log.warning("problem", code=problem.code, **problem.context)
    return answer(operation_outcome(problem.code, issues_of(problem)), status=status, headers=headers)


def install_refusals(app: FastAPI) -> None:
    """Make every failure of the application an OperationOutcome."""

    async def problem(_request: Request, error: Exception) -> Response:
        return refusal(cast("Problem", error))

    async def http(_request: Request, error: Exception) -> Response:
        status = cast("HTTPException", error).status_code
        issue = Issue(code="not-supported", diagnostics="The record doesn't offer this address or method.")
        return answer(operation_outcome(f"http/{status}", [issue]), status=status)

    async def accident(_request: Request, error: Exception) -> Response:
        log.error("request_failed", error=type(error).__name__, exc_info=error)
        return refusal(Problem("server/failed", Kind.INTERNAL, "The server failed; nothing was changed."))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, accident)


async def _audit_refusal(
    around: RecordSurroundings, actor: Actor, request: Request, problem: Problem
) -> None:
    entry = AuditEntry(
        institution_id=actor.institution_id or COUNTY,
        actor_id=actor.actor_id,
        action="R" if request.method == "GET" else "U",
        subtype="record.denied",
        entity_type=str(request.path_params.get("resource_type", "-"))[:40],
        entity_id=str(request.path_params.get("resource_id", "-"))[:80],
        outcome=problem.code,
    )
    async with around.database.write() as transaction:
        await audit.record(transaction, around.audit_tables, entry, around.clock.now())
