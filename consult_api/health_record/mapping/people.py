"""Who is spoken of: the patient, professionals in their roles, institutions and their departments."""

from collections.abc import Iterable

from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping.county import (
    IDENTIFIER_TYPE_SYSTEM,
    RESIDENT_ID_SYSTEM,
    County,
    Shared,
    present,
)
from wire.clinical import PatientPart, PersonPart


def patient(county: County, part: PatientPart) -> Shared:
    """The patient; the resident ID is an identifier, never an id."""
    identifiers: list[Json] = [county.identifier("patient", part.patient_id)]
    if part.resident_id:
        identifiers.append(
            {
                "use": "official",
                "type": {"coding": [{"system": IDENTIFIER_TYPE_SYSTEM, "code": "NI"}]},
                "system": RESIDENT_ID_SYSTEM,
                "value": part.resident_id,
            }
        )
    resource = present(
        {
            "resourceType": "Patient",
            "id": county.resource_id("Patient", part.patient_id),
            "identifier": identifiers,
            "active": True,
            "name": [{"use": "official", "text": part.name}],
            "telecom": [{"system": "phone", "value": part.phone}] if part.phone else None,
            "gender": part.sex,
            "birthDate": part.birth_date.isoformat() if part.birth_date else None,
            "address": [{"text": part.address}] if part.address else None,
            "managingOrganization": county.reference("Organization", part.managing_institution_id),
        }
    )
    return Shared(resource=resource, source_version=part.version)


def institution(county: County, institution_id: str, name: str) -> Shared:
    """An institution."""
    return Shared(
        resource=present(
            {
                "resourceType": "Organization",
                "id": county.resource_id("Organization", institution_id),
                "identifier": [county.identifier("institution", institution_id)],
                "active": True,
                "name": name,
            }
        )
    )


def department(county: County, department_id: str, name: str, institution_id: str) -> Shared:
    """A department as a part of its institution."""
    return Shared(
        resource=present(
            {
                "resourceType": "Organization",
                "id": county.resource_id("Organization", department_id),
                "identifier": [county.identifier("department", department_id)],
                "active": True,
                "name": name,
                "partOf": county.reference("Organization", institution_id),
            }
        )
    )


def role_id(part: PersonPart) -> str:
    """The business id of a person's role: the same person elsewhere is another role."""
    return f"{part.person_id}/{part.institution_id}/{part.department_id or ''}"


def role(county: County, part: PersonPart) -> Resource:
    """A reference to a professional in the role in which they acted."""
    return county.reference("PractitionerRole", role_id(part), display=part.name)


def professional(county: County, part: PersonPart) -> list[Shared]:
    """A professional with their role, institution and department."""
    qualification: Json = [
        {
            "identifier": [
                {"system": county.system("practice-certificate"), "value": part.credential_number}
            ],
            "code": {"text": "医师执业证书"},
        }
    ]
    practitioner = present(
        {
            "resourceType": "Practitioner",
            "id": county.resource_id("Practitioner", part.person_id),
            "identifier": [county.identifier("person", part.person_id)],
            "active": True,
            "name": [{"use": "official", "text": part.name}],
            "qualification": qualification if part.credential_number else None,
        }
    )
    found = [Shared(resource=practitioner), institution(county, part.institution_id, part.institution_name)]
    if part.department_id:
        found.append(department(county, part.department_id, part.department_name or "", part.institution_id))
    acting: Resource = {
        "resourceType": "PractitionerRole",
        "id": county.resource_id("PractitionerRole", role_id(part)),
        "active": True,
        "practitioner": county.reference("Practitioner", part.person_id),
        "organization": county.reference("Organization", part.department_id or part.institution_id),
    }
    return [*found, Shared(resource=acting)]


def episode(county: County, episode_id: str, part: PatientPart) -> Shared:
    """The clinical story that consults, reports and referrals belong to."""
    return Shared(
        resource={
            "resourceType": "EpisodeOfCare",
            "id": county.resource_id("EpisodeOfCare", episode_id),
            "identifier": [county.identifier("episode", episode_id)],
            "status": "active",
            "patient": county.reference("Patient", part.patient_id),
            "managingOrganization": county.reference("Organization", part.managing_institution_id),
        }
    )


def concerned(county: County, part: PatientPart, people: Iterable[PersonPart]) -> list[Shared]:
    """The patient with the managing institution, and every professional named."""
    found = [
        institution(county, part.managing_institution_id, part.managing_institution_name),
        patient(county, part),
    ]
    for person in people:
        found += professional(county, person)
    return found


def once(found: Iterable[Shared]) -> tuple[Shared, ...]:
    """Keep each resource once, the first; a bundle holds one entry for an identity."""
    kept: dict[tuple[Json, Json], Shared] = {}
    for each in found:
        kept.setdefault((each.resource["resourceType"], each.resource["id"]), each)
    return tuple(kept.values())


def provenance(
    county: County, event_id: str, *, targets: Iterable[Resource], by: PersonPart, at: str
) -> dict[str, Json]:
    """The commit marker of an event: who caused it, when, and what it wrote."""
    who = role(county, by)
    return {
        "resourceType": "Provenance",
        "id": county.resource_id("Provenance", event_id),
        "target": [{"reference": f"{target['resourceType']}/{target['id']}"} for target in targets],
        "recorded": at,
        "agent": [
            {
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                            "code": "author",
                        }
                    ]
                },
                "who": who,
            }
        ],
    }
