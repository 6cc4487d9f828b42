"""Reconciliations and their mismatches; the regulator's feed, which gets every event there has been."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and address every event of the past to the feed."""
    _reconciliation()
    _feed()
    op.execute(
        "INSERT INTO outbox_delivery (position, subscriber, aggregate, state, attempts, not_before)"
        " SELECT position, 'regulator', aggregate, 'open', 0, created_at FROM outbox"
    )


def _reconciliation() -> None:
    op.create_table(
        "record_reconciliations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="queued | running | done"),
        sa.Column(
            "asked_by", sa.String(length=64), nullable=False, comment="a person, or the platform by night"
        ),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column(
            "not_before", UtcDateTime(), nullable=False, comment="the lease of the process that compares"
        ),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("cursor_type", sa.String(length=40), nullable=False),
        sa.Column("cursor_id", sa.String(length=64), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("mismatched", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), comment="why it can't go on for now"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_reconciliations")),
    )
    op.create_index(
        "ix_record_reconciliations_subscriber", "record_reconciliations", ["subscriber", "asked_at"]
    )
    op.create_table(
        "record_mismatches",
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=64), nullable=False),
        sa.Column("difference", sa.String(length=10), nullable=False, comment="missing | content | version"),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("resend_asked", sa.Boolean(), nullable=False),
        sa.Column(
            "not_before", UtcDateTime(), nullable=False, comment="the lease of the process that sends again"
        ),
        sa.Column("reason", sa.Text(), comment="why sending again failed"),
        sa.PrimaryKeyConstraint(
            "subscriber", "resource_type", "resource_id", name=op.f("pk_record_mismatches")
        ),
    )


def _feed() -> None:
    op.create_table(
        "regulator_feed",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column(
            "chain",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 over the chain before and this event",
        ),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_regulator_feed")),
        sa.UniqueConstraint("event_id", name=op.f("uq_regulator_feed_event_id")),
    )
    op.create_table(
        "regulator_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="always 1"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regulator_head")),
    )
    op.create_table(
        "regulator_readers",
        sa.Column("actor_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="all up to it have been taken"),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", name=op.f("pk_regulator_readers")),
    )
