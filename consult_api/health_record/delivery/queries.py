"""What the writer remembers: the bytes it sends, and what each record is known to hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.tables import DISPATCHES, HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The transaction of one event for one record.

    Attributes:
        body: the Bundle.
        committed: the record has it.
        is_new: it can't have been sent yet.
        refused: the record has refused it as a whole; it is built anew for the next try.
        overwrite: a human said that it may go over what others wrote.
    """

    body: str
    committed: bool = False
    is_new: bool = False
    refused: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a record holds of a resource, as far as we wrote it: its version, and our content's hash."""

    version_id: str
    sha256: str
    source_version: int


async def find_dispatch(connection: AsyncConnection, subscriber: str, event_id: str) -> Dispatch | None:
    """Return the transaction that was prepared for an event before."""
    query = select(DISPATCHES).where(DISPATCHES.c.subscriber == subscriber, DISPATCHES.c.event_id == event_id)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    return Dispatch(
        body=row["body"],
        committed=row["state"] == "committed",
        refused=row["refusal"] is not None,
        overwrite=row["overwrite"],
    )


async def refusal_of(connection: AsyncConnection, subscriber: str, event_id: str) -> tuple[str, str] | None:
    """Return the Bundle that was refused last and the OperationOutcome, as JSON; None when none was."""
    query = select(DISPATCHES.c.body, DISPATCHES.c.refusal).where(
        DISPATCHES.c.subscriber == subscriber,
        DISPATCHES.c.event_id == event_id,
        DISPATCHES.c.refusal.is_not(None),
    )
    row = (await connection.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def add_dispatch(
    connection: AsyncConnection, subscriber: str, event_id: str, body: str, now: datetime
) -> None:
    """Keep a transaction's bytes before they are sent for the first time."""
    await connection.execute(
        insert(DISPATCHES).values(
            subscriber=subscriber,
            event_id=event_id,
            state="prepared",
            body=body,
            sha256=sha256(body.encode()).hexdigest(),
            prepared_at=now,
        )
    )


async def replace_dispatch(connection: AsyncConnection, subscriber: str, event_id: str, body: str) -> None:
    """Keep other bytes instead: those before were refused as a whole."""
    await connection.execute(
        update(DISPATCHES)
        .where(DISPATCHES.c.subscriber == subscriber, DISPATCHES.c.event_id == event_id)
        .values(body=body, sha256=sha256(body.encode()).hexdigest(), refusal=None, overwrite=False)
    )


async def note_refusal(connection: AsyncConnection, subscriber: str, event_id: str, refusal: str) -> None:
    """Keep why the record refused a transaction, without its free texts."""
    await connection.execute(
        update(DISPATCHES)
        .where(DISPATCHES.c.subscriber == subscriber, DISPATCHES.c.event_id == event_id)
        .values(refusal=refusal)
    )


async def allow_overwriting(connection: AsyncConnection, subscriber: str, event_id: str) -> None:
    """Let the next try of an event go over what others wrote into the record."""
    await connection.execute(
        update(DISPATCHES)
        .where(DISPATCHES.c.subscriber == subscriber, DISPATCHES.c.event_id == event_id)
        .values(overwrite=True)
    )


async def mark_committed(connection: AsyncConnection, subscriber: str, event_id: str, now: datetime) -> None:
    """Note that the record holds the event."""
    await connection.execute(
        update(DISPATCHES)
        .where(DISPATCHES.c.subscriber == subscriber, DISPATCHES.c.event_id == event_id)
        .values(state="committed", committed_at=now, refusal=None)
    )


async def held(
    connection: AsyncConnection, subscriber: str, targets: Sequence[Identity]
) -> dict[Identity, Held]:
    """Return what the record is known to hold of these resources."""
    keys = [(target.resource_type, target.resource_id) for target in targets]
    query = select(HELD).where(
        HELD.c.subscriber == subscriber, tuple_(HELD.c.resource_type, HELD.c.resource_id).in_(keys)
    )
    return {
        Identity(row["resource_type"], row["resource_id"]): Held(
            version_id=row["version_id"], sha256=row["sha256"], source_version=row["source_version"]
        )
        for row in (await connection.execute(query)).mappings()
    }


async def remember(
    connection: AsyncConnection, subscriber: str, event_id: str, found: Mapping[Identity, Held]
) -> None:
    """Note what the record holds now."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for target, known in _sorted(found.items()):
        values = {
            "version_id": known.version_id,
            "sha256": known.sha256,
            "event_id": event_id,
            "source_version": known.source_version,
        }
        await connection.execute(
            build(HELD)
            .values(
                subscriber=subscriber,
                resource_type=target.resource_type,
                resource_id=target.resource_id,
                **values,
            )
            .on_conflict_do_update(index_elements=["subscriber", "resource_type", "resource_id"], set_=values)
        )


async def renumber(connection: AsyncConnection, subscriber: str, versions: Mapping[Identity, str]) -> None:
    """Note other version ids of what the record holds as we wrote it."""
    for target, version in sorted(versions.items(), key=lambda item: str(item[0])):
        await connection.execute(
            update(HELD)
            .where(
                HELD.c.subscriber == subscriber,
                HELD.c.resource_type == target.resource_type,
                HELD.c.resource_id == target.resource_id,
            )
            .values(version_id=version)
        )


async def forget(connection: AsyncConnection, subscriber: str, lost: Sequence[Identity]) -> None:
    """The record has lost these: they are to be created anew."""
    keys = [(target.resource_type, target.resource_id) for target in lost]
    await connection.execute(
        delete(HELD).where(
            HELD.c.subscriber == subscriber, tuple_(HELD.c.resource_type, HELD.c.resource_id).in_(keys)
        )
    )


def _sorted(items: Iterable[tuple[Identity, Held]]) -> list[tuple[Identity, Held]]:
    """One order for all writers, so that two of them can't wait for each other."""
    return sorted(items, key=lambda item: str(item[0]))
