"""Events as the clinic announces them, of one synthetic patient; every field may be given another value."""

from datetime import UTC, date, datetime
from uuid import UUID

from consult_api.health_record.mapping.county import County
from wire.clinical import (
    AttestationPart,
    CertificatePart,
    ConsultRecorded,
    DepartmentPart,
    IdentifierPart,
    InstitutionRecorded,
    PatientPart,
    PatientRegistered,
    PersonPart,
    PostPart,
    ReferralRecorded,
    ReportAcknowledged,
    ReportAttested,
    ReportSigned,
    StaffRecorded,
    StudyPart,
    VitalsPart,
)

COUNTY = County(
    namespace=UUID("6f6c1f0e-7b0a-5a36-9d0e-3d1f0f6f7a11"), dicomweb_url="https://images.example/dicomweb"
)
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STUDY_UID = "1.2.826.0.1.3680043.8.498.1"

PATIENT = PatientPart(
    patient_id="0195b000-0000-7000-8000-000000000001",
    version=1,
    name="李秀英",
    sex="male",
    birth_date=date(1991, 1, 1),
    resident_id="360426199101010071",
    phone="13800000000",
    address="德安县聂桥镇",
    managing_institution_id="township-1",
    managing_institution_name="聂桥镇卫生院",
)
DOCTOR = PersonPart(
    person_id="person-1",
    name="王医生",
    credential_number="110360000000001",
    institution_id="township-1",
    institution_name="聂桥镇卫生院",
)
SPECIALIST = PersonPart(
    person_id="person-2",
    name="陈主任",
    credential_number="110360000000002",
    institution_id="hospital-1",
    institution_name="德安县人民医院",
    department_id="department-1",
    department_name="呼吸内科",
)
CARDIOLOGIST = SPECIALIST.model_copy(
    update={"person_id": "person-3", "name": "何主任", "credential_number": "110360000000003"}
)
RADIOLOGIST = SPECIALIST.model_copy(
    update={"person_id": "person-4", "name": "罗主任", "credential_number": "110360000000004"}
)
STUDY = StudyPart(
    study_uid=STUDY_UID,
    modalities=["CR"],
    description="胸部正位",
    study_date=date(2026, 3, 2),
    series=1,
    instances=2,
)


def patient_registered(**changed: object) -> PatientRegistered:
    return PatientRegistered(patient=PATIENT, by=DOCTOR, at=AT).model_copy(update=changed)


def consult_recorded(**changed: object) -> ConsultRecorded:
    event = ConsultRecorded(
        consult_id="consult-1",
        version=1,
        episode_id="episode-1",
        state="submitted",
        urgency="urgent",
        mode="live",
        question="是否需要转院？",
        complaint="咳嗽伴发热三天",
        vitals=VitalsPart(
            temperature_c=38.5, pulse_bpm=96, systolic_mmhg=132, diastolic_mmhg=84, spo2_percent=95
        ),
        patient=PATIENT,
        requester=DOCTOR,
        department_id="department-1",
        department_name="呼吸内科",
        performing_institution_id="hospital-1",
        performing_institution_name="德安县人民医院",
        specialist=None,
        respond_by=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        submitted_at=AT,
        session_started_at=None,
        session_ended_at=None,
        studies=[STUDY],
        at=AT,
    )
    return event.model_copy(update=changed)


def report_signed(**changed: object) -> ReportSigned:
    event = ReportSigned(
        report_id="report-1",
        report_version=1,
        replaces_version=None,
        consult_id="consult-1",
        consult_version=5,
        episode_id="episode-1",
        patient=PATIENT,
        question="是否需要转院？",
        findings="右下肺斑片影 <5 cm\n心影不大",
        assessment="社区获得性肺炎",
        advice="住院抗感染治疗",
        author=SPECIALIST,
        signed_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        content_sha256="ab" * 32,
        study_uids=[STUDY_UID],
    )
    return event.model_copy(update=changed)


