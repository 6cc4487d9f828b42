"""SQL of the record. Whoever reads names the actor, and sees what `consult_api.access` lets them see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import true as always
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import True_

from consult_api.access import Action, Actor, permits, visible_patients
from consult_api.health_record.fhir.indexing import IndexRow
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.rules import DIRECTORY_TYPES, PATIENT_INDEX, Current, Stored
from consult_api.health_record.tables import INDEX, RESOURCES, VERSIONS

BATCH = 500


def visible(actor: Actor, now: datetime, patient_system: str) -> ColumnElement[bool]:
    """The filter for rows of `RESOURCES` that the actor may see.

    A resource is seen when all patients it speaks of are, and there is one, or when it belongs to the directory.

    Args:
        actor: who asks.
        now: when.
        patient_system: the system of the identifier by which a Patient resource names the county's own patient.
    """
    named = INDEX.alias("named")
    allowed = visible_patients(actor, named.c.value, now)
    if isinstance(allowed, True_):
        return always()
    spoken = INDEX.alias("spoken")
    speaks = and_(
        spoken.c.resource_type == RESOURCES.c.resource_type,
        spoken.c.resource_id == RESOURCES.c.resource_id,
        spoken.c.parameter == PATIENT_INDEX,
    )
    seen = exists().where(
        named.c.resource_type == "Patient",
        named.c.resource_id == spoken.c.value,
        named.c.parameter == "identifier",
        named.c.system == patient_system,
        allowed,
    )
    every_patient = and_(exists().where(speaks), not_(exists().where(speaks, not_(seen))))
    directory = RESOURCES.c.resource_type.in_(DIRECTORY_TYPES)
    return or_(every_patient, directory) if permits(actor, Action.USE_RECORD) else ~always()


async def lock(connection: AsyncConnection, targets: Iterable[Identity]) -> None:
    """Make writers of the same resources take turns; SQLite has one writer anyway."""
    if connection.dialect.name != "postgresql":
        return
    keys = {int.from_bytes(sha256(str(target).encode()).digest()[:8], signed=True) for target in targets}
    for key in sorted(keys):
        await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def current(connection: AsyncConnection, target: Identity) -> Current | None:
    """Return what is stored of a resource, whoever asks; it is only compared with, never shown."""
    query = select(RESOURCES.c.version, RESOURCES.c.sha256, RESOURCES.c.updated_at)
    row = (await connection.execute(query.where(*_is(RESOURCES, target)))).mappings().first()
    return None if row is None else Current(**row)


async def sees(connection: AsyncConnection, target: Identity, may_see: ColumnElement[bool]) -> bool:
    """Whether a stored resource passes the filter of `visible`."""
    query = select(RESOURCES.c.version).where(*_is(RESOURCES, target), may_see)
    return (await connection.execute(query)).first() is not None


async def read(
    connection: AsyncConnection, target: Identity, may_see: ColumnElement[bool], version: int | None = None
) -> Stored | None:
    """Return the current version, or the one asked for, when the actor may see the resource."""
    wanted = VERSIONS.c.version == (RESOURCES.c.version if version is None else version)
    query = select(VERSIONS).join(RESOURCES, _same_resource()).where(*_is(RESOURCES, target), wanted, may_see)
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else stored(row)


async def read_many(
    connection: AsyncConnection, targets: Sequence[Identity], may_see: ColumnElement[bool]
) -> dict[Identity, Stored]:
    """Return the current versions of those resources that exist and may be seen."""
    found: dict[Identity, Stored] = {}
    for start in range(0, len(targets), BATCH):
        keys = [(target.resource_type, target.resource_id) for target in targets[start : start + BATCH]]
        query = (
            select(VERSIONS)
            .join(RESOURCES, and_(_same_resource(), VERSIONS.c.version == RESOURCES.c.version))
            .where(tuple_(RESOURCES.c.resource_type, RESOURCES.c.resource_id).in_(keys), may_see)
        )
        for row in (await connection.execute(query)).mappings():
            one = stored(row)
            found[one.identity] = one
    return found


async def history(
    connection: AsyncConnection,
    may_see: ColumnElement[bool],
    *,
    resource_type: str = "",
    resource_id: str = "",
    since: datetime | None = None,
    count: int,
    offset: int,
) -> tuple[int, list[Stored]]:
    """Return how many versions there are and one page of them, newest first."""
    where = [may_see]
    if resource_type:
        where.append(VERSIONS.c.resource_type == resource_type)
    if resource_id:
        where.append(VERSIONS.c.resource_id == resource_id)
    if since is not None:
        where.append(VERSIONS.c.updated_at >= since)
    versions = select(VERSIONS).join(RESOURCES, _same_resource()).where(*where)
    total = await connection.scalar(select(func.count()).select_from(versions.subquery()))
    ordered = versions.order_by(
        VERSIONS.c.updated_at.desc(),
        VERSIONS.c.version.desc(),
        VERSIONS.c.resource_type,
        VERSIONS.c.resource_id,
    )
    rows = (await connection.execute(ordered.limit(count).offset(offset))).mappings()
    return total or 0, [stored(row) for row in rows]


async def add_version(
    connection: AsyncConnection, new: Stored, *, sha256: str, rows: Iterable[IndexRow]
) -> None:
    """Store a version and make it the current one, with its index."""
    target = new.identity
    if new.version == 1:
        await connection.execute(
            insert(RESOURCES).values(
                resource_type=target.resource_type,
                resource_id=target.resource_id,
                version=1,
                updated_at=new.updated_at,
                sha256=sha256,
            )
        )
    else:
        await connection.execute(
            update(RESOURCES)
            .where(*_is(RESOURCES, target))
            .values(version=new.version, updated_at=new.updated_at, sha256=sha256)
        )
        await connection.execute(delete(INDEX).where(*_is(INDEX, target)))
    await connection.execute(
        insert(VERSIONS).values(
            resource_type=target.resource_type,
            resource_id=target.resource_id,
            version=new.version,
            updated_at=new.updated_at,
            method=new.method,
            body=new.body,
        )
    )
    values = [
        {
            "resource_type": target.resource_type,
            "resource_id": target.resource_id,
            "parameter": row.parameter,
            "system": row.system,
            "value": row.value,
            "low_us": row.low_us,
            "high_us": row.high_us,
        }
        for row in sorted(rows, key=lambda row: (row.parameter, row.system, row.value))
    ]
    if values:
        await connection.execute(insert(INDEX), values)


async def patients_spoken_of(connection: AsyncConnection, targets: Sequence[Identity]) -> frozenset[str]:
    """Return the ids of the Patients that stored resources speak of."""
    if not targets:
        return frozenset()
    keys = [(target.resource_type, target.resource_id) for target in targets[:BATCH]]
    query = select(INDEX.c.value).where(
        tuple_(INDEX.c.resource_type, INDEX.c.resource_id).in_(keys), INDEX.c.parameter == PATIENT_INDEX
    )
    return frozenset(await connection.scalars(query))


async def county_patient(connection: AsyncConnection, patient_ids: frozenset[str], system: str) -> str | None:
    """Return the county's own id of the one patient spoken of, for the audit; None for none or several."""
    if len(patient_ids) != 1:
        return None
    query = select(INDEX.c.value).where(
        INDEX.c.resource_type == "Patient",
        INDEX.c.resource_id.in_(patient_ids),
        INDEX.c.parameter == "identifier",
        INDEX.c.system == system,
    )
    return await connection.scalar(query)


def stored(row: RowMapping) -> Stored:
    """Turn a row of `VERSIONS` into a value."""
    return Stored(
        identity=Identity(row["resource_type"], row["resource_id"]),
        version=row["version"],
        updated_at=row["updated_at"],
        body=row["body"],
        method=row["method"],
    )


def _is(table: Table, target: Identity) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (table.c.resource_type == target.resource_type, table.c.resource_id == target.resource_id)


def _same_resource() -> ColumnElement[bool]:
    return and_(
        VERSIONS.c.resource_type == RESOURCES.c.resource_type,
        VERSIONS.c.resource_id == RESOURCES.c.resource_id,
    )
