"""Transactions and batches (FHIR R4 §3.1.0.11), and the bundles that searches and histories answer with."""

from collections.abc import Callable, Mapping, Sequence

from consult_api.health_record.fhir.bundles import EntryRequest, entries_of, in_order, read_entry, resolve
from consult_api.health_record.fhir.canonical import parse_resource
from consult_api.health_record.fhir.instants import instant_text
from consult_api.health_record.fhir.outcomes import (
    FhirProblem,
    bad_request,
    issues_of,
    operation_outcome,
    status_of,
)
from consult_api.health_record.fhir.references import etag
from consult_api.health_record.fhir.searching import read_search
from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.lifecycle import Session, Written
from consult_api.health_record.rules import Stored
from wire.problems import Problem

CREATED, OK = "201 Created", "200 OK"


async def exchange(
    session: Session, bundle: Resource, *, base_url: str, new_id: Callable[[], str], full: bool = False
) -> Resource:
    """Do what a transaction or batch asks and return the answering bundle.

    Args:
        session: the actor's work; a transaction that fails leaves it to be rolled back.
        bundle: the request.
        base_url: the record's own address, ending in a slash.
        new_id: gives the ids of what is created by POST.
        full: answer writes with the resource as well (`Prefer: return=representation`).

    Raises:
        FhirProblem: for a transaction, the first entry that fails; its expression says which.
    """
    match bundle.get("type"):
        case "transaction":
            return await _transaction(session, bundle, base_url, new_id, full)
        case "batch":
            return await _batch(session, bundle, base_url, new_id, full)
        case _:
            raise bad_request(
                "fhir/bad-bundle", "Only bundles of type transaction or batch.", expression="Bundle.type"
            )


async def _transaction(
    session: Session, bundle: Resource, base_url: str, new_id: Callable[[], str], full: bool
) -> Resource:
    requests = resolve(
        [read_entry(entry, position, new_id) for position, entry in enumerate(entries_of(bundle))]
    )
    await session.lock([request.target for request in requests if request.method != "GET"])
    answers: dict[int, Json] = {}
    written: list[Written] = []
    for request in in_order(requests):
        try:
            if request.method == "GET":
                answers[request.position] = await _look(session, request, base_url)
            else:
                done = await _write(session, request, audited=False)
                written.append(done)
                answers[request.position] = _write_answer(done, full)
        except FhirProblem as problem:
            raise problem.at(f"Bundle.entry[{request.position}]") from problem
    if written:
        await session.audit_exchange(written)
    return _bundle("transaction-response", [answers[position] for position in range(len(requests))])


async def _batch(
    session: Session, bundle: Resource, base_url: str, new_id: Callable[[], str], full: bool
) -> Resource:
    """Each entry stands for itself: a failed one is undone to its savepoint and answered in its place."""
    requests: list[EntryRequest | Problem] = []
    for position, entry in enumerate(entries_of(bundle)):
        try:
            requests.append(read_entry(entry, position, new_id))
        except Problem as problem:
            requests.append(problem)
    # All at once and before the audit's own lock, so that two batches can't wait for each other.
    await session.lock([r.target for r in requests if isinstance(r, EntryRequest) and r.method == "PUT"])
    answers: list[Json] = []
    for request in requests:
        if isinstance(request, Problem):
            answers.append(_refusal(request))
            continue
        try:
            async with session.connection.begin_nested():
                if request.method == "GET":
                    answers.append(await _look(session, request, base_url))
                else:
                    answers.append(_write_answer(await _write(session, request, audited=True), full))
        except Problem as problem:
            answers.append(_refusal(problem))
    return _bundle("batch-response", answers)


async def _write(session: Session, request: EntryRequest, *, audited: bool) -> Written:
    resource = request.resource or {}
    return await session.put(
        request.target,
        {**resource, "id": request.resource_id} if request.method == "POST" else resource,
        if_match=request.if_match,
        if_none_match=request.if_none_match,
        method=request.method,
        audited=audited,
    )


async def _look(session: Session, request: EntryRequest, base_url: str) -> Json:
    if request.resource_id:
        stored = await session.read(request.target, request.version)
        return {
            "fullUrl": base_url + str(stored.identity),
            "resource": parse_resource(stored.body),
            "response": {
                "status": OK,
                "etag": etag(stored.version),
                "lastModified": instant_text(stored.updated_at),
            },
        }
    asked = read_search(request.resource_type, request.query, base_url=base_url)
    total, matches, included = await session.find(asked)
    found = searchset(total, matches, included, links=[], base_url=base_url, elements=asked.elements)
    return {"resource": found, "response": {"status": OK}}


def _write_answer(written: Written, full: bool) -> Json:
    stored = written.stored
    answer: dict[str, Json] = {
        "response": {
            "status": CREATED if written.created else OK,
            "location": f"{stored.identity}/_history/{stored.version}",
            "etag": etag(stored.version),
            "lastModified": instant_text(stored.updated_at),
        }
    }
    if full:
        answer["resource"] = parse_resource(stored.body)
    return answer


def _refusal(problem: Problem) -> Json:
    outcome = operation_outcome(problem.code, issues_of(problem))
    return {"response": {"status": str(status_of(problem)), "outcome": outcome}}


def searchset(
    total: int,
    matches: Sequence[Stored],
    included: Sequence[Stored],
    *,
    links: Sequence[Resource],
    base_url: str,
    elements: Sequence[str] = (),
) -> Resource:
    """Build the answer to a search (FHIR R4 §3.1.1.5); `total` counts matches alone."""
    entries: list[Json] = [_found(stored, base_url, "match", elements) for stored in matches]
    entries += [_found(stored, base_url, "include", ()) for stored in included]
    return _bundle("searchset", entries, total=total, links=links)


def history_bundle(
    total: int, page: Sequence[Stored], *, links: Sequence[Resource], base_url: str
) -> Resource:
    """Build the answer to a history (FHIR R4 §3.1.0.9), newest first."""
    entries: list[Json] = []
    for stored in page:
        url = stored.identity.resource_type if stored.method == "POST" else str(stored.identity)
        entries.append(
            {
                "fullUrl": base_url + str(stored.identity),
                "resource": parse_resource(stored.body),
                "request": {"method": stored.method, "url": url},
                "response": {
                    "status": CREATED if stored.version == 1 else OK,
                    "etag": etag(stored.version),
                    "lastModified": instant_text(stored.updated_at),
                },
            }
        )
    return _bundle("history", entries, total=total, links=links)


def _found(stored: Stored, base_url: str, mode: str, elements: Sequence[str]) -> Json:
    resource = parse_resource(stored.body)
    if elements:
        resource = _subset(resource, elements)
    return {"fullUrl": base_url + str(stored.identity), "resource": resource, "search": {"mode": mode}}


def _subset(resource: Resource, elements: Sequence[str]) -> Resource:
    """Keep the elements asked for and mark the copy, so that nobody writes it back (FHIR R4 §3.1.1.5.9)."""
    kept = {name: value for name, value in resource.items() if name in {"resourceType", "id", *elements}}
    meta = resource.get("meta")
    given: Resource = meta if isinstance(meta, Mapping) else {}
    mark: Json = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    return {**kept, "meta": {**given, "tag": [mark]}}


def _bundle(
    kind: str, entries: Sequence[Json], *, total: int | None = None, links: Sequence[Resource] = ()
) -> Resource:
    bundle: dict[str, Json] = {"resourceType": "Bundle", "type": kind}
    if total is not None:
        bundle["total"] = total
    if links:
        bundle["link"] = links
    if entries:
        bundle["entry"] = entries
    return bundle