def report_attested(**changed: object) -> ReportAttested:
    agrees = AttestationPart(
        by=CARDIOLOGIST,
        stance="countersigned",
        reason=None,
        signed_at=datetime(2026, 3, 2, 9, 10, tzinfo=UTC),
        content_sha256="cd" * 32,
    )
    dissents = AttestationPart(
        by=RADIOLOGIST,
        stance="dissented",
        reason="右下肺病灶边缘有毛刺 <2 cm，\n请先排除肿瘤",
        signed_at=datetime(2026, 3, 2, 9, 20, tzinfo=UTC),
        content_sha256="ef" * 32,
    )
    event = ReportAttested(**dict(report_signed()), attestations=[agrees, dissents])
    return event.model_copy(update=changed)


def report_acknowledged(**changed: object) -> ReportAcknowledged:
    event = ReportAcknowledged(
        report_id="report-1",
        report_version=1,
        consult_id="consult-1",
        patient=PATIENT,
        verdict="adopted",
        reason=None,
        assessment="社区获得性肺炎",
        by=DOCTOR,
        at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    return event.model_copy(update=changed)


def referral_recorded(**changed: object) -> ReferralRecorded:
    event = ReferralRecorded(
        referral_id="referral-1",
        version=1,
        episode_id="episode-1",
        consult_id="consult-1",
        state="submitted",
        direction="up",
        priority="urgent",
        reason="需住院治疗",
        summary="肺炎，血氧偏低",
        patient=PATIENT,
        requester=DOCTOR,
        to_institution_id="hospital-1",
        to_institution_name="德安县人民医院",
        to_department_id="department-1",
        to_department_name="呼吸内科",
        contact_name=None,
        contact_phone=None,
        slot_at=None,
        bed_held_until=None,
        respond_by=datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    )
    return event.model_copy(update=changed)


ON_THE_WAY = {
    "state": "in_transit",
    "contact_name": "护士长刘",
    "contact_phone": "0792-1234567",
    "origin_contact_name": "王医生",
    "slot_at": datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
    "transport": "ambulance",
    "vehicle": "赣G·1234警",
    "expected_at": datetime(2026, 3, 2, 11, 0, tzinfo=UTC),
    "instructions": "三日后复查血常规",
    "rehabilitation": "呼吸训练",
}
SPECIALIST_ACCEPTED = {"specialist": SPECIALIST, "state": "accepted", "version": 2}


ADMINISTRATOR = PersonPart(
    person_id="person-9", name="管理员", institution_id="hospital-1", institution_name="德安县人民医院"
)


def post(**more: object) -> PostPart:
    """A post of the specialist's."""
    values: dict[str, object] = {
        "institution_id": "hospital-1",
        "institution_name": "德安县人民医院",
        "department_id": "department-1",
        "department_name": "呼吸内科",
        "role": "specialist",
        "active": True,
    }
    return PostPart.model_validate(values | more)


def staff_recorded(**more: object) -> StaffRecorded:
    """The specialist as the administrator keeps them."""
    values: dict[str, object] = {
        "person_id": SPECIALIST.person_id,
        "version": 2,
        "name": SPECIALIST.name,
        "active": True,
        "certificates": [CertificatePart(number="110360000000002", expires_on=date(2030, 1, 1))],
        "posts": [post(), post(role="director", department_id=None, department_name=None)],
        "by": ADMINISTRATOR,
        "at": AT,
    }
    return StaffRecorded.model_validate(values | more)


def institution_recorded(**more: object) -> InstitutionRecorded:
    """The hospital as the administrator keeps it."""
    values: dict[str, object] = {
        "institution_id": "hospital-1",
        "version": 3,
        "name": "德安县人民医院",
        "identifiers": [IdentifierPart(kind="social_credit_code", value="91110000600037341L")],
        "departments": [DepartmentPart(department_id="department-1", department_name="呼吸与危重症医学科")],
        "by": ADMINISTRATOR,
        "at": AT,
    }
    return InstitutionRecorded.model_validate(values | more)
