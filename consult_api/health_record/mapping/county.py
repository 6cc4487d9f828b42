"""How one county names things in the record: ids, identifiers, references (clinical.md, "Writing back").

An id is `uuid5(county namespace, "Type|business id[|version]")`, so that the same thing gets the same id wherever
and whenever it is written, and no id is ever made from a resident ID.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from consult_api.health_record.fhir.instants import instant_text
from consult_api.health_record.fhir.values import Json, Resource

# National OID of the resident ID in shared health documents (WS/T 482-2016, WS/T 500-2016).
RESIDENT_ID_SYSTEM = "urn:oid:2.16.156.10011.1.3"
URI_SYSTEM = "urn:ietf:rfc:3986"
IDENTIFIER_TYPE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v2-0203"


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county's namespace, and where its DICOMweb service is reached from outside."""

    namespace: UUID
    dicomweb_url: str

    def resource_id(self, resource_type: str, business_id: str, version: int | None = None) -> str:
        """Return the id under which a thing is kept."""
        name = (
            f"{resource_type}|{business_id}"
            if version is None
            else f"{resource_type}|{business_id}|{version}"
        )
        return str(uuid5(self.namespace, name))

    def reference(
        self, resource_type: str, business_id: str, version: int | None = None, *, display: str = ""
    ) -> Resource:
        """Return a literal reference; `display` is never a patient's name."""
        literal = f"{resource_type}/{self.resource_id(resource_type, business_id, version)}"
        return {"reference": literal, **({"display": display} if display else {})}

    def system(self, kind: str) -> str:
        """Return the system of the county's own identifiers of a kind (`patient`, `consult`, …)."""
        return f"urn:uuid:{uuid5(self.namespace, f'system|{kind}')}"

    def identifier(self, kind: str, value: str, *, type_code: str = "") -> Resource:
        """Return an identifier of the county; `type_code` is of HL7 v2 table 0203, `PLAC` or `FILL`."""
        typed: Mapping[str, Json] = {}
        if type_code:
            typed = {"type": {"coding": [{"system": IDENTIFIER_TYPE_SYSTEM, "code": type_code}]}}
        return {**typed, "system": self.system(kind), "value": value}

    def coded(self, kind: str, code: str, text: str) -> Resource:
        """Return a concept from one of the county's own code lists."""
        return {"coding": [{"system": self.system(kind), "code": code, "display": text}], "text": text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A resource that several aggregates speak of. It's written when the record lacks it or shows an older one.

    `source_version` is the clinic's version of it, or 0 for what has none.
    """

    resource: Resource
    source_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What one event says: the resources of its own aggregate, those it needs, and its commit marker."""

    owned: tuple[Resource, ...]
    shared: tuple[Shared, ...]
    provenance: Resource
    source_version: int


def moment(when: datetime) -> str:
    """Write a time."""
    return instant_text(when)


def concept(system: str, code: str, text: str = "") -> Resource:
    """Return a coded concept."""
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def loinc(code: str, text: str = "") -> Resource:
    """Return a LOINC concept."""
    return concept("http://loinc.org", code, text)


def present(resource: Mapping[str, Json]) -> Resource:
    """Leave out what is None, empty text or an empty list: FHIR keeps nothing empty."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}
