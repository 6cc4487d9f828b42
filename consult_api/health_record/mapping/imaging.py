"""The images that a consult shows: an ImagingStudy by its DICOM UID, and where to fetch it (FHIR R4 ImagingStudy)."""

from consult_api.health_record.fhir.values import Resource
from consult_api.health_record.mapping.county import County, Shared, present
from wire.clinical import PatientPart, StudyPart

ENDPOINT = "dicomweb"


def endpoint(county: County) -> Shared:
    """The county's DICOMweb service."""
    return Shared(
        resource={
            "resourceType": "Endpoint",
            "id": county.resource_id("Endpoint", ENDPOINT),
            "identifier": [county.identifier("endpoint", ENDPOINT)],
            "status": "active",
            "connectionType": {
                "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
                "code": "dicom-wado-rs",
            },
            "payloadType": [{"text": "DICOM"}],
            "payloadMimeType": ["application/dicom"],
            "address": county.dicomweb_url,
        }
    )


def study(county: County, part: StudyPart, patient: PatientPart) -> Shared:
    """A study. Several consults may show it, so it names none of them; they name it."""
    resource = present(
        {
            "resourceType": "ImagingStudy",
            "id": county.resource_id("ImagingStudy", part.study_uid),
            "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{part.study_uid}"}],
            "status": "available",
            "modality": [
                {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": modality}
                for modality in part.modalities
            ],
            "subject": county.reference("Patient", patient.patient_id),
            "started": part.study_date.isoformat() if part.study_date else None,
            "endpoint": [county.reference("Endpoint", ENDPOINT)],
            "numberOfSeries": part.series,
            "numberOfInstances": part.instances,
            "description": part.description,
        }
    )
    return Shared(resource=resource, source_version=part.instances)


def study_reference(county: County, study_uid: str) -> Resource:
    """A reference to a study."""
    return county.reference("ImagingStudy", study_uid)
