"""What a referral needs for its whole life: contacts of both sides, the vehicle, what the hospital instructs."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD = sa.text("status = 'held'")


def upgrade() -> None:
    """Add the columns; keep no referral from holding two beds."""
    for column in (
        sa.Column("origin_contact_name", sa.String(length=100)),
        sa.Column("origin_contact_phone", sa.String(length=40)),
        sa.Column("vehicle", sa.String(length=100)),
        sa.Column("escort", sa.String(length=100)),
        sa.Column("rehabilitation", sa.Text()),
        sa.Column("admitted_at", UtcDateTime()),
        sa.Column("discharged_at", UtcDateTime()),
        sa.Column("superseded_by", sa.String(length=36)),
    ):
        op.add_column("referrals", column)
    op.execute(
        "UPDATE referrals SET admitted_at = (SELECT max(at) FROM referral_history "
        "WHERE referral_id = referrals.id AND event = 'admit')"
    )
    # Since now a count leaves room for what is held.
    op.execute("UPDATE bed_pools SET total = occupied + held WHERE occupied + held > total")
    op.create_index(
        "uq_bed_holds_held",
        "bed_holds",
        ["referral_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
