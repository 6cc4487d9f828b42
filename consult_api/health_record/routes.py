"""The FHIR REST interface under `/fhir` (FHIR R4 §3.1.0): one request, one transaction."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, FastAPI, Request, Response

from consult_api.health_record.edge import (
    RecordSurroundings,
    accepted_types,
    answer,
    base_url_of,
    body_of,
    demand_json,
    install_refusals,
    open_session,
    preferences_of,
    raw_body_of,
    surroundings_of,
    version_headers,
)
from consult_api.health_record.exchange import exchange, history_bundle, searchset
from consult_api.health_record.fhir.bundles import paged_links
from consult_api.health_record.fhir.canonical import parse_resource
from consult_api.health_record.fhir.capability import capability_statement
from consult_api.health_record.fhir.instants import instant_of, span
from consult_api.health_record.fhir.outcomes import Issue, bad_request, not_supported, operation_outcome
from consult_api.health_record.fhir.references import Identity, identity, known_type, version_of
from consult_api.health_record.fhir.searching import DEFAULT_COUNT, MAX_COUNT, MAX_OFFSET, read_search
from consult_api.health_record.fhir.values import text_at
from consult_api.health_record.lifecycle import Written
from consult_api.health_record.rules import Stored
from wire.identifiers import new_id

router = APIRouter(prefix="/fhir")
Pairs = Sequence[tuple[str, str]]


def build_record_app(surroundings: RecordSurroundings) -> FastAPI:
    """Build the application; it expects whole paths that begin with `/fhir`."""
    app = FastAPI(title="Shared health record", openapi_url=None, redirect_slashes=False)
    app.state.surroundings = surroundings
    app.state.published = surroundings.clock.now()
    app.include_router(router)
    install_refusals(app)
    return app


@router.get("/metadata")
async def capabilities(request: Request) -> Response:
    """What the record can do; the one answer that needs no token."""
    demand_json(request)
    published: datetime = request.app.state.published
    version = surroundings_of(request).software_version
    return answer(capability_statement(base_url_of(request), version, published))


@router.post("")
@router.post("/")
async def exchange_bundle(request: Request) -> Response:
    """Do a transaction or a batch."""
    demand_json(request)
    bundle = await body_of(request)
    if bundle.get("resourceType") != "Bundle":
        raise bad_request("fhir/bad-bundle", "Only a Bundle may be posted here.", expression="resourceType")
    full = "return=representation" in request.headers.get("prefer", "")
    async with open_session(request) as session:
        done = await exchange(session, bundle, base_url=base_url_of(request), new_id=new_id, full=full)
    return answer(done)


@router.get("/_history")
async def system_history(request: Request) -> Response:
    """All versions of everything, newest first."""
    return await _history(request, "", "")


@router.get("/{resource_type}")
async def search(request: Request, resource_type: str) -> Response:
    """Search one type."""
    return await _search(request, resource_type, request.query_params.multi_items())


@router.post("/{resource_type}/_search")
async def search_by_post(request: Request, resource_type: str) -> Response:
    """Search one type, with the parameters in the body, where no log sees them."""
    form = parse_qsl((await raw_body_of(request)).decode(errors="replace"), keep_blank_values=True)
    return await _search(request, resource_type, [*request.query_params.multi_items(), *form])


@router.post("/{resource_type}")
async def create(request: Request, resource_type: str) -> Response:
    """Create a resource under an id of the server's choice."""
    demand_json(request)
    if "if-none-exist" in request.headers:
        raise not_supported("Conditional create isn't offered: PUT by id instead.")
    target = Identity(known_type(resource_type), new_id())
    resource = {**await body_of(request), "id": target.resource_id}
    async with open_session(request) as session:
        written = await session.put(target, resource, method="POST")
    return _written(request, written)


@router.get("/{resource_type}/_history")
async def type_history(request: Request, resource_type: str) -> Response:
    """All versions of one type, newest first."""
    return await _history(request, known_type(resource_type), "")


@router.put("/{resource_type}")
async def conditional_update(resource_type: str) -> Response:
    """Refuse: two of them at once would make duplicates."""
    known_type(resource_type)
    raise not_supported("Conditional update isn't offered: PUT by id instead.")


@router.get("/{resource_type}/{resource_id}")
async def read(request: Request, resource_type: str, resource_id: str) -> Response:
    """Read the current version; a Binary as itself when the client doesn't ask for FHIR."""
    target = identity(resource_type, resource_id)
    raw = resource_type == "Binary" and _wants_native(request)
    if not raw:
        demand_json(request)
    async with open_session(request) as session:
        stored = await session.read(target)
    not_match = request.headers.get("if-none-match", "")
    if not_match and (not_match == "*" or version_of(not_match) == str(stored.version)):
        return Response(status_code=304, headers=version_headers(stored))
    return _native(stored) if raw else answer(stored.body, headers=version_headers(stored))


@router.put("/{resource_type}/{resource_id}")
async def update(request: Request, resource_type: str, resource_id: str) -> Response:
    """Create or update a resource under its id."""
    demand_json(request)
    target = identity(resource_type, resource_id)
    resource = await body_of(request)
    async with open_session(request) as session:
        await session.lock([target])
        written = await session.put(
            target,
            resource,
            if_match=request.headers.get("if-match", ""),
            if_none_match=request.headers.get("if-none-match", ""),
        )
    return _written(request, written)


