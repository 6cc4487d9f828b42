"""The record's tables: resources with all their versions, what they're found by, and what was sent where."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
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

RESOURCES = Table(
    "record_resources",
    METADATA,
    Column("resource_type", String(40), primary_key=True),
    Column("resource_id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("sha256", String(64), nullable=False, comment="of the content without meta"),
    Index("ix_record_resources_updated", "resource_type", "updated_at", "resource_id"),
)

VERSIONS = Table(
    "record_versions",
    METADATA,
    Column("resource_type", String(40), primary_key=True),
    Column("resource_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("method", String(4), nullable=False),
    Column("body", Text, nullable=False, comment="canonical JSON, as it is answered"),
    ForeignKeyConstraint(
        ["resource_type", "resource_id"], ["record_resources.resource_type", "record_resources.resource_id"]
    ),
    Index("ix_record_versions_updated", "updated_at"),
)

INDEX = Table(
    "record_index",
    METADATA,
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("resource_type", String(40), nullable=False),
    Column("resource_id", String(64), nullable=False),
    Column("parameter", String(40), nullable=False),
    Column("system", String(400), nullable=False),
    Column("value", String(400), nullable=False),
    Column("low_us", BigInteger),
    Column("high_us", BigInteger),
    ForeignKeyConstraint(
        ["resource_type", "resource_id"], ["record_resources.resource_type", "record_resources.resource_id"]
    ),
    Index("ix_record_index_resource", "resource_type", "resource_id", "parameter"),
    Index("ix_record_index_value", "resource_type", "parameter", "value"),
    Index("ix_record_index_span", "resource_type", "parameter", "low_us"),
    Index("ix_record_index_reference", "parameter", "value"),
)

DISPATCHES = Table(
    "record_dispatches",
    METADATA,
    Column("subscriber", String(40), primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("state", String(10), nullable=False, comment="prepared | committed"),
    Column("body", Text, nullable=False, comment="the transaction Bundle, the very bytes of every try"),
    Column("sha256", String(64), nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    Column("committed_at", UtcDateTime),
    Column(
        "refusal", Text, comment="the last refusal, an OperationOutcome without free text; nothing took place"
    ),
    Column(
        "overwrite",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the next try goes over what others wrote",
    ),
)

HELD = Table(
    "record_held",
    METADATA,
    Column("subscriber", String(40), primary_key=True),
    Column("resource_type", String(40), primary_key=True),
    Column("resource_id", String(64), primary_key=True),
    Column("version_id", String(64), nullable=False, comment="as the server returned it"),
    Column("sha256", String(64), nullable=False, comment="of what was written, without meta"),
    Column("event_id", String(36), nullable=False, comment="the event that wrote it"),
    Column("source_version", Integer, nullable=False, comment="the clinic's version that it shows, or 0"),
)

RECONCILIATIONS = Table(
    "record_reconciliations",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("subscriber", String(40), nullable=False),
    Column("state", String(10), nullable=False, comment="queued | running | done"),
    Column("asked_by", String(64), nullable=False, comment="a person, or the platform by night"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False, comment="the lease of the process that compares"),
    Column("finished_at", UtcDateTime),
    Column("cursor_type", String(40), nullable=False),
    Column("cursor_id", String(64), nullable=False),
    Column("compared", Integer, nullable=False),
    Column("mismatched", Integer, nullable=False),
    Column("reason", Text, comment="why it can't go on for now"),
    Index("ix_record_reconciliations_subscriber", "subscriber", "asked_at"),
)

MISMATCHES = Table(
    "record_mismatches",
    METADATA,
    Column("subscriber", String(40), primary_key=True),
    Column("resource_type", String(40), primary_key=True),
    Column("resource_id", String(64), primary_key=True),
    Column("difference", String(10), nullable=False, comment="missing | content | version"),
    Column("found_at", UtcDateTime, nullable=False),
    Column("resend_asked", Boolean, nullable=False),
    Column("not_before", UtcDateTime, nullable=False, comment="the lease of the process that sends again"),
    Column("reason", Text, comment="why sending again failed"),
)
