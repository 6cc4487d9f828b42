"""Ids, references and versions as FHIR R4 spells them (datatypes `id`, §2.3 references, §3.1.0.5 ETags)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consult_api.health_record.fhir.outcomes import bad_request
from consult_api.health_record.fhir.resource_types import RESOURCE_TYPES
from consult_api.health_record.fhir.values import Json, Resource, members

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LITERAL = re.compile(
    r"(?P<base>https?://[^\s#?]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
)
_URN = re.compile(r"urn:(uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|oid:[0-2](\.(0|[1-9][0-9]*))+)")
_CANONICAL_OR_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_ETAG = re.compile(r'(?:W/)?"([A-Za-z0-9\-.]{1,64})"|([A-Za-z0-9\-.]{1,64})')


@dataclass(frozen=True, slots=True)
class Identity:
    """A resource's type and logical id."""

    resource_type: str
    resource_id: str

    def __str__(self) -> str:
        return f"{self.resource_type}/{self.resource_id}"


def identity(resource_type: str, resource_id: str) -> Identity:
    """Check type and id as they came in an address.

    Raises:
        FhirProblem: `fhir/unknown-type` or `fhir/bad-id`.
    """
    known_type(resource_type)
    if not ID.fullmatch(resource_id):
        raise bad_request("fhir/bad-id", "An id is 1 to 64 letters, digits, '-' or '.'.", issue="value")
    return Identity(resource_type, resource_id)


def known_type(resource_type: str) -> str:
    """Return the type's name when R4 has it.

    Raises:
        FhirProblem: `fhir/unknown-type`.
    """
    if resource_type not in RESOURCE_TYPES:
        raise bad_request("fhir/unknown-type", "R4 has no resource of this type.", issue="not-supported")
    return resource_type


def local_target(reference: str, base_url: str = "") -> Identity | None:
    """Return what a literal reference points at in this record, or None when it points elsewhere.

    Args:
        reference: `Type/id`, the same with `/_history/version`, or absolute below `base_url`.
        base_url: this record's own address, ending in a slash.
    """
    match = _LITERAL.fullmatch(reference)
    if match is None or match["type"] not in RESOURCE_TYPES:
        return None
    if match["base"] is not None and match["base"] != base_url:
        return None
    return Identity(match["type"], match["id"])


def literal_type(reference: str) -> str:
    """Return the type that a literal reference names, here or elsewhere; empty when it names none."""
    match = _LITERAL.fullmatch(reference)
    return match["type"] if match and match["type"] in RESOURCE_TYPES else ""


def is_reference(text: str) -> bool:
    """Whether the text may stand in `Reference.reference`: relative, absolute, `urn:` or `#contained`."""
    if text.startswith("#"):
        return text == "#" or ID.fullmatch(text[1:]) is not None
    match = _LITERAL.fullmatch(text)
    if match is not None:
        return match["base"] is not None or match["type"] in RESOURCE_TYPES
    if text.startswith(("urn:uuid:", "urn:oid:")):
        return _URN.fullmatch(text) is not None
    return _CANONICAL_OR_URI.fullmatch(text) is not None


def references(value: Json, path: str) -> Iterator[tuple[str, str]]:
    """Yield every `Reference.reference` below a value with its FHIRPath."""
    for owner, name, item in members(value, path):
        if name == "reference" and isinstance(item, str):
            yield owner, item


def patients_of(resource: Resource, base_url: str = "") -> frozenset[str]:
    """Return the ids of all patients a resource speaks of: itself, or every Patient it refers to."""
    found = {
        target.resource_id
        for _, text in references(resource, "")
        if (target := local_target(text, base_url)) and target.resource_type == "Patient"
    }
    if resource.get("resourceType") == "Patient" and isinstance(resource.get("id"), str):
        found.add(str(resource["id"]))
    return frozenset(found)


def rewrite(value: Json, replace: Callable[[str], str]) -> Json:
    """Return a copy with every `reference`, `url` and `uri` text put through `replace` (FHIR R4 §3.1.0.11.2)."""
    if isinstance(value, Mapping):
        return {
            name: replace(item)
            if name in ("reference", "url", "uri") and isinstance(item, str)
            else rewrite(item, replace)
            for name, item in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [rewrite(item, replace) for item in value]
    return value


def etag(version: int | str) -> str:
    """Write a version id as a weak entity tag, `W/"3"`."""
    return f'W/"{version}"'


def version_of(tag: str) -> str:
    """Read a version id from `W/"3"`, `"3"` or, as some clients send it, a bare `3`.

    Raises:
        FhirProblem: `fhir/bad-etag`.
    """
    match = _ETAG.fullmatch(tag.strip())
    if match is None:
        raise bad_request("fhir/bad-etag", 'An entity tag looks like W/"3".', issue="value")
    return match[1] or match[2]
