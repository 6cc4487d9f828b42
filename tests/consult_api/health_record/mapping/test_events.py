"""Every event as resources: R4 by a model that we didn't write, deterministic, and saying what happened."""

import base64
import hashlib
import importlib
import json
from datetime import timedelta
from typing import Any

import pytest
from clinical_events import (
    AT,
    CARDIOLOGIST,
    COUNTY,
    ON_THE_WAY,
    SPECIALIST_ACCEPTED,
    consult_recorded,
    institution_recorded,
    patient_registered,
    post,
    referral_recorded,
    report_acknowledged,
    report_attested,
    report_signed,
    staff_recorded,
)
from hypothesis import given
from hypothesis import strategies as st

from consult_api.consults.rules.states import ConsultState
from consult_api.health_record.delivery.queries import Held
from consult_api.health_record.delivery.writer import entries
from consult_api.health_record.fhir.canonical import canonical, parse_resource
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.validation import check
from consult_api.health_record.fhir.values import Resource
from consult_api.health_record.mapping.consults import TASK_STATUS as CONSULT_STATUS
from consult_api.health_record.mapping.county import Mapped
from consult_api.health_record.mapping.events import UnknownEvent, WriteEntry, map_event, transaction
from consult_api.health_record.mapping.referrals import TASK_STATUS as REFERRAL_STATUS
from consult_api.referrals.rules.states import ReferralState
from wire.envelope import Message

EVENT_ID = "0195b000-0000-7000-8000-00000000e001"
AGREED = {"scheduled_for": AT + timedelta(hours=2), "scheduled_minutes": 30}
EVENTS = [
    patient_registered(),
    consult_recorded(),
    consult_recorded(**SPECIALIST_ACCEPTED),
    consult_recorded(studies=[], vitals=None, complaint=None, respond_by=None),
    report_signed(),
    report_signed(report_version=2, replaces_version=1, findings="", study_uids=[]),
    report_attested(),
    consult_recorded(**SPECIALIST_ACCEPTED | {"state": "scheduled"}, **AGREED),
    consult_recorded(**SPECIALIST_ACCEPTED, experts=(CARDIOLOGIST,)),
    report_acknowledged(),
    report_acknowledged(verdict="not", reason="家属不同意"),
    report_acknowledged(assessment=" "),
    referral_recorded(),
    referral_recorded(**ON_THE_WAY),
    staff_recorded(),
    staff_recorded(active=False, certificates=[], posts=[post(active=False)]),
    institution_recorded(),
    institution_recorded(identifiers=[], departments=[]),
]


def mapped_resources(message: Message) -> list[dict[str, Any]]:
    mapped = map_event(COUNTY, EVENT_ID, message.subject, message.model_dump_json())
    return [json.loads(canonical(resource)) for resource in _resources(mapped)]


def _resources(mapped: Mapped) -> list[Resource]:
    return [*(shared.resource for shared in mapped.shared), *mapped.owned, mapped.provenance]


def only(message: Message, resource_type: str) -> dict[str, Any]:
    found = [each for each in mapped_resources(message) if each["resourceType"] == resource_type]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("message", EVENTS)
def test_every_resource_is_valid_r4_for_models_that_are_not_ours(message: Message):
    for resource in mapped_resources(message):
        kind = resource["resourceType"]
        model = getattr(importlib.import_module(f"fhirclient.models.{kind.lower()}"), kind)
        assert model(resource).as_json() == resource
        check(parse_resource(json.dumps(resource)))


@pytest.mark.parametrize("message", EVENTS)
def test_mapping_twice_gives_the_same_bytes(message: Message):
    def bundle() -> str:
        mapped = map_event(COUNTY, EVENT_ID, message.subject, message.model_dump_json())
        return transaction([WriteEntry(resource=each) for each in (*mapped.owned, mapped.provenance)])

    assert bundle() == bundle()


@pytest.mark.parametrize("message", EVENTS)
def test_every_reference_points_at_what_this_or_an_earlier_event_wrote(message: Message):
    history = [patient_registered(), consult_recorded(**SPECIALIST_ACCEPTED), report_signed(), message]
    written = {
        f"{each['resourceType']}/{each['id']}" for event in history for each in mapped_resources(event)
    }
    for resource in mapped_resources(message):
        for literal in _literals(resource):
            assert literal in written, literal


