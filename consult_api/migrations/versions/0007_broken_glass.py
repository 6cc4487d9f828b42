"""Every time somebody broke the glass, and what the reviewer found."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFERENCES = {
    "department_id": "departments",
    "institution_id": "institutions",
    "patient_id": "patients",
    "patient_institution_id": "institutions",
    "person_id": "persons",
    "reviewed_by": "persons",
}


def _reference(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_break_glass_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column(
            "patient_institution_id",
            sa.String(length=36),
            nullable=False,
            comment="whose director reviews it",
        ),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False, comment="moved forward when given back early"),
        sa.Column("review_due_at", UtcDateTime(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        *(_reference(column, table) for column, table in REFERENCES.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_patient_id"), "break_glass", ["patient_id"])
    op.create_index(op.f("ix_break_glass_person_id"), "break_glass", ["person_id"])
    op.create_index("ix_break_glass_reviewing", "break_glass", ["patient_institution_id", "verdict"])
