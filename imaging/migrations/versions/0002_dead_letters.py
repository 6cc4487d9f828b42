"""Dead letters say since when and, set aside, why."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("outbox_delivery", sa.Column("parked_at", UtcDateTime()))
    op.add_column("outbox_delivery", sa.Column("note", sa.Text()))
