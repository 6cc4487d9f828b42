"""Institutions under several numbers; people and institutions with versions; certificates with a scan."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    for table in ("institutions", "persons"):
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "institution_identifiers",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_institution_identifiers_institution_id"),
        ),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_institution_identifiers")),
    )
    op.create_index(
        op.f("ix_institution_identifiers_institution_id"), "institution_identifiers", ["institution_id"]
    )
    op.add_column("credentials", sa.Column("verified_by", sa.String(length=36)))
    op.add_column(
        "credentials",
        sa.Column("evidence_sha256", sa.String(length=64), comment="of the scan among the blobs"),
    )
    op.add_column("credentials", sa.Column("evidence_name", sa.String(length=200)))
    op.add_column("credentials", sa.Column("evidence_type", sa.String(length=40)))
    op.add_column("credentials", sa.Column("evidence_bytes", sa.Integer()))
    op.create_index("ix_credentials_number", "credentials", ["number"])
