"""Consults, whom they were offered to and who was invited, what they went through, studies, reports, verdicts."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from consult_api.database import METADATA
from runtime.database import UtcDateTime

CONSULTS = Table(
    "consults",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column(
        "is_over",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether the state is final; lists look for it",
    ),
    Column("patient_id", String(36), ForeignKey("patients.id"), nullable=False, index=True),
    Column("episode_id", String(36), ForeignKey("episodes.id"), nullable=False, index=True),
    Column("urgency", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("question", Text, nullable=False),
    Column("complaint", Text),
    Column("vitals", JSON),
    Column("requester_id", String(36), ForeignKey("persons.id"), nullable=False),
    Column("requester_institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("requester_department_id", String(36), ForeignKey("departments.id")),
    Column("department_id", String(36), ForeignKey("departments.id"), nullable=False),
    Column(
        "institution_id", String(36), ForeignKey("institutions.id"), nullable=False, comment="that answers"
    ),
    Column("specialist_id", String(36), ForeignKey("persons.id")),
    Column("room_id", String(36), nullable=False, unique=True),
    Column("rung", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("routed_at", UtcDateTime, comment="when the ladder began anew, in another department"),
    Column("scheduled_for", UtcDateTime),
    Column("scheduled_minutes", Integer),
    Column("session_started_at", UtcDateTime),
    Column("session_ended_at", UtcDateTime),
    Column("escalate_at", UtcDateTime),
    Column("breach_at", UtcDateTime),
    Column("report_due_at", UtcDateTime),
    Column("acknowledge_due_at", UtcDateTime),
    Column("outcome", Text),
    Column("referral_id", String(36), comment="the referral that followed"),
    Index("ix_consults_asked", "requester_institution_id", "is_over", "id"),
    Index("ix_consults_answered", "department_id", "is_over", "id"),
    Index("ix_consults_of_hospital", "institution_id", "is_over", "id"),
    Index("ix_consults_of_specialist", "specialist_id", "is_over", "id"),
)

OFFERS = Table(
    "consult_offers",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("person_id", String(36), ForeignKey("persons.id"), primary_key=True),
    Column("rung", Integer, nullable=False),
    Column("is_director", Boolean, nullable=False),
    Column("by_phone", Boolean, nullable=False),
    Column("status", String(20), nullable=False),
    Column("called_by", String(36), comment="who had them rung by name"),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("reason", Text),
    Index("ix_consult_offers_person", "person_id", "status"),
)

SLOTS = Table(
    "consult_slots",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("side", String(20), primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("minutes", Integer, nullable=False),
    Column("proposed_by", String(36), ForeignKey("persons.id"), nullable=False),
)

CONSULT_HISTORY = Table(
    "consult_history",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("event", String(30), nullable=False),
    Column("by", String(36), ForeignKey("persons.id"), comment="null: the platform itself"),
    Column("from_state", String(20), nullable=False),
    Column("to_state", String(20), nullable=False),
    Column("note", Text),
)

CONSULT_STUDIES = Table(
    "consult_studies",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("study_uid", String(64), primary_key=True),
    Column("description", Text, nullable=False),
    Column("modalities", JSON, nullable=False),
    Column("study_date", Date),
    Column("series", Integer, nullable=False),
    Column("instances", Integer, nullable=False),
    Column("patient_mismatch_confirmed", Boolean, nullable=False),
    Column("linked_by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Index("ix_consult_studies_study", "study_uid"),
)

RECEIVED_STUDIES = Table(
    "received_studies",
    METADATA,
    Column("study_uid", String(64), primary_key=True),
    Column("institution_id", String(36), primary_key=True, comment="that stored it"),
    Column("stored_by", String(64), nullable=False),
    Column("instances", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index("ix_received_studies_institution", "institution_id"),
)

REPORT_DRAFTS = Table(
    "report_drafts",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("findings", Text, nullable=False),
    Column("assessment", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("saved_by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

REPORTS = Table(
    "reports",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("consult_id", String(36), ForeignKey("consults.id"), nullable=False),
    Column("findings", Text, nullable=False),
    Column("assessment", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("correction_reason", Text),
    Column("signed_by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("signed_institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("signed_department_id", String(36), ForeignKey("departments.id")),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Index("ix_reports_consult", "consult_id", "version", unique=True),
)

ACKNOWLEDGEMENTS = Table(
    "acknowledgements",
    METADATA,
    Column("consult_id", String(36), ForeignKey("consults.id"), primary_key=True),
    Column("report_version", Integer, primary_key=True),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text),
    Column("by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

INVITATIONS = Table(
    "consult_invitations",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("consult_id", String(36), ForeignKey("consults.id"), nullable=False, index=True),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("department_id", String(36), ForeignKey("departments.id")),
    Column("state", String(20), nullable=False),
    Column("message", Text, nullable=False),
    Column("invited_by", String(36), ForeignKey("persons.id"), nullable=False),
    Column("invited_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("reason", Text),
    Index("ix_consult_invitations_person", "person_id", "state"),
)

ATTESTATIONS = Table(
    "report_attestations",
    METADATA,
    Column("report_id", String(36), primary_key=True),
    Column("report_version", Integer, primary_key=True),
    Column("person_id", String(36), ForeignKey("persons.id"), primary_key=True),
    Column("consult_id", String(36), ForeignKey("consults.id"), nullable=False, index=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("department_id", String(36), ForeignKey("departments.id")),
    Column("stance", String(20), nullable=False),
    Column("reason", Text),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    ForeignKeyConstraint(["report_id", "report_version"], ["reports.id", "reports.version"]),
)
