"""fhirclient, the SMART Health IT client with its generated and checking R4 models, against the record."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from fhirclient import client
from fhirclient.models.bundle import Bundle
from fhirclient.models.documentreference import DocumentReference
from fhirclient.models.humanname import HumanName
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirclient.models.task import Task
from fhirclient.server import FHIRNotFoundException, FHIRUnauthorizedException
from record_store import COUNTY_TOKEN

T = TypeVar("T")


def connected(url: str, token: str = COUNTY_TOKEN) -> client.FHIRClient:
    smart = client.FHIRClient(settings={"app_id": "conformance", "api_base": url})
    smart.server.session.headers["Authorization"] = f"Bearer {token}"
    return smart


async def away(work: Callable[[], T]) -> T:
    """The client blocks; the server runs on this loop."""
    return await asyncio.to_thread(work)


async def test_the_capability_statement_satisfies_the_generated_model(record_url: str):
    smart = connected(record_url)
    assert await away(smart.prepare)
    statement = smart.server.capabilityStatement
    assert statement.fhirVersion == "4.0.1"
    offered = {each.type: each for each in statement.rest[0].resource}
    assert "based-on" in {parameter.name for parameter in offered["Task"].searchParam}
    assert "Task:focus" in offered["Task"].searchInclude


async def test_a_resource_is_created_updated_read_and_kept_in_its_versions(record_url: str):
    smart = connected(record_url)

    def work() -> Patient:
        patient = Patient({"id": "p1", "gender": "female"})
        patient.name = [HumanName({"text": "李秀英"})]
        patient.update(smart.server)  # PUT by id creates
        read = Patient.read("p1", smart.server)
        read.gender = "male"
        read.update(smart.server)
        first = Patient.read_from("Patient/p1/_history/1", smart.server)
        assert (first.gender, first.meta.versionId) == ("female", "1")
        return Patient.read("p1", smart.server)

    patient = await away(work)
    assert (patient.gender, patient.meta.versionId, patient.name[0].text) == ("male", "2", "李秀英")


async def test_a_resource_without_an_id_is_created_by_post(record_url: str):
    smart = connected(record_url)
    answer = await away(lambda: Patient({"gender": "other"}).create(smart.server))
    assert (await away(lambda: Patient.read(answer["id"], smart.server))).gender == "other"


async def test_a_search_answers_what_the_generated_models_understand(record_url: str):
    smart = connected(record_url)

    def work() -> list[Task]:
        Patient({"id": "p1"}).update(smart.server)
        for number in (1, 2, 3):
            Task(
                {
                    "id": f"t{number}",
                    "status": "requested",
                    "intent": "order",
                    "for": {"reference": "Patient/p1"},
                    "identifier": [{"system": "urn:x", "value": f"n{number}"}],
                }
            ).update(smart.server)
        by_number = list(Task.where({"identifier": "urn:x|n2"}).perform_resources_iter(smart.server))
        assert [each.id for each in by_number] == ["t2"]
        pages = Task.where({"patient": "p1", "_count": "2"}).perform_resources_iter(smart.server)
        return list(pages)

    assert [each.id for each in await away(work)] == ["t1", "t2", "t3"]


async def test_a_history_and_everything_are_bundles_that_the_model_accepts(record_url: str):
    smart = connected(record_url)

    def work() -> tuple[Bundle, Bundle]:
        Patient({"id": "p1"}).update(smart.server)
        observation = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "体温"},
                       "subject": {"reference": "Patient/p1"},
                       "valueQuantity": {"value": 36.5, "unit": "Cel"}}  # fmt: skip
        Observation(observation).update(smart.server)
        return (
            Bundle.read_from("Observation/o1/_history", smart.server),
            Bundle.read_from("Patient/p1/$everything", smart.server),
        )

    history, everything = await away(work)
    assert (history.type, history.entry[0].request.method) == ("history", "PUT")
    assert {each.resource.resource_type for each in everything.entry} == {"Patient", "Observation"}


async def test_a_document_is_found_by_its_identifier_and_fetched(record_url: str):
    smart = connected(record_url)

    def work() -> DocumentReference:
        DocumentReference(
            {
                "id": "d1",
                "status": "current",
                "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:6f6c1f0e"},
                "content": [{"attachment": {"contentType": "application/fhir+json", "url": "Binary/b1"}}],
            }
        ).update(smart.server)
        return next(
            DocumentReference.where({"identifier": "urn:uuid:6f6c1f0e"}).perform_resources_iter(smart.server)
        )

    assert (await away(work)).content[0].attachment.url == "Binary/b1"


async def test_refusals_are_the_clients_own_errors(record_url: str):
    smart, stranger = connected(record_url), connected(record_url, "stolen")
    with pytest.raises(FHIRNotFoundException):
        await away(lambda: Patient.read("nobody", smart.server))
    with pytest.raises(FHIRUnauthorizedException):
        await away(lambda: Patient.read("p1", stranger.server))
