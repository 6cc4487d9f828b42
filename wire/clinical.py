"""What the clinical core asks, answers and announces.

The `*Recorded` and `*Signed` messages leave through the outbox. Each carries all that the shared health
record needs, so that turning it into FHIR resources asks no database.
"""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from wire.envelope import Message

Sex = Literal["male", "female", "other", "unknown"]
Urgency = Literal["emergent", "urgent", "routine"]


class StudyAccessQuestion(Message):
    """May whoever holds this login or token do this with studies?

    `credential_sha256` is the hexadecimal SHA-256 of the session cookie's value or of the Bearer token.
    """

    subject: ClassVar[str] = "clinical.study_access"

    credential_sha256: str
    purpose: Literal["view", "store", "search", "delete"]
    study_uid: str | None = None


class StudyAccess(Message):
    """Yes, and this is who it is. Problems: `session/expired`, `access/denied`.

    `everything` is for machines with the scope `dicomweb`; people get the studies listed.
    """

    subject: ClassVar[str] = "clinical.study_access_granted"

    actor_id: str
    institution_id: str
    everything: bool
    study_uids: list[str]


class TicketKeysQuestion(Message):
    """Which public keys sign join tickets?"""

    subject: ClassVar[str] = "clinical.ticket_keys"


class TicketKeys(Message):
    """The public keys as a JSON Web Key Set (RFC 7517 §5)."""

    subject: ClassVar[str] = "clinical.ticket_keys_answer"

    jwks: str


class Changed(Message):
    """A hint that something changed. Whoever shows it asks again; a lost hint loses nothing.

    `institution_ids`, `department_ids` and `person_ids` say whom it may interest.
    """

    subject: ClassVar[str] = "clinical.changed"

    kind: Literal["consult", "referral", "patient", "bed", "break_glass"]
    id: str
    version: int
    reason: str
    institution_ids: tuple[str, ...] = ()
    department_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonPart(_Part):
    """A health professional as the record needs them."""

    person_id: str
    name: str
    credential_number: str | None = None
    institution_id: str
    institution_name: str
    department_id: str | None = None
    department_name: str | None = None


class PatientPart(_Part):
    """A patient as the record needs them."""

    patient_id: str
    version: int
    name: str
    sex: Sex
    birth_date: date | None
    resident_id: str | None
    phone: str | None = None
    address: str | None = None
    managing_institution_id: str
    managing_institution_name: str


class VitalsPart(_Part):
    """Vital signs as measured at the township."""

    temperature_c: float | None = None
    pulse_bpm: int | None = None
    respiration_per_min: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    spo2_percent: int | None = None


class StudyPart(_Part):
    """An imaging study that a consult shows."""

    study_uid: str
    modalities: list[str]
    description: str
    study_date: date | None
    series: int
    instances: int


class PatientRegistered(Message):
    """A patient was registered or corrected."""

    subject: ClassVar[str] = "clinical.patient_registered"

    patient: PatientPart
    by: PersonPart
    at: datetime


class ConsultRecorded(Message):
    """A consult entered a state that the record shows. The report is the newest that was signed."""

    subject: ClassVar[str] = "clinical.consult_recorded"

    consult_id: str
    version: int
    episode_id: str
    state: str
    urgency: Urgency
    mode: Literal["live", "store_and_forward"]
    question: str
    complaint: str | None
    vitals: VitalsPart | None
    patient: PatientPart
    requester: PersonPart
    department_id: str
    department_name: str
    performing_institution_id: str
    performing_institution_name: str
    specialist: PersonPart | None
    experts: tuple[PersonPart, ...] = ()
    respond_by: datetime | None
    scheduled_for: datetime | None = None
    scheduled_minutes: int | None = None
    submitted_at: datetime | None
    session_started_at: datetime | None
    session_ended_at: datetime | None
    studies: list[StudyPart]
    report_id: str | None = None
    report_version: int | None = None
    at: datetime


class ReportSigned(Message):
    """A specialist signed a version of a consult's report."""

    subject: ClassVar[str] = "clinical.report_signed"

    report_id: str
    report_version: int
    replaces_version: int | None
    consult_id: str
    consult_version: int
    episode_id: str
    patient: PatientPart
    question: str
    findings: str
    assessment: str
    advice: str
    author: PersonPart
    signed_at: datetime
    content_sha256: str
    study_uids: list[str]


class AttestationPart(_Part):
    """What an expert beside the author said to a signed report."""

    by: PersonPart
    stance: Literal["countersigned", "dissented"]
    reason: str | None
    signed_at: datetime
    content_sha256: str


class ReportAttested(ReportSigned):
    """Another expert countersigned a signed report or dissented from it; all that was said so far, in order."""

    subject: ClassVar[str] = "clinical.report_attested"

    attestations: list[AttestationPart]


class ReportAcknowledged(Message):
    """The treating doctor said what becomes of the advice."""

    subject: ClassVar[str] = "clinical.report_acknowledged"

    report_id: str
    report_version: int
    consult_id: str
    patient: PatientPart
    verdict: Literal["adopted", "partly", "not"]
    reason: str | None
    assessment: str
    by: PersonPart
    at: datetime


class ReferralRecorded(Message):
    """A referral entered a state that the record shows."""

    subject: ClassVar[str] = "clinical.referral_recorded"

    referral_id: str
    version: int
    episode_id: str
    consult_id: str | None
    state: str
    direction: Literal["up", "down"]
    priority: Literal["green", "urgent", "elective"]
    reason: str
    summary: str
    patient: PatientPart
    requester: PersonPart
    to_institution_id: str
    to_institution_name: str
    to_department_id: str
    to_department_name: str
    contact_name: str | None
    contact_phone: str | None
    slot_at: datetime | None
    bed_held_until: datetime | None
    respond_by: datetime | None
    slot_given_up: datetime | None = None
    origin_contact_name: str | None = None
    origin_contact_phone: str | None = None
    transport: str | None = None
    vehicle: str | None = None
    expected_at: datetime | None = None
    instructions: str | None = None
    rehabilitation: str | None = None
    at: datetime


class CertificatePart(_Part):
    """A practice certificate that an administrator has verified."""

    number: str
    expires_on: date


class PostPart(_Part):
    """A role that somebody has, or had, at an institution."""

    institution_id: str
    institution_name: str
    department_id: str | None
    department_name: str | None
    role: str
    active: bool


class StaffRecorded(Message):
    """A health professional was enrolled or changed."""

    subject: ClassVar[str] = "clinical.staff_recorded"

    person_id: str
    version: int
    name: str
    active: bool
    certificates: list[CertificatePart]
    posts: list[PostPart]
    by: PersonPart
    at: datetime


class IdentifierPart(_Part):
    """A number under which an authority knows an institution."""

    kind: str
    value: str


class DepartmentPart(_Part):
    """A department of the institution that is spoken of."""

    department_id: str
    department_name: str


class InstitutionRecorded(Message):
    """An institution was enrolled or changed."""

    subject: ClassVar[str] = "clinical.institution_recorded"

    institution_id: str
    version: int
    name: str
    identifiers: list[IdentifierPart]
    departments: list[DepartmentPart]
    by: PersonPart
    at: datetime
