"""The feed's numbers, its head, and how far each reader has come. The events themselves stay in the outbox."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from consult_api.database import METADATA
from runtime.database import UtcDateTime

FEED = Table(
    "regulator_feed",
    METADATA,
    Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("chain", String(64), nullable=False, comment="SHA-256 over the chain before and this event"),
    Column("published_at", UtcDateTime, nullable=False),
)

HEAD = Table(
    "regulator_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("number", BigInteger, nullable=False),
    Column("chain", String(64), nullable=False),
)

READERS = Table(
    "regulator_readers",
    METADATA,
    Column("actor_id", String(36), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("number", BigInteger, nullable=False, comment="all up to it have been taken"),
    Column("seen_at", UtcDateTime, nullable=False),
)
