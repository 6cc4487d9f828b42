"""Experts invited to a consult, and what they said to its report."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "consult_invitations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.String(length=36), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_consult_invitations_consult_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_consult_invitations_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_consult_invitations_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["persons.id"], name=op.f("fk_consult_invitations_invited_by")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_consult_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult_invitations")),
    )
    op.create_index(op.f("ix_consult_invitations_consult_id"), "consult_invitations", ["consult_id"])
    op.create_index("ix_consult_invitations_person", "consult_invitations", ["person_id", "state"])
    op.create_table(
        "report_attestations",
        sa.Column("report_id", sa.String(length=36), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("stance", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_report_attestations_consult_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_report_attestations_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_report_attestations_institution_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_report_attestations_person_id")),
        sa.ForeignKeyConstraint(
            ["report_id", "report_version"],
            ["reports.id", "reports.version"],
            name=op.f("fk_report_attestations_report_id_report_version"),
        ),
        sa.PrimaryKeyConstraint(
            "report_id", "report_version", "person_id", name=op.f("pk_report_attestations")
        ),
    )
    op.create_index(op.f("ix_report_attestations_consult_id"), "report_attestations", ["consult_id"])
