"""Ids, references and entity tags as R4 spells them."""

import pytest

from consult_api.health_record.fhir.outcomes import FhirProblem
from consult_api.health_record.fhir.references import (
    Identity,
    etag,
    is_reference,
    local_target,
    patients_of,
    rewrite,
    version_of,
)

HERE = "https://record.example/fhir/"


@pytest.mark.parametrize(
    "text",
    [
        *("Patient/1", "Patient/a.b-C/_history/3", "#contained", "#", "https://other.example/fhir/Patient/1"),
        *(
            "urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11",
            "urn:oid:1.2.840.10008",
            "http://example.org/x?y=z",
        ),
    ],
)
def test_good_references_are_taken(text: str):
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Patient",
        "Patient/",
        "Wizard/1",
        "Patient/a_b",
        "Patient/1 2",
        "urn:uuid:1",
        "urn:oid:9.1",
        "#a b",
        "/Patient/1",
    ],
)
def test_bad_references_are_not(text: str):
    assert not is_reference(text)


def test_only_what_points_into_this_record_is_local():
    assert local_target("Patient/1", HERE) == Identity("Patient", "1")
    assert local_target(f"{HERE}Patient/1/_history/2", HERE) == Identity("Patient", "1")
    assert local_target("https://other.example/fhir/Patient/1", HERE) is None
    assert local_target("urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11", HERE) is None


def test_a_resource_speaks_of_every_patient_it_refers_to_wherever_that_stands():
    task = {
        "resourceType": "Task",
        "for": {"reference": "Patient/1"},
        "input": [{"valueReference": {"reference": f"{HERE}Patient/2"}}],
    }
    assert patients_of(task, HERE) == {"1", "2"}
    assert patients_of({"resourceType": "Patient", "id": "3"}) == {"3"}


def test_references_are_replaced_and_other_texts_are_left():
    urn = "urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11"
    resource = {"a": [{"reference": urn}], "attachment": {"url": urn}, "note": urn}
    assert rewrite(resource, lambda text: {urn: "Task/1"}.get(text, text)) == {
        "a": [{"reference": "Task/1"}],
        "attachment": {"url": "Task/1"},
        "note": urn,
    }


@pytest.mark.parametrize("tag", [etag(3), '"3"', "3", ' W/"3" '])
def test_a_version_is_read_from_every_spelling_that_clients_send(tag: str):
    assert version_of(tag) == "3"


@pytest.mark.parametrize("tag", ["", 'W/"', '"a b"', 'W/"1", W/"2"'])
def test_other_entity_tags_are_refused(tag: str):
    with pytest.raises(FhirProblem):
        version_of(tag)
