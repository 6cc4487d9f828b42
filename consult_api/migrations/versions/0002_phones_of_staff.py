"""A person's telephone number, rung when an emergent consult finds nobody at the screen."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "persons",
        sa.Column("phone", sa.String(length=40), comment="rung by whoever can't wait for the screen"),
    )