@router.get("/{resource_type}/{resource_id}/_history")
async def instance_history(request: Request, resource_type: str, resource_id: str) -> Response:
    """All versions of one resource, newest first."""
    target = identity(resource_type, resource_id)
    return await _history(request, target.resource_type, target.resource_id)


@router.get("/{resource_type}/{resource_id}/_history/{version}")
async def read_version(request: Request, resource_type: str, resource_id: str, version: str) -> Response:
    """Read one version."""
    demand_json(request)
    target = identity(resource_type, resource_id)
    async with open_session(request) as session:
        stored = await session.read(target, version)
    return answer(stored.body, headers=version_headers(stored))


@router.get("/Patient/{resource_id}/$everything")
@router.post("/Patient/{resource_id}/$everything")
async def everything(request: Request, resource_id: str) -> Response:
    """All that the record holds about one patient (OperationDefinition Patient-everything)."""
    demand_json(request)
    target = identity("Patient", resource_id)
    query = request.query_params.multi_items()
    if unknown := {name for name, _ in query} - {"_count", "_offset", "_type", "_format"}:
        raise bad_request("fhir/unknown-parameter", f"{len(unknown)} parameters are not offered here.")
    count, offset = _paging(query)
    types = [known_type(name) for name in request.query_params.get("_type", "").split(",") if name]
    async with open_session(request) as session:
        total, page = await session.everything(resource_id, types=types, count=count, offset=offset)
    address = f"{base_url_of(request)}{target}/$everything"
    applied = [(name, value) for name, value in query if name == "_type"]
    links = paged_links(address, applied, count=count, offset=offset, total=total)
    return answer(searchset(total, page, [], links=links, base_url=base_url_of(request)))


async def _search(request: Request, resource_type: str, query: Pairs) -> Response:
    demand_json(request)
    base_url = base_url_of(request)
    asked = read_search(resource_type, query, base_url=base_url, lenient=preferences_of(request).lenient)
    async with open_session(request) as session:
        total, matches, included = await session.find(asked)
    links = paged_links(
        base_url + resource_type, asked.applied, count=asked.count, offset=asked.offset, total=total
    )
    return answer(
        searchset(total, matches, included, links=links, base_url=base_url, elements=asked.elements)
    )


async def _history(request: Request, resource_type: str, resource_id: str) -> Response:
    demand_json(request)
    query = request.query_params.multi_items()
    count, offset = _paging(query)
    since = _since(request.query_params.get("_since", ""))
    async with open_session(request) as session:
        total, page = await session.history(
            resource_type=resource_type, resource_id=resource_id, since=since, count=count, offset=offset
        )
    path = "/".join(part for part in (resource_type, resource_id, "_history") if part)
    applied = [(name, value) for name, value in query if name == "_since"]
    links = paged_links(base_url_of(request) + path, applied, count=count, offset=offset, total=total)
    return answer(history_bundle(total, page, links=links, base_url=base_url_of(request)))


def _paging(query: Pairs) -> tuple[int, int]:
    numbers = {"_count": DEFAULT_COUNT, "_offset": 0}
    for name, text in query:
        if name in numbers:
            if not (text.isascii() and text.isdecimal() and len(text) < 8):
                raise bad_request("fhir/bad-parameter", "Paging takes whole numbers.", issue="value")
            numbers[name] = int(text)
    return min(numbers["_count"], MAX_COUNT), min(numbers["_offset"], MAX_OFFSET)


def _since(text: str) -> datetime | None:
    covered = span(text) if text else None
    if text and covered is None:
        raise bad_request("fhir/bad-parameter", "_since is an instant.", issue="value")
    return None if covered is None else instant_of(covered.low_us)


def _written(request: Request, written: Written) -> Response:
    stored = written.stored
    location = f"{base_url_of(request)}{stored.identity}/_history/{stored.version}"
    headers = {**version_headers(stored), "Location": location}
    status = 201 if written.created else 200
    match preferences_of(request).answer:
        case "minimal":
            return Response(status_code=status, headers=headers)
        case "OperationOutcome":
            said = Issue(code="informational", diagnostics="It is stored.")
            outcome = operation_outcome("fhir/stored", [said], severity="information")
            return answer(outcome, status=status, headers=headers)
        case _:
            return answer(stored.body, status=status, headers=headers)


def _wants_native(request: Request) -> bool:
    """FHIR R4 Binary: a reader who names no FHIR type gets the content itself."""
    kinds = accepted_types(request)
    return (
        bool(kinds)
        and not any("json" in kind or "fhir" in kind for kind in kinds)
        and ("_format" not in request.query_params)
    )


def _native(stored: Stored) -> Response:
    resource = parse_resource(stored.body)
    try:
        content = base64.b64decode(text_at(resource, "data"), validate=True)
    except binascii.Error as error:
        raise bad_request("fhir/not-base64", "The Binary's data isn't base64.", issue="value") from error
    headers = {
        **version_headers(stored),
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
    return Response(content, headers=headers, media_type=_safe_media_type(text_at(resource, "contentType")))


def _safe_media_type(text: str) -> str:
    plain = text.isascii() and text.isprintable() and "/" in text
    return text if plain else "application/octet-stream"
