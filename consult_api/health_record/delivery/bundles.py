"""What stands in the Bundles that went out and in those that came back."""

from collections.abc import Sequence

from consult_api.health_record.fhir.canonical import parse_resource
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.values import Resource, objects, text_at


def identity_of(resource: Resource) -> Identity:
    """Return a resource's own type and id."""
    return Identity(text_at(resource, "resourceType"), text_at(resource, "id"))


def resources_of(body: str) -> Sequence[Resource]:
    """Return the resources of a transaction as they were sent."""
    bundle = parse_resource(body)
    return [inner for entry in objects(bundle.get("entry")) for inner in objects(entry.get("resource"))]


def versions_in(answer: Resource) -> dict[Identity, str]:
    """Read the version ids from a transaction-response: `location` is `[base/]Type/id/_history/version`."""
    versions: dict[Identity, str] = {}
    for entry in objects(answer.get("entry")):
        location = text_at(entry, "response", "location").split("/")
        if len(location) >= 4 and location[-2] == "_history":
            versions[Identity(location[-4], location[-3])] = location[-1]
    return versions
