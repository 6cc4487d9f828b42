"""What the record page shows."""

from datetime import datetime

from pydantic import BaseModel

from consult_api.consults.schemas.consult import ConsultSummary, Report, StudyLink
from consult_api.patients.schemas import Patient
from consult_api.referrals.schemas import ReferralSummary


class Episode(BaseModel):
    """One clinical story: its consults, their signed reports and images, and its referrals."""

    id: str
    started_at: datetime
    consults: list[ConsultSummary]
    reports: list[Report]
    studies: list[StudyLink]
    referrals: list[ReferralSummary]


class PatientRecord(BaseModel):
    """A patient's record page, newest episode first."""

    patient: Patient
    episodes: list[Episode]
