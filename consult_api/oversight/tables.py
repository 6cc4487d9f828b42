"""Every time somebody broke the glass, and what the reviewer found."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from consult_api.database import METADATA
from runtime.database import UtcDateTime

BREAK_GLASS = Table(
    "break_glass",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("patient_id", String(36), ForeignKey("patients.id"), nullable=False, index=True),
    Column(
        "patient_institution_id",
        String(36),
        ForeignKey("institutions.id"),
        nullable=False,
        comment="whose director reviews it",
    ),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False, index=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("department_id", String(36), ForeignKey("departments.id")),
    Column("reason", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, comment="moved forward when given back early"),
    Column("review_due_at", UtcDateTime, nullable=False),
    Column("verdict", String(20)),
    Column("note", Text),
    Column("reviewed_by", String(36), ForeignKey("persons.id")),
    Column("reviewed_at", UtcDateTime),
    Index("ix_break_glass_reviewing", "patient_institution_id", "verdict"),
)
