"""What the patients' routes take and give. The record page shows what the other features hold of an episode."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from consult_api.patients.rules import Sex


class PatientRegistration(BaseModel):
    """A patient as somebody registers them.

    With a resident ID, sex and birth date follow from it and may be left out; if given, they must agree.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=100)
    sex: Sex | None = None
    birth_date: date | None = None
    resident_id: str | None = Field(default=None, max_length=40)
    phone: str | None = Field(default=None, max_length=40)
    address: str | None = Field(default=None, max_length=300)


class Patient(BaseModel):
    """A registered patient."""

    id: str
    version: int
    name: str
    sex: Sex
    birth_date: date | None
    resident_id: str | None
    phone: str | None
    address: str | None
    institution_id: str
    registered_at: datetime


class PatientSummary(BaseModel):
    """A patient in somebody's list."""

    id: str
    name: str
    sex: Sex
    birth_date: date | None
