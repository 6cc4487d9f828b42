"""What the consults' routes take besides events: drafts, studies, the report as it is written."""

from pydantic import BaseModel, ConfigDict, Field

from consult_api.consults.rules.states import Mode, Urgency

TEXT = 20_000
LINE = 2_000


class Input(BaseModel):
    """What somebody typed: trimmed, and without anything that isn't asked for."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Vitals(Input, strict=True):
    """Vital signs, as numbers and nothing that could be taken for one; those not measured are left out."""

    temperature_c: float | None = Field(default=None, ge=20, le=46)
    pulse_bpm: int | None = Field(default=None, ge=0, le=350)
    respiration_per_min: int | None = Field(default=None, ge=0, le=150)
    systolic_mmhg: int | None = Field(default=None, ge=0, le=350)
    diastolic_mmhg: int | None = Field(default=None, ge=0, le=250)
    spo2_percent: int | None = Field(default=None, ge=0, le=100)


class ConsultDraft(Input):
    """A new consult, not yet sent."""

    patient_id: str
    department_id: str
    urgency: Urgency
    mode: Mode
    question: str = Field(min_length=1, max_length=LINE)
    complaint: str | None = Field(default=None, max_length=LINE)
    vitals: Vitals | None = None
    episode_id: str | None = None


class ConsultChanges(Input):
    """What to change in a draft; what is left out stays."""

    version: int
    department_id: str | None = None
    urgency: Urgency | None = None
    mode: Mode | None = None
    question: str | None = Field(default=None, min_length=1, max_length=LINE)
    complaint: str | None = Field(default=None, max_length=LINE)
    vitals: Vitals | None = None


class StudyAttachment(Input):
    """A study to show in a consult."""

    study_uid: str = Field(pattern=r"^[0-9.]{1,64}$")
    patient_mismatch_confirmed: bool = False


class ReportContent(Input):
    """What the specialist writes."""

    findings: str = Field(default="", max_length=TEXT)
    assessment: str = Field(default="", max_length=TEXT)
    advice: str = Field(default="", max_length=TEXT)


class ReportDraftChanges(ReportContent):
    """The draft to keep; with `version`, refused if another tab has saved since."""

    version: int | None = None
