"""What the imaging service asks, answers and announces."""

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from wire.envelope import Message


class StudyReceived(Message):
    """Instances of a study were stored. Delivered through the imaging outbox until acknowledged."""

    subject: ClassVar[str] = "imaging.study_received"

    event_id: str
    study_uid: str
    institution_id: str
    stored_by: str
    instances: int
    at: datetime


class StudyQuestion(Message):
    """What is this study? Problem: `study/unknown`."""

    subject: ClassVar[str] = "imaging.study"

    study_uid: str


class SeriesSummary(BaseModel):
    """One series of a study."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    series_uid: str
    modality: str
    number: int | None
    description: str
    instances: int


class StudyDescription(Message):
    """A study as its images' headers say it; the patient's names are those on the images."""

    subject: ClassVar[str] = "imaging.study_description"

    study_uid: str
    institution_id: str
    stored_by: str
    patient_name: str
    patient_id: str
    patient_birth_date: date | None
    patient_sex: str
    study_date: date | None
    description: str
    modalities: list[str]
    series: list[SeriesSummary]
    instances: int
