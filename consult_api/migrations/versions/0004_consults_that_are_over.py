"""Whether a consult is over, so that lists find the open ones however many have been closed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, fill it, and index what the lists look for."""
    op.add_column(
        "consults",
        sa.Column(
            "is_over",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="whether the state is final; lists look for it",
        ),
    )
    op.execute("UPDATE consults SET is_over = true WHERE state IN ('closed', 'declined', 'cancelled')")
    op.drop_index("ix_consults_asked", "consults")
    op.drop_index("ix_consults_answered", "consults")
    op.create_index("ix_consults_asked", "consults", ["requester_institution_id", "is_over", "id"])
    op.create_index("ix_consults_answered", "consults", ["department_id", "is_over", "id"])
    op.create_index("ix_consults_of_hospital", "consults", ["institution_id", "is_over", "id"])
    op.create_index("ix_consults_of_specialist", "consults", ["specialist_id", "is_over", "id"])
