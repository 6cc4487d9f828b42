"""What the routes of oversight take and give."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from consult_api.directory.schemas import PersonSummary, Practitioner
from consult_api.oversight.rules.access_log import Reason
from consult_api.oversight.rules.break_glass import Verdict
from consult_api.oversight.rules.facts import CaseKind
from consult_api.oversight.rules.indicators import Exclusion, Form
from consult_api.patients.schemas import PatientSummary


class BreakGlassOpening(BaseModel):
    """Whose record somebody has to see now, and why. Exactly one of the two ways to name the patient is given."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    patient_id: str | None = Field(default=None, max_length=36)
    resident_id: str | None = Field(default=None, max_length=40)
    reason: str = Field(min_length=4, max_length=500)
    pin: str = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _one_patient(self) -> "BreakGlassOpening":
        if (self.patient_id is None) == (self.resident_id is None):
            raise ValueError("give either patient_id or resident_id")
        return self


class BreakGlassReview(BaseModel):
    """What the reviewer finds. `note` says why, for whoever broke the glass and for the regulator."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    version: int
    verdict: Verdict
    note: str = Field(min_length=1, max_length=1000)


class BreakGlass(BaseModel):
    """One time that somebody broke the glass."""

    id: str
    version: int
    patient: PatientSummary
    patient_institution_name: str
    person: Practitioner
    reason: str
    opened_at: datetime
    ends_at: datetime
    is_open: bool
    review_due_at: datetime
    verdict: Verdict | None
    note: str | None
    reviewed_by: PersonSummary | None
    reviewed_at: datetime | None
    may_review: bool


class AuditActor(BaseModel):
    """Who did something. The platform's name is the client's to word."""

    id: str
    name: str
    kind: Literal["person", "machine", "platform"]


class AuditRow(BaseModel):
    """One row of the audit, with names for its ids. `action` is a code of FHIR R4 AuditEvent.action."""

    institution_id: str
    institution_name: str | None
    seq: int
    at: datetime
    who: AuditActor
    action: Literal["C", "R", "U", "D", "E"]
    subtype: str
    entity_type: str
    entity_id: str
    patient: PatientSummary | None
    outcome: str
    detail: str


class AccessLogLine(BaseModel):
    """The same act of the same person on one day, as a patient is told of it. `what` is the audit's subtype."""

    first_at: datetime
    last_at: datetime
    who: AuditActor
    institution_name: str | None
    what: str
    count: int
    why: Reason


class IndicatorFigure(BaseModel):
    """An indicator's figure: a share of 1, a relation, or the median in minutes; None over nothing.

    `high` is the high percentile of a duration. `excluded` counts the cases left out, by why.
    """

    numerator: float
    denominator: int
    value: float | None
    high: float | None
    excluded: dict[Exclusion, int]


class PlaceFigure(BaseModel):
    """The last month's figure of one place."""

    id: str
    name: str
    figure: IndicatorFigure


class IndicatorRow(BaseModel):
    """One indicator over the months, and over places in the last of them."""

    key: str
    form: Form
    of: CaseKind
    target: float | None
    percentile: int
    by_month: list[IndicatorFigure]
    by_place: list[PlaceFigure]


class IndicatorPage(BaseModel):
    """All indicators of some months, the earliest month first."""

    months: list[str]
    places_are: Literal["department", "institution"]
    rows: list[IndicatorRow]


class IndicatorCase(BaseModel):
    """A case behind a figure. Without `id` it is somebody's whom the reader may not see."""

    kind: CaseKind
    id: str | None
    at: datetime
    patient: PatientSummary | None
    weight: float | None
    minutes: float | None
    excluded: Exclusion | None


class IndicatorCases(BaseModel):
    """The figure of one indicator, and every case that it was counted from or that was left out."""

    figure: IndicatorFigure
    cases: list[IndicatorCase]