def _literals(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [found for item in value.values() for found in _literals(item)]
    if isinstance(value, list):
        return [found for item in value for found in _literals(item)]
    return []


@pytest.mark.parametrize("message", EVENTS)
def test_no_id_tells_the_resident_id_and_each_identity_comes_once(message: Message):
    resources = mapped_resources(message)
    ids = [(each["resourceType"], each["id"]) for each in resources]
    assert len(set(ids)) == len(ids)
    assert not any("360426199101010071" in each for _, each in ids)


def test_the_commit_marker_is_named_by_the_event():
    marker = only(referral_recorded(), "Provenance")
    assert marker["id"] == COUNTY.resource_id("Provenance", EVENT_ID)
    assert {each["reference"].split("/")[0] for each in marker["target"]} == {"ServiceRequest", "Task"}


def test_every_state_of_a_consult_and_of_a_referral_has_a_task_status():
    assert set(CONSULT_STATUS) == {state.value for state in ConsultState}
    assert set(REFERRAL_STATUS) == {state.value for state in ReferralState}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("offered", "requested"),
        ("info_needed", "on-hold"),
        ("in_session", "in-progress"),
        ("reported", "completed"),
        ("declined", "rejected"),
        ("cancelled", "cancelled"),
    ],
)
def test_the_task_says_where_the_consult_stands(state: str, status: str):
    task = only(consult_recorded(state=state), "Task")
    assert task["status"] == status
    assert task["businessStatus"]["coding"][0]["code"] == state


def test_a_consult_is_a_request_with_its_images_and_vital_signs():
    message = consult_recorded()
    resources = mapped_resources(message)
    request = next(each for each in resources if each["resourceType"] == "ServiceRequest")
    assert request["priority"] == "urgent"
    assert request["orderDetail"] == [{"text": "是否需要转院？"}]
    assert request["reasonCode"] == [{"text": "咳嗽伴发热三天"}]
    kinds = [each["reference"].split("/")[0] for each in request["supportingInfo"]]
    assert kinds == ["ImagingStudy"] + ["Observation"] * 4
    mapped = map_event(COUNTY, EVENT_ID, message.subject, message.model_dump_json())
    assert any('"unit":"Cel","value":38.5}' in canonical(each) for each in mapped.owned)


@pytest.mark.parametrize(
    ("state", "status"), [("scheduled", "booked"), ("no_show", "noshow"), ("in_session", "fulfilled")]
)
def test_an_agreed_time_is_an_appointment(state: str, status: str):
    appointment = only(consult_recorded(**SPECIALIST_ACCEPTED | {"state": state}, **AGREED), "Appointment")
    assert (appointment["status"], appointment["start"][:16], appointment["end"][:16]) == (
        status,
        "2026-03-02T10:00",
        "2026-03-02T10:30",
    )
    assert len(appointment["participant"]) == 3


def test_a_reported_consult_hands_over_its_document():
    task = only(consult_recorded(state="reported", report_id="report-1", report_version=2), "Task")
    document = COUNTY.resource_id("DocumentReference", "report-1", 2)
    assert task["output"][0]["valueReference"] == {"reference": f"DocumentReference/{document}"}


def test_an_image_study_is_found_by_its_dicom_uid_and_fetched_by_wado():
    study = only(consult_recorded(), "ImagingStudy")
    assert study["identifier"] == [
        {"system": "urn:dicom:uid", "value": "urn:oid:1.2.826.0.1.3680043.8.498.1"}
    ]
    assert only(consult_recorded(), "Endpoint")["address"] == "https://images.example/dicomweb"


def test_the_report_is_a_document_whose_hash_is_that_of_its_bytes():
    binary, reference = only(report_signed(), "Binary"), only(report_signed(), "DocumentReference")
    data = base64.b64decode(binary["data"])
    attachment = reference["content"][0]["attachment"]
    assert attachment["hash"] == base64.b64encode(hashlib.sha1(data).digest()).decode()
    assert (attachment["size"], attachment["url"]) == (len(data), f"Binary/{binary['id']}")
    document = json.loads(data)
    assert document["type"] == "document"
    assert document["entry"][0]["resource"]["resourceType"] == "Composition"
    assert reference["masterIdentifier"]["value"] == document["identifier"]["value"]
    full_urls = {each["fullUrl"] for each in document["entry"]}
    outside = {each for each in _literals(document) if each not in full_urls}
    assert {each.split("/")[0] for each in outside} == {"Encounter", "ImagingStudy"}


def test_a_correction_replaces_the_version_before_and_says_so():
    composition = only(report_signed(report_version=2, replaces_version=1), "Composition")
    assert composition["status"] == "amended"
    earlier = COUNTY.resource_id("Composition", "report-1", 1)
    assert composition["relatesTo"][0]["targetReference"]["reference"] == f"Composition/{earlier}"
    assert composition["id"] != earlier


def test_the_signature_names_its_author_and_what_was_signed():
    marker = only(report_signed(), "Provenance")
    assert marker["signature"][0]["who"] == marker["agent"][0]["who"]
    identifier = marker["entity"][0]["what"]["identifier"]
    assert identifier["value"] == "ni:///sha-256;q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"


