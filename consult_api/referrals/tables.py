"""Referrals and what they went through."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from consult_api.database import METADATA
from consult_api.referrals.rules.states import OPEN_STATES
from runtime.database import UtcDateTime

REFERRALS = Table(
    "referrals",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("direction", String(10), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("patient_id", String(36), ForeignKey("patients.id"), nullable=False, index=True),
    Column("episode_id", String(36), ForeignKey("episodes.id"), nullable=False, index=True),
    Column("consult_id", String(36), ForeignKey("consults.id"), index=True),
    Column("requester_id", String(36), ForeignKey("persons.id"), nullable=False),
    Column("origin_institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("origin_department_id", String(36), ForeignKey("departments.id")),
    Column("to_institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("to_department_id", String(36), ForeignKey("departments.id"), nullable=False),
    Column("origin_contact_name", String(100)),
    Column("origin_contact_phone", String(40)),
    Column("contact_name", String(100)),
    Column("contact_phone", String(40)),
    Column("slot_at", UtcDateTime),
    Column("decline_reason", Text),
    Column("alternative", Text),
    Column("transport", String(20)),
    Column("vehicle", String(100)),
    Column("escort", String(100)),
    Column("expected_at", UtcDateTime),
    Column("instructions", Text),
    Column("rehabilitation", Text),
    Column("admitted_at", UtcDateTime),
    Column("discharged_at", UtcDateTime),
    Column("superseded_by", String(36)),
    Column("respond_at", UtcDateTime),
    Column("overdue_at", UtcDateTime),
    Column("back_report_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Index("ix_referrals_to", "to_institution_id", "state"),
)

_OPEN = REFERRALS.c.state.in_(sorted(OPEN_STATES))
Index(
    "uq_referrals_open",
    REFERRALS.c.patient_id,
    REFERRALS.c.origin_institution_id,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

REFERRAL_HISTORY = Table(
    "referral_history",
    METADATA,
    Column("referral_id", String(36), ForeignKey("referrals.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("event", String(30), nullable=False),
    Column("by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("note", Text),
)
