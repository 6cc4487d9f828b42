"""Proposed times, agreed lengths, routes to other departments, and people rung by name."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, add the columns."""
    op.create_table(
        "consult_slots",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_consult_slots_consult_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["persons.id"], name=op.f("fk_consult_slots_proposed_by")),
        sa.PrimaryKeyConstraint("consult_id", "side", "at", name=op.f("pk_consult_slots")),
    )
    op.add_column(
        "consults",
        sa.Column("routed_at", UtcDateTime(), comment="when the ladder began anew, in another department"),
    )
    op.add_column("consults", sa.Column("scheduled_minutes", sa.Integer()))
    op.add_column(
        "consult_offers",
        sa.Column("called_by", sa.String(length=36), comment="who had them rung by name"),
    )
