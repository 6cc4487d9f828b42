"""Dead letters say since when and, set aside, why; a refused transaction keeps its OperationOutcome."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is parked already counts from now on."""
    op.add_column("outbox_delivery", sa.Column("parked_at", UtcDateTime()))
    op.add_column("outbox_delivery", sa.Column("note", sa.Text()))
    op.add_column(
        "record_dispatches",
        sa.Column(
            "refusal",
            sa.Text(),
            comment="the last refusal, an OperationOutcome without free text; nothing took place",
        ),
    )
    op.add_column(
        "record_dispatches",
        sa.Column(
            "overwrite",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="the next try goes over what others wrote",
        ),
    )
    op.execute("UPDATE outbox_delivery SET parked_at = CURRENT_TIMESTAMP WHERE state = 'parked'")
