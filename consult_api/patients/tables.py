"""Patients and their episodes."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from consult_api.database import METADATA
from runtime.database import UtcDateTime

PATIENTS = Table(
    "patients",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", String(100), nullable=False, index=True),
    Column("pinyin", String(300), nullable=False, index=True, comment="syllables without tones or blanks"),
    Column("initials", String(100), nullable=False, index=True),
    Column("sex", String(10), nullable=False),
    Column("birth_date", Date),
    Column("resident_id", String(18), unique=True),
    Column("phone", String(40)),
    Column("address", String(300)),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("registered_by", String(36), nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
)

EPISODES = Table(
    "episodes",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("patient_id", String(36), ForeignKey("patients.id"), nullable=False, index=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
)