def test_a_countersignature_attests_and_a_dissent_is_a_section_of_its_author():
    signed, composition = (only(event(), "Composition") for event in (report_signed, report_attested))
    assert composition["id"] == signed["id"]
    assert [each["mode"] for each in composition["attester"]] == ["legal", "professional"]
    assert composition["section"][:-1] == signed["section"]
    dissent = composition["section"][-1]
    assert dissent["title"] == "不同意见"
    assert "请先排除肿瘤" in dissent["text"]["div"]
    assert len({json.dumps(each) for each in (composition["author"], dissent["author"])}) == 2
    provenance = only(report_attested(), "Provenance")
    assert provenance["signature"][0]["type"][0]["code"] == "1.2.840.10065.1.12.1.13"
    assert provenance["signature"][0]["who"] == dissent["author"][0]
    assert provenance["target"] == [{"reference": f"Composition/{composition['id']}"}]


def test_adopted_advice_becomes_the_treating_doctors_own():
    before, after = only(report_signed(), "Condition"), only(report_acknowledged(), "Condition")
    assert before["id"] == after["id"]
    assert before["verificationStatus"]["coding"][0]["code"] == "provisional"
    assert after["verificationStatus"]["coding"][0]["code"] == "confirmed"
    assert after["asserter"]["display"] == "王医生"


def test_a_referral_task_carries_what_the_receiving_side_promised():
    task = only(
        referral_recorded(state="accepted", contact_name="护士长刘", contact_phone="0792-1234567"), "Task"
    )
    assert task["code"]["coding"][0]["code"] == "57133-1"
    assert task["output"][0]["valueContactDetail"]["name"] == "护士长刘"


def test_an_agreed_time_is_an_appointment_that_follows_the_referral():
    booked = only(referral_recorded(**ON_THE_WAY), "Appointment")
    assert (booked["status"], booked["start"]) == ("booked", "2026-03-02T14:00:00.000Z")
    for state, status in (("admitted", "fulfilled"), ("no_show", "noshow"), ("cancelled", "cancelled")):
        assert only(referral_recorded(**ON_THE_WAY | {"state": state}), "Appointment")["status"] == status
    given_up = referral_recorded(**ON_THE_WAY | {"slot_at": None, "slot_given_up": ON_THE_WAY["slot_at"]})
    assert only(given_up, "Appointment")["status"] == "cancelled"


def test_a_referral_task_says_how_the_patient_travels_and_what_to_do_below():
    task = only(referral_recorded(**ON_THE_WAY), "Task")
    assert [each["type"]["text"] for each in task["input"]] == ["转出联系人", "转运方式", "预计到院"]
    assert task["input"][1]["valueString"] == "救护车 赣G·1234警"
    assert {"随访要求", "康复指导"} <= {each["type"]["text"] for each in task["output"]}


def test_a_professional_who_left_is_inactive_and_one_place_is_one_role():
    both = staff_recorded(posts=[post(), post(role="director"), post(department_id=None, active=False)])
    roles = [each for each in mapped_resources(both) if each["resourceType"] == "PractitionerRole"]
    of_specialist = [each for each in roles if "code" in each]
    assert [(each["active"], len(each["code"])) for each in of_specialist] == [(True, 2), (False, 1)]
    gone = mapped_resources(staff_recorded(active=False))
    assert [each["active"] for each in gone if each["resourceType"] == "Practitioner"] == [False, True]
    assert not any(each["active"] for each in gone if "code" in each)


def test_an_institution_is_known_by_its_numbers():
    organization = mapped_resources(institution_recorded())[0]
    assert [each["value"] for each in organization["identifier"]] == ["hospital-1", "91110000600037341L"]


def test_what_a_consult_says_in_passing_never_goes_over_what_the_administrator_keeps():
    kept = map_event(COUNTY, EVENT_ID, "clinical.staff_recorded", staff_recorded().model_dump_json())
    passing = map_event(COUNTY, EVENT_ID, "clinical.report_signed", report_signed().model_dump_json())
    known = {
        Identity(str(each.resource["resourceType"]), str(each.resource["id"])): Held(
            version_id="1", sha256="", source_version=each.source_version
        )
        for each in kept.shared
    }
    written = {str(each.target) for each in entries(passing, known)}
    practitioner = f"Practitioner/{COUNTY.resource_id('Practitioner', 'person-2')}"
    assert practitioner not in written
    assert practitioner in {str(each.target) for each in entries(passing, {})}


def test_a_kind_or_state_without_a_word_in_the_record_is_told_apart():
    with pytest.raises(UnknownEvent):
        map_event(COUNTY, EVENT_ID, "clinical.weather", "{}")
    with pytest.raises(UnknownEvent):
        mapped_resources(consult_recorded(state="dreaming"))


@given(st.text(), st.text(), st.text())
def test_whatever_a_doctor_writes_can_be_kept(findings: str, assessment: str, advice: str):
    message = report_signed(findings=findings, assessment=assessment, advice=advice)
    for resource in mapped_resources(message):
        check(parse_resource(json.dumps(resource, ensure_ascii=False)))
