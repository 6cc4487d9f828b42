"""Professionals and institutions as their administrator keeps them: Practitioner, PractitionerRole, Organization.

They carry the directory's versions, so that what a consult says of the same people in passing never goes over them.
"""

from collections.abc import Iterable, Mapping

from consult_api.health_record.fhir.values import Json, Resource
from consult_api.health_record.mapping import people
from consult_api.health_record.mapping.county import County, Mapped, Shared, moment, present
from wire.clinical import CertificatePart, InstitutionRecorded, PersonPart, PostPart, StaffRecorded

_ROLE_TEXTS: Mapping[str, str] = {
    "township_doctor": "乡镇医生",
    "village_doctor": "乡村医生",
    "coordinator": "会诊中心协调员",
    "specialist": "专家",
    "director": "值班主任",
    "emergency_coordinator": "急救协调员",
    "bed_office": "床位办公室",
    "radiographer": "影像技师",
    "administrator": "系统管理员",
    "regulator": "监管人员",
}


def staff(county: County, event_id: str, event: StaffRecorded) -> Mapped:
    """A professional with all their posts, those that have ended too."""
    practitioner = _practitioner(county, event)
    roles = [_role(county, event, posts) for posts in _by_place(event.posts)]
    own = [Shared(resource=each, source_version=event.version) for each in (practitioner, *roles)]
    around = [shared for post in event.posts for shared in _place(county, post)]
    return Mapped(
        owned=(),
        shared=people.once([*own, *around, *people.professional(county, event.by)]),
        provenance=people.provenance(
            county, event_id, targets=[practitioner, *roles], by=event.by, at=moment(event.at)
        ),
        source_version=event.version,
    )


def _practitioner(county: County, event: StaffRecorded) -> Resource:
    return present(
        {
            "resourceType": "Practitioner",
            "id": county.resource_id("Practitioner", event.person_id),
            "identifier": [county.identifier("person", event.person_id)],
            "active": event.active,
            "name": [{"use": "official", "text": event.name}],
            "qualification": [_qualification(county, each) for each in event.certificates],
        }
    )


def _qualification(county: County, certificate: CertificatePart) -> Json:
    return {
        "identifier": [{"system": county.system("practice-certificate"), "value": certificate.number}],
        "code": {"text": "医师执业证书"},
        "period": {"end": certificate.expires_on.isoformat()},
    }


def _by_place(posts: Iterable[PostPart]) -> list[list[PostPart]]:
    """One PractitionerRole stands for all roles of a person in one place."""
    found: dict[tuple[str, str | None], list[PostPart]] = {}
    for post in posts:
        found.setdefault((post.institution_id, post.department_id), []).append(post)
    return list(found.values())


def _role(county: County, event: StaffRecorded, posts: list[PostPart]) -> Resource:
    place = posts[0]
    part = PersonPart(
        person_id=event.person_id,
        name=event.name,
        institution_id=place.institution_id,
        institution_name=place.institution_name,
        department_id=place.department_id,
        department_name=place.department_name,
    )
    roles = sorted({post.role for post in posts if post.active} or {post.role for post in posts})
    return {
        "resourceType": "PractitionerRole",
        "id": county.resource_id("PractitionerRole", people.role_id(part)),
        "active": event.active and any(post.active for post in posts),
        "practitioner": county.reference("Practitioner", event.person_id),
        "organization": county.reference("Organization", place.department_id or place.institution_id),
        "code": [county.coded("role", role, _ROLE_TEXTS.get(role, role)) for role in roles],
    }


def _place(county: County, post: PostPart) -> list[Shared]:
    found = [people.institution(county, post.institution_id, post.institution_name)]
    if post.department_id:
        found.append(
            people.department(county, post.department_id, post.department_name or "", post.institution_id)
        )
    return found


def institution(county: County, event_id: str, event: InstitutionRecorded) -> Mapped:
    """An institution with its numbers and departments."""
    organization = present(
        {
            "resourceType": "Organization",
            "id": county.resource_id("Organization", event.institution_id),
            "identifier": [
                county.identifier("institution", event.institution_id),
                *(county.identifier(each.kind, each.value) for each in event.identifiers),
            ],
            "active": True,
            "name": event.name,
        }
    )
    departments = [
        people.department(county, each.department_id, each.department_name, event.institution_id).resource
        for each in event.departments
    ]
    own = [Shared(resource=each, source_version=event.version) for each in (organization, *departments)]
    return Mapped(
        owned=(),
        shared=people.once([*own, *people.professional(county, event.by)]),
        provenance=people.provenance(
            county, event_id, targets=[organization, *departments], by=event.by, at=moment(event.at)
        ),
        source_version=event.version,
    )
