"""Writes received instances into the index: one transaction, each study and series touched once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from imaging.errors import DicomProblem, belongs_elsewhere, instance_differs
from imaging.index.fragments import (
    merge,
    series_fragment,
    study_fragment,
)
from imaging.index.rows import Arrival, instance_row, series_row, study_row
from imaging.index.tables import instance, series, study
from runtime.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of an arrival: stored anew, there already with the same bytes, or refused with a reason."""

    arrival: Arrival
    new: bool
    problem: DicomProblem | None = None


async def record_arrivals(
    transaction: Transaction, arrivals: Sequence[Arrival], now: datetime
) -> list[Recorded]:
    """Write the rows of `arrivals`, in order; one refused arrival doesn't keep the others out."""
    connection = transaction.connection
    owners = await _claim_studies(connection, arrivals, now)
    known = await _known(connection, [arrival.description.sop_uid for arrival in arrivals])
    outcomes: list[Recorded] = []
    fresh: list[Arrival] = []
    for arrival in arrivals:
        before = known.get(arrival.description.sop_uid)
        problem = _refusal(arrival, before, owners)
        outcomes.append(Recorded(arrival=arrival, new=before is None and problem is None, problem=problem))
        if before is None and problem is None:
            known[arrival.description.sop_uid] = (arrival.sha256, arrival.institution_id)
            fresh.append(arrival)
    if fresh:
        await _insert(connection, fresh, now)
        await _refresh(connection, {arrival.description.study_uid for arrival in fresh}, now)
    await _drop_empty(connection, {arrival.description.study_uid for arrival in arrivals})
    return outcomes


def _refusal(
    arrival: Arrival, before: tuple[str, str] | None, owners: Mapping[str, str]
) -> DicomProblem | None:
    if before is not None:
        sha256, institution_id = before
        if sha256 == arrival.sha256:
            return None
        return instance_differs() if institution_id == arrival.institution_id else belongs_elsewhere()
    if owners[arrival.description.study_uid] != arrival.institution_id:
        return belongs_elsewhere()
    return None


async def _known(connection: AsyncConnection, uids: Sequence[str]) -> dict[str, tuple[str, str]]:
    columns = (instance.c.sop_uid, instance.c.sha256, instance.c.institution_id)
    rows = await connection.execute(select(*columns).where(instance.c.sop_uid.in_(uids)))
    return {row.sop_uid: (row.sha256, row.institution_id) for row in rows}


async def _claim_studies(
    connection: AsyncConnection, arrivals: Sequence[Arrival], now: datetime
) -> dict[str, str]:
    """Make a row for every study and lock it, in one order for all writers; return who owns each.

    The lock makes writers of one study take turns on PostgreSQL; SQLite has one writer anyway.
    """
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = {arrival.description.study_uid: arrival for arrival in reversed(arrivals)}
    values = [study_row(first[uid], now) for uid in sorted(first)]
    await connection.execute(build(study).on_conflict_do_nothing(), values)
    owned = (
        select(study.c.study_uid, study.c.institution_id)
        .where(study.c.study_uid.in_(sorted(first)))
        .order_by(study.c.study_uid)
        .with_for_update()
    )
    return {row.study_uid: row.institution_id for row in await connection.execute(owned)}


async def _insert(connection: AsyncConnection, fresh: Sequence[Arrival], now: datetime) -> None:
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    firsts = {
        (arrival.description.study_uid, arrival.description.series_uid): arrival
        for arrival in reversed(fresh)
    }
    rows = [series_row(arrival) for arrival in firsts.values()]
    await connection.execute(build(series).on_conflict_do_nothing(), rows)
    await connection.execute(insert(instance), [instance_row(arrival, now) for arrival in fresh])


async def _refresh(connection: AsyncConnection, study_uids: set[str], now: datetime) -> None:
    """Count again and prepare the JSON of the studies and series that were touched."""
    counts = (
        select(instance.c.study_uid, instance.c.series_uid, func.count().label("instances"))
        .where(instance.c.study_uid.in_(study_uids))
        .group_by(instance.c.study_uid, instance.c.series_uid)
    )
    by_series = {(row.study_uid, row.series_uid): row.instances for row in await connection.execute(counts)}
    rows = (await connection.execute(select(series).where(series.c.study_uid.in_(study_uids)))).all()
    for row in rows:
        count = by_series.get((row.study_uid, row.series_uid), 0)
        if count != row.instance_count:
            await connection.execute(
                update(series)
                .where(series.c.study_uid == row.study_uid, series.c.series_uid == row.series_uid)
                .values(
                    instance_count=count,
                    fragment=series_fragment(
                        merge(row.fragment), study_uid=row.study_uid, instance_count=count
                    ),
                )
            )
    for row in (await connection.execute(select(study).where(study.c.study_uid.in_(study_uids)))).all():
        own = [other for other in rows if other.study_uid == row.study_uid]
        await _refresh_study(
            connection,
            row,
            modalities=sorted({other.modality for other in own if other.modality}),
            series_count=len(own),
            instance_count=sum(by_series.get((o.study_uid, o.series_uid), 0) for o in own),
            now=now,
        )


async def _refresh_study(
    connection: AsyncConnection,
    row: Row[tuple[object, ...]],
    *,
    modalities: list[str],
    series_count: int,
    instance_count: int,
    now: datetime,
) -> None:
    fragment = study_fragment(
        merge(row.fragment), modalities=modalities, series_count=series_count, instance_count=instance_count
    )
    await connection.execute(
        update(study)
        .where(study.c.study_uid == row.study_uid)
        .values(
            modalities=modalities,
            series_count=series_count,
            instance_count=instance_count,
            revision=row.revision + 1,
            changed_at=now,
            fragment=fragment,
        )
    )


async def _drop_empty(connection: AsyncConnection, study_uids: set[str]) -> None:
    """Take back the claims of studies none of whose instances were accepted."""
    await connection.execute(
        study.delete().where(study.c.study_uid.in_(study_uids), study.c.instance_count == 0)
    )
