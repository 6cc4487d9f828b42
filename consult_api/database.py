"""The one set of tables of this service. Every feature's `tables.py` declares its own in `METADATA`."""

from sqlalchemy import MetaData

from runtime.audit import audit_tables
from runtime.outbox import outbox_tables

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

AUDIT = audit_tables(METADATA)
OUTBOX = outbox_tables(METADATA)
