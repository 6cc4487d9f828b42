"""The first tables: directory, patients, consults, referrals, beds, the record, the outbox and the audit."""

import sqlalchemy as sa
from alembic import op

from runtime.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


OPEN_REFERRAL = sa.text(
    "state IN ('submitted', 'redirected', 'accepted', 'transport_arranged', 'in_transit', 'arrived', 'admitted', "
    "'seen', 'down_proposed', 'down_accepted', 'returned', 'follow_up')"
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answered_requests",
        sa.Column("actor_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "key", name=op.f("pk_answered_requests")),
    )
    op.create_index(op.f("ix_answered_requests_at"), "answered_requests", ["at"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=1), nullable=False),
        sa.Column("subtype", sa.String(length=60), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=80), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", "seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_patient_id"), "audit_entry", ["patient_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "failed_attempts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "subject",
            sa.String(length=80),
            nullable=False,
            comment="what was tried, hashed: never a typed password",
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_attempts")),
    )
    op.create_index("ix_failed_attempts_subject", "failed_attempts", ["subject", "at"], unique=False)
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("because_kind", sa.String(length=20), nullable=False),
        sa.Column("because_id", sa.String(length=36), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_to", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_because", "grants", ["because_kind", "because_id"], unique=False)
    op.create_index("ix_grants_institution", "grants", ["institution_id", "patient_id"], unique=False)
    op.create_index("ix_grants_patient", "grants", ["patient_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "consumer", name=op.f("pk_inbox")),
    )
    op.create_table(
        "institutions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("social_credit_code", sa.String(length=18), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("social_credit_code", name=op.f("uq_institutions_social_credit_code")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("aggregate", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
    )
    op.create_index("outbox_aggregate_seq", "outbox", ["aggregate", "seq"], unique=True)
    op.create_table(
        "persons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True, comment="Argon2id"),
        sa.Column("pin_hash", sa.String(length=200), nullable=True, comment="Argon2id"),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("username", name=op.f("uq_persons_username")),
    )
    op.create_table(
        "received_studies",
        sa.Column("study_uid", sa.String(length=64), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False, comment="that stored it"),
        sa.Column("stored_by", sa.String(length=64), nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("study_uid", "institution_id", name=op.f("pk_received_studies")),
    )
    op.create_index("ix_received_studies_institution", "received_studies", ["institution_id"], unique=False)
    op.create_table(
        "record_dispatches",
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="prepared | committed"),
        sa.Column(
            "body", sa.Text(), nullable=False, comment="the transaction Bundle, the very bytes of every try"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("committed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subscriber", "event_id", name=op.f("pk_record_dispatches")),
    )
    op.create_table(
        "record_held",
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.String(length=64), nullable=False, comment="as the server returned it"),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="of what was written, without meta"
        ),
        sa.Column("event_id", sa.String(length=36), nullable=False, comment="the event that wrote it"),
        sa.Column(
            "source_version", sa.Integer(), nullable=False, comment="the clinic's version that it shows, or 0"
        ),
        sa.PrimaryKeyConstraint("subscriber", "resource_type", "resource_id", name=op.f("pk_record_held")),
    )
    op.create_table(
        "record_resources",
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the content without meta"),
        sa.PrimaryKeyConstraint("resource_type", "resource_id", name=op.f("pk_record_resources")),
    )
    op.create_index(
        "ix_record_resources_updated",
        "record_resources",
        ["resource_type", "updated_at", "resource_id"],
        unique=False,
    )
    op.create_table(
        "ticket_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_jwk", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_ticket_keys")),
    )
    op.create_table(
        "timers",
        sa.Column("aggregate", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("aggregate", "kind", "epoch", name=op.f("pk_timers")),
    )
    op.create_index("ix_timers_due", "timers", ["done_at", "due_at"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_credentials_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_person_id"), "credentials", ["person_id"], unique=False)
    op.create_table(
        "departments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_departments_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
    )
    op.create_index(op.f("ix_departments_institution_id"), "departments", ["institution_id"], unique=False)
    op.create_table(
        "machine_tokens",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=True, comment="null: the county's"),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_machine_tokens_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_machine_tokens_sha256")),
    )
    op.create_table(
        "outbox_delivery",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscriber", sa.String(length=40), nullable=False),
        sa.Column("aggregate", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["position"], ["outbox.position"], name=op.f("fk_outbox_delivery_position")),
        sa.PrimaryKeyConstraint("position", "subscriber", name=op.f("pk_outbox_delivery")),
    )
    op.create_index(
        "outbox_delivery_open", "outbox_delivery", ["subscriber", "state", "not_before"], unique=False
    )
    op.create_index(
        "outbox_delivery_order",
        "outbox_delivery",
        ["subscriber", "aggregate", "state", "position"],
        unique=False,
    )
    op.create_table(
        "patients",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "pinyin", sa.String(length=300), nullable=False, comment="syllables without tones or blanks"
        ),
        sa.Column("initials", sa.String(length=100), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("resident_id", sa.String(length=18), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("registered_by", sa.String(length=36), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_patients_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patients")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_patients_resident_id")),
    )
    op.create_index(op.f("ix_patients_initials"), "patients", ["initials"], unique=False)
    op.create_index(op.f("ix_patients_name"), "patients", ["name"], unique=False)
    op.create_index(op.f("ix_patients_pinyin"), "patients", ["pinyin"], unique=False)
    op.create_table(
        "record_index",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=64), nullable=False),
        sa.Column("parameter", sa.String(length=40), nullable=False),
        sa.Column("system", sa.String(length=400), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("low_us", sa.BigInteger(), nullable=True),
        sa.Column("high_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_type", "resource_id"],
            ["record_resources.resource_type", "record_resources.resource_id"],
            name=op.f("fk_record_index_resource_type_resource_id"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_record_index")),
    )
    op.create_index("ix_record_index_reference", "record_index", ["parameter", "value"], unique=False)
    op.create_index(
        "ix_record_index_resource",
        "record_index",
        ["resource_type", "resource_id", "parameter"],
        unique=False,
    )
    op.create_index(
        "ix_record_index_span", "record_index", ["resource_type", "parameter", "low_us"], unique=False
    )
    op.create_index(
        "ix_record_index_value", "record_index", ["resource_type", "parameter", "value"], unique=False
    )
    op.create_table(
        "record_versions",
        sa.Column("resource_type", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("method", sa.String(length=4), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="canonical JSON, as it is answered"),
        sa.ForeignKeyConstraint(
            ["resource_type", "resource_id"],
            ["record_resources.resource_type", "record_resources.resource_id"],
            name=op.f("fk_record_versions_resource_type_resource_id"),
        ),
        sa.PrimaryKeyConstraint("resource_type", "resource_id", "version", name=op.f("pk_record_versions")),
    )
    op.create_index("ix_record_versions_updated", "record_versions", ["updated_at"], unique=False)
    op.create_table(
        "bed_pools",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("occupied", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("as_of", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        sa.CheckConstraint("total >= 0 AND occupied >= 0 AND held >= 0", name=op.f("ck_bed_pools_counts")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["persons.id"], name=op.f("fk_bed_pools_confirmed_by")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_bed_pools_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_bed_pools_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed_pools")),
        sa.UniqueConstraint("department_id", name=op.f("uq_bed_pools_department_id")),
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_episodes_institution_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_episodes_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episodes")),
    )
    op.create_index(op.f("ix_episodes_patient_id"), "episodes", ["patient_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_memberships_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_memberships_institution_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_department_id"), "memberships", ["department_id"], unique=False)
    op.create_index(op.f("ix_memberships_institution_id"), "memberships", ["institution_id"], unique=False)
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False, comment="1 is rung first; 0 is the director"),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_shifts_department_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_shifts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_department", "shifts", ["department_id", "starts_at", "ends_at"], unique=False)
    op.create_table(
        "bed_holds",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("pool_id", sa.String(length=36), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_bed_holds_patient_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["bed_pools.id"], name=op.f("fk_bed_holds_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed_holds")),
    )
    op.create_index(op.f("ix_bed_holds_pool_id"), "bed_holds", ["pool_id"], unique=False)
    op.create_index("ix_bed_holds_referral", "bed_holds", ["referral_id", "status"], unique=False)
    op.create_table(
        "consults",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("episode_id", sa.String(length=36), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=True),
        sa.Column("vitals", sa.JSON(), nullable=True),
        sa.Column("requester_id", sa.String(length=36), nullable=False),
        sa.Column("requester_institution_id", sa.String(length=36), nullable=False),
        sa.Column("requester_department_id", sa.String(length=36), nullable=True),
        sa.Column("department_id", sa.String(length=36), nullable=False),
        sa.Column("institution_id", sa.String(length=36), nullable=False, comment="that answers"),
        sa.Column("specialist_id", sa.String(length=36), nullable=True),
        sa.Column("room_id", sa.String(length=36), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("scheduled_for", UtcDateTime(), nullable=True),
        sa.Column("session_started_at", UtcDateTime(), nullable=True),
        sa.Column("session_ended_at", UtcDateTime(), nullable=True),
        sa.Column("escalate_at", UtcDateTime(), nullable=True),
        sa.Column("breach_at", UtcDateTime(), nullable=True),
        sa.Column("report_due_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledge_due_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("referral_id", sa.String(length=36), nullable=True, comment="the referral that followed"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_consults_department_id")
        ),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_consults_episode_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_consults_institution_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_consults_patient_id")),
        sa.ForeignKeyConstraint(
            ["requester_department_id"], ["departments.id"], name=op.f("fk_consults_requester_department_id")
        ),
        sa.ForeignKeyConstraint(["requester_id"], ["persons.id"], name=op.f("fk_consults_requester_id")),
        sa.ForeignKeyConstraint(
            ["requester_institution_id"],
            ["institutions.id"],
            name=op.f("fk_consults_requester_institution_id"),
        ),
        sa.ForeignKeyConstraint(["specialist_id"], ["persons.id"], name=op.f("fk_consults_specialist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consults")),
        sa.UniqueConstraint("room_id", name=op.f("uq_consults_room_id")),
    )
    op.create_index("ix_consults_answered", "consults", ["department_id", "state"], unique=False)
    op.create_index("ix_consults_asked", "consults", ["requester_institution_id", "state"], unique=False)
    op.create_index(op.f("ix_consults_episode_id"), "consults", ["episode_id"], unique=False)
    op.create_index(op.f("ix_consults_patient_id"), "consults", ["patient_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the cookie's value"),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("membership_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["memberships.id"], name=op.f("fk_sessions_membership_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "acknowledgements",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_acknowledgements_by")),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_acknowledgements_consult_id")),
        sa.PrimaryKeyConstraint("consult_id", "report_version", name=op.f("pk_acknowledgements")),
    )
    op.create_table(
        "consult_history",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True, comment="null: the platform itself"),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_consult_history_by")),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_consult_history_consult_id")),
        sa.PrimaryKeyConstraint("consult_id", "seq", name=op.f("pk_consult_history")),
    )
    op.create_table(
        "consult_offers",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("is_director", sa.Boolean(), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_consult_offers_consult_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_consult_offers_person_id")),
        sa.PrimaryKeyConstraint("consult_id", "person_id", name=op.f("pk_consult_offers")),
    )
    op.create_index("ix_consult_offers_person", "consult_offers", ["person_id", "status"], unique=False)
    op.create_table(
        "consult_studies",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("study_uid", sa.String(length=64), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("study_date", sa.Date(), nullable=True),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("patient_mismatch_confirmed", sa.Boolean(), nullable=False),
        sa.Column("linked_by", sa.String(length=36), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_consult_studies_consult_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["persons.id"], name=op.f("fk_consult_studies_linked_by")),
        sa.PrimaryKeyConstraint("consult_id", "study_uid", name=op.f("pk_consult_studies")),
    )
    op.create_index("ix_consult_studies_study", "consult_studies", ["study_uid"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.String(length=36), nullable=False),
        sa.Column("episode_id", sa.String(length=36), nullable=False),
        sa.Column("consult_id", sa.String(length=36), nullable=True),
        sa.Column("requester_id", sa.String(length=36), nullable=False),
        sa.Column("origin_institution_id", sa.String(length=36), nullable=False),
        sa.Column("origin_department_id", sa.String(length=36), nullable=True),
        sa.Column("to_institution_id", sa.String(length=36), nullable=False),
        sa.Column("to_department_id", sa.String(length=36), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("slot_at", UtcDateTime(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("alternative", sa.Text(), nullable=True),
        sa.Column("transport", sa.String(length=20), nullable=True),
        sa.Column("expected_at", UtcDateTime(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("respond_at", UtcDateTime(), nullable=True),
        sa.Column("overdue_at", UtcDateTime(), nullable=True),
        sa.Column("back_report_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_referrals_consult_id")),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_referrals_episode_id")),
        sa.ForeignKeyConstraint(
            ["origin_department_id"], ["departments.id"], name=op.f("fk_referrals_origin_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["origin_institution_id"], ["institutions.id"], name=op.f("fk_referrals_origin_institution_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_referrals_patient_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["persons.id"], name=op.f("fk_referrals_requester_id")),
        sa.ForeignKeyConstraint(
            ["to_department_id"], ["departments.id"], name=op.f("fk_referrals_to_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_institution_id"], ["institutions.id"], name=op.f("fk_referrals_to_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_consult_id"), "referrals", ["consult_id"], unique=False)
    op.create_index(op.f("ix_referrals_episode_id"), "referrals", ["episode_id"], unique=False)
    op.create_index(op.f("ix_referrals_patient_id"), "referrals", ["patient_id"], unique=False)
    op.create_index("ix_referrals_to", "referrals", ["to_institution_id", "state"], unique=False)
    op.create_index(
        "uq_referrals_open",
        "referrals",
        ["patient_id", "origin_institution_id"],
        unique=True,
        sqlite_where=OPEN_REFERRAL,
        postgresql_where=OPEN_REFERRAL,
    )
    op.create_table(
        "report_drafts",
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=36), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_report_drafts_consult_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["persons.id"], name=op.f("fk_report_drafts_saved_by")),
        sa.PrimaryKeyConstraint("consult_id", name=op.f("pk_report_drafts")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("consult_id", sa.String(length=36), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column("signed_by", sa.String(length=36), nullable=False),
        sa.Column("signed_institution_id", sa.String(length=36), nullable=False),
        sa.Column("signed_department_id", sa.String(length=36), nullable=True),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_reports_consult_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["persons.id"], name=op.f("fk_reports_signed_by")),
        sa.ForeignKeyConstraint(
            ["signed_department_id"], ["departments.id"], name=op.f("fk_reports_signed_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_institution_id"], ["institutions.id"], name=op.f("fk_reports_signed_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_consult", "reports", ["consult_id", "version"], unique=True)
    op.create_table(
        "referral_history",
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_referral_history_by")),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_history_referral_id")
        ),
        sa.PrimaryKeyConstraint("referral_id", "seq", name=op.f("pk_referral_history")),
    )
