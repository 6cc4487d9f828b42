"""Institutions, people, rosters, logins, machine tokens and the keys that sign room tickets."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from consult_api.database import METADATA
from runtime.database import UtcDateTime

INSTITUTIONS = Table(
    "institutions",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("social_credit_code", String(18), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)

INSTITUTION_IDENTIFIERS = Table(
    "institution_identifiers",
    METADATA,
    Column("kind", String(30), primary_key=True),
    Column("value", String(40), primary_key=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False, index=True),
)

DEPARTMENTS = Table(
    "departments",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

PERSONS = Table(
    "persons",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("username", String(100), unique=True),
    Column("phone", String(40), comment="rung by whoever can't wait for the screen"),
    Column("password_hash", String(200), comment="Argon2id"),
    Column("pin_hash", String(200), comment="Argon2id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("version", Integer, nullable=False, server_default="1"),
)

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False, index=True),
    Column("number", String(60), nullable=False),
    Column("verified_at", UtcDateTime),
    Column("evidence", Text, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("verified_by", String(36)),
    Column("evidence_sha256", String(64), comment="of the scan among the blobs"),
    Column("evidence_name", String(200)),
    Column("evidence_type", String(40)),
    Column("evidence_bytes", Integer),
    Index("ix_credentials_number", "number"),
)

MEMBERSHIPS = Table(
    "memberships",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False, index=True),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False, index=True),
    Column("department_id", String(36), ForeignKey("departments.id"), index=True),
    Column("role", String(40), nullable=False),
    Column("ended_at", UtcDateTime),
)

SHIFTS = Table(
    "shifts",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("department_id", String(36), ForeignKey("departments.id"), nullable=False),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False),
    Column("tier", Integer, nullable=False, comment="1 is rung first; 0 is the director"),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Index("ix_shifts_department", "department_id", "starts_at", "ends_at"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("sha256", String(64), primary_key=True, comment="of the cookie's value"),
    Column("person_id", String(36), ForeignKey("persons.id"), nullable=False, index=True),
    Column("membership_id", String(36), ForeignKey("memberships.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

MACHINE_TOKENS = Table(
    "machine_tokens",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("institution_id", String(36), ForeignKey("institutions.id"), comment="null: the county's"),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

FAILED_ATTEMPTS = Table(
    "failed_attempts",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("subject", String(80), nullable=False, comment="what was tried, hashed: never a typed password"),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_failed_attempts_subject", "subject", "at"),
)

TICKET_KEYS = Table(
    "ticket_keys",
    METADATA,
    Column("kid", String(64), primary_key=True),
    Column("private_jwk", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
