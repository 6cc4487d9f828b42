"""Bed pools and the beds held in them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from consult_api.database import METADATA
from runtime.database import UtcDateTime

BED_POOLS = Table(
    "bed_pools",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("institution_id", String(36), ForeignKey("institutions.id"), nullable=False),
    Column("department_id", String(36), ForeignKey("departments.id"), nullable=False, unique=True),
    Column("total", Integer, nullable=False),
    Column("occupied", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("confirmed_by", String(36), ForeignKey("persons.id")),
    CheckConstraint("total >= 0 AND occupied >= 0 AND held >= 0", name="counts"),
)

BED_HOLDS = Table(
    "bed_holds",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("pool_id", String(36), ForeignKey("bed_pools.id"), nullable=False, index=True),
    Column("referral_id", String(36), nullable=False),
    Column("patient_id", String(36), ForeignKey("patients.id"), nullable=False),
    Column("status", String(10), nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_bed_holds_referral", "referral_id", "status"),
)

_HELD = BED_HOLDS.c.status == "held"
Index("uq_bed_holds_held", BED_HOLDS.c.referral_id, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
