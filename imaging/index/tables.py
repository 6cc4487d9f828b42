"""The imaging service's tables."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from runtime.audit import audit_tables
from runtime.database import UtcDateTime
from runtime.outbox import outbox_tables

metadata = MetaData()

# Compared byte by byte on both databases, so that prefix and range searches use the indexes.
FOLDED = Text().with_variant(Text(collation="C"), "postgresql")
UID = String(64).with_variant(String(64, collation="C"), "postgresql")
DAY = String(8).with_variant(String(8, collation="C"), "postgresql")
"""YYYYMMDD, empty when unknown: ordered and compared as text, with no rule for nulls to differ in."""
CLOCK = String(16).with_variant(String(16, collation="C"), "postgresql")
"""HHMMSS.FFFFFF or shorter, as TM writes it."""
BIG = BigInteger()

study = Table(
    "study",
    metadata,
    Column("study_uid", UID, primary_key=True),
    Column("institution_id", String(64), nullable=False, index=True),
    Column("stored_by", String(64), nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("patient_name", Text, nullable=False),
    Column("name_alphabetic", FOLDED, nullable=False, index=True),
    Column("name_ideographic", FOLDED, nullable=False, index=True),
    Column("name_phonetic", FOLDED, nullable=False),
    Column("name_pinyin", FOLDED, nullable=False, index=True),
    Column("patient_id", FOLDED, nullable=False, index=True),
    Column("patient_birth_date", DAY, nullable=False),
    Column("patient_sex", String(16), nullable=False),
    Column("study_date", DAY, nullable=False),
    Column("study_time", CLOCK, nullable=False),
    Column("study_id", FOLDED, nullable=False),
    Column("accession_number", FOLDED, nullable=False, index=True),
    Column("referring_physician", FOLDED, nullable=False),
    Column("description", Text, nullable=False),
    Column("description_folded", FOLDED, nullable=False),
    Column("modalities", JSON, nullable=False),
    Column("series_count", Integer, nullable=False),
    Column("instance_count", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("fragment", LargeBinary, nullable=False),
)
Index("study_latest", study.c.study_date.desc(), study.c.study_uid)

series = Table(
    "series",
    metadata,
    Column("study_uid", UID, primary_key=True),
    Column("series_uid", UID, primary_key=True),
    Column("modality", FOLDED, nullable=False),
    Column("number", BIG),
    Column("description", Text, nullable=False),
    Column("description_folded", FOLDED, nullable=False),
    Column("body_part", FOLDED, nullable=False),
    Column("performed_date", DAY, nullable=False),
    Column("performed_time", CLOCK, nullable=False),
    Column("procedure_step_id", FOLDED, nullable=False),
    Column("procedure_id", FOLDED, nullable=False),
    Column("instance_count", Integer, nullable=False),
    Column("fragment", LargeBinary, nullable=False),
    ForeignKeyConstraint(["study_uid"], ["study.study_uid"]),
    Index("series_uid", "series_uid"),
)

instance = Table(
    "instance",
    metadata,
    Column("sop_uid", UID, primary_key=True),
    Column("study_uid", UID, nullable=False),
    Column("series_uid", UID, nullable=False),
    Column("sop_class", UID, nullable=False),
    Column("number", BIG),
    Column("institution_id", String(64), nullable=False),
    Column("stored_by", String(64), nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("transfer_syntax", UID, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BIG, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("frame_offset", BIG, nullable=False),
    Column("frame_length", BIG, nullable=False),
    Column("frame_entries", LargeBinary, nullable=False),
    Column("marks", JSON, nullable=False),
    Column("fragment", LargeBinary, nullable=False),
    Column("header", LargeBinary, nullable=False),
    ForeignKeyConstraint(["study_uid", "series_uid"], ["series.study_uid", "series.series_uid"]),
    Index("instance_order", "study_uid", "series_uid", "number", "sop_uid"),
)

site = Table(
    "site",
    metadata,
    Column("site_id", String(36), primary_key=True),
    Column("ae_title", String(16), nullable=False),
    Column("network", String(64), nullable=False),
    Column("institution_id", String(64), nullable=False),
    UniqueConstraint("ae_title", "network"),
)

outbox = outbox_tables(metadata)
audit = audit_tables(metadata)
