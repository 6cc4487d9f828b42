"""Bundles: what a transaction or batch asks, in the order it must be done, and the bundles that are answered.

FHIR R4 §3.1.0.11: in a transaction all entries succeed or none; references between entries by `fullUrl`
(`urn:uuid:…`) are replaced by what the entries become; one identity may be written once.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from consult_api.health_record.fhir.outcomes import FhirProblem, bad_request, not_supported
from consult_api.health_record.fhir.references import Identity, identity, known_type, references, rewrite
from consult_api.health_record.fhir.values import Json, Resource, text_at

MAX_ENTRIES = 2_000
Method = Literal["PUT", "POST", "GET"]
_RESOURCE_URL = re.compile(r"([A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRequest:
    """One entry of a transaction or batch. `resource_id` is empty for a search; `version` is for a vread."""

    position: int
    method: Method
    resource_type: str
    resource_id: str = ""
    version: str = ""
    full_url: str = ""
    if_match: str = ""
    if_none_match: str = ""
    query: tuple[tuple[str, str], ...] = ()
    resource: Resource | None = None

    @property
    def target(self) -> Identity:
        """What is read or written."""
        return Identity(self.resource_type, self.resource_id)


def entries_of(bundle: Resource) -> Sequence[Json]:
    """Return the entries of a bundle, at most `MAX_ENTRIES`.

    Raises:
        FhirProblem: `fhir/bad-bundle`.
    """
    entries = bundle.get("entry", [])
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise _bad("Bundle.entry is a list.", "Bundle.entry")
    if len(entries) > MAX_ENTRIES:
        raise _bad(f"A bundle may have {MAX_ENTRIES} entries.", "Bundle.entry", issue="too-costly")
    return entries


def read_entry(entry: Json, position: int, new_id: Callable[[], str]) -> EntryRequest:
    """Read one entry; a POST gets the id that `new_id` gives.

    Raises:
        FhirProblem: when it isn't an interaction that the record offers.
    """
    where = f"Bundle.entry[{position}].request"
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(request, Mapping):
        raise _bad("An entry of a transaction or batch needs a request.", where)
    if "ifNoneExist" in request:
        raise not_supported("Conditional create isn't offered: PUT by id instead.").at(where)
    method, url = text_at(request, "method"), text_at(request, "url")
    path, _, query = url.partition("?")
    resource = entry.get("resource")
    read = EntryRequest(
        position=position,
        method="GET",
        resource_type="",
        full_url=text_at(entry, "fullUrl"),
        if_match=text_at(request, "ifMatch"),
        if_none_match=text_at(request, "ifNoneMatch"),
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        resource=resource if isinstance(resource, Mapping) else None,
    )
    try:
        return _addressed(read, method, path.removeprefix("/"), new_id)
    except FhirProblem as problem:
        raise problem.at(where) from problem


def _addressed(read: EntryRequest, method: str, path: str, new_id: Callable[[], str]) -> EntryRequest:
    match = _RESOURCE_URL.fullmatch(path)
    if method in ("PUT", "POST") and read.resource is None:
        raise _bad("A write needs a resource.", "")
    if method == "PUT" and match and not match[3]:
        if read.query:
            raise not_supported("Conditional update isn't offered: PUT by id instead.")
        target = identity(match[1], match[2])
        return replace(read, method="PUT", resource_type=target.resource_type, resource_id=target.resource_id)
    if method == "POST" and re.fullmatch(r"[A-Za-z]+", path):
        return replace(read, method="POST", resource_type=known_type(path), resource_id=new_id())
    if method == "GET" and match:
        target = identity(match[1], match[2])
        return replace(
            read,
            resource_type=target.resource_type,
            resource_id=target.resource_id,
            version=match[3] or "",
        )
    if method == "GET" and re.fullmatch(r"[A-Za-z]+", path):
        return replace(read, resource_type=known_type(path))
    raise not_supported("A bundle may hold PUT Type/id, POST Type, GET Type/id and GET Type?search.")


def resolve(requests: Sequence[EntryRequest]) -> list[EntryRequest]:
    """Replace references between the entries of a transaction by the identities the entries become.

    Raises:
        FhirProblem: when a `urn:` reference has no entry, or one identity is written twice.
    """
    written = [request for request in requests if request.method != "GET"]
    if len({request.target for request in written}) != len(written):
        raise _bad("A transaction may write each resource once.", "Bundle.entry", issue="duplicate")
    becomes = {request.full_url: str(request.target) for request in written if request.full_url}
    if len(becomes) != sum(bool(request.full_url) for request in written):
        raise _bad("A transaction's fullUrls must differ.", "Bundle.entry", issue="duplicate")
    resolved: list[EntryRequest] = []
    for request in requests:
        if request.resource is None:
            resolved.append(request)
            continue
        resource = rewrite(request.resource, lambda text: becomes.get(text, text))
        where = f"Bundle.entry[{request.position}].resource"
        for path, text in references(resource, where):
            if text.startswith("urn:uuid:"):
                raise _bad("No entry of the transaction has this fullUrl.", path, issue="not-found")
        resolved.append(replace(request, resource=resource if isinstance(resource, Mapping) else None))
    return resolved


def in_order(requests: Iterable[EntryRequest]) -> list[EntryRequest]:
    """Order the interactions of a transaction: creates, updates, reads (FHIR R4 §3.1.0.11.2).

    Provenance comes last among the writes, since who may see it follows from what it is about.
    """
    rank = {"POST": 0, "PUT": 1, "GET": 3}

    def key(request: EntryRequest) -> tuple[int, int]:
        last_write = request.method != "GET" and request.resource_type == "Provenance"
        return (2 if last_write else rank[request.method], request.position)

    return sorted(requests, key=key)


def link(relation: str, address: str, query: Sequence[tuple[str, str]]) -> Resource:
    """Build a link of a bundle."""
    return {"relation": relation, "url": f"{address}?{urlencode(query)}" if query else address}


def paged_links(
    address: str, applied: Sequence[tuple[str, str]], *, count: int, offset: int, total: int
) -> list[Resource]:
    """Build `self`, `first`, `previous` and `next` (FHIR R4 §3.1.0.12) for one page of `total`."""

    def page(relation: str, start: int) -> Resource:
        paging = [("_count", str(count))] + ([("_offset", str(start))] if start else [])
        return link(relation, address, [*applied, *paging])

    links = [page("self", offset), page("first", 0)]
    if offset:
        links.append(page("previous", max(0, offset - count)))
    if count and offset + count < total:
        links.append(page("next", offset + count))
    return links


def _bad(detail: str, expression: str, *, issue: str = "invalid") -> FhirProblem:
    return bad_request("fhir/bad-bundle", detail, issue=issue, expression=expression)
