"""Writes received instances into the index: one transaction, each study and series touched once.

Counts and prepared JSON are carried forward from the rows as they were locked, not counted again: on SQLite there is
one writer, on PostgreSQL the upsert holds the study's row until the commit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from imaging.errors import DicomProblem, belongs_elsewhere, instance_differs
from imaging.index.fragments import merge, series_fragment, study_fragment
from imaging.index.rows import Arrival, instance_row, series_row, study_row
from imaging.index.tables import instance, series, study
from runtime.database import Transaction

AnyRow = Row[*tuple[Any, ...]]
Rows = Mapping[str, AnyRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of an arrival: stored anew, there already with the same bytes, or refused with a reason."""

    arrival: Arrival
    new: bool
    problem: DicomProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedBatch:
    """What became of all arrivals of a transaction, in their order."""

    outcomes: Sequence[Recorded]
    totals: Mapping[str, int]
    """Instances that each study touched has now."""
    begun: bool
    """Whether one of the studies is new."""


async def record_arrivals(
    transaction: Transaction, arrivals: Sequence[Arrival], now: datetime
) -> RecordedBatch:
    """Write the rows of `arrivals`, in order; one refused arrival doesn't keep the others out."""
    connection = transaction.connection
    studies = await _claim_studies(connection, arrivals, now)
    known = await _known(connection, [arrival.description.sop_uid for arrival in arrivals])
    outcomes: list[Recorded] = []
    fresh: list[Arrival] = []
    for arrival in arrivals:
        before = known.get(arrival.description.sop_uid)
        problem = _refusal(arrival, before, studies)
        outcomes.append(Recorded(arrival=arrival, new=before is None and problem is None, problem=problem))
        if before is None and problem is None:
            known[arrival.description.sop_uid] = (arrival.sha256, arrival.institution_id)
            fresh.append(arrival)
    totals = await _add(connection, fresh, studies, now) if fresh else {}
    if len(fresh) < len(arrivals):
        await _drop_empty(connection, set(studies))
    begun = any(studies[uid].instance_count == 0 for uid in totals)
    return RecordedBatch(outcomes=outcomes, totals=totals, begun=begun)


def _refusal(arrival: Arrival, before: tuple[str, str] | None, studies: Rows) -> DicomProblem | None:
    if before is not None:
        sha256, institution_id = before
        if sha256 == arrival.sha256:
            return None
        return instance_differs() if institution_id == arrival.institution_id else belongs_elsewhere()
    if studies[arrival.description.study_uid].institution_id != arrival.institution_id:
        return belongs_elsewhere()
    return None


async def _known(connection: AsyncConnection, uids: Sequence[str]) -> dict[str, tuple[str, str]]:
    columns = (instance.c.sop_uid, instance.c.sha256, instance.c.institution_id)
    rows = await connection.execute(select(*columns).where(instance.c.sop_uid.in_(uids)))
    return {row.sop_uid: (row.sha256, row.institution_id) for row in rows}


async def _claim_studies(connection: AsyncConnection, arrivals: Sequence[Arrival], now: datetime) -> Rows:
    """Make or lock a row for every study, in one order for all writers; return the rows as they were.

    The lock makes writers of one study take turns on PostgreSQL; SQLite has one writer anyway.
    """
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = {arrival.description.study_uid: arrival for arrival in reversed(arrivals)}
    statement = build(study).values([study_row(first[uid], now) for uid in sorted(first)])
    locked = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[study.c.study_uid], set_={"revision": study.c.revision}
        ).returning(
            study.c.study_uid,
            study.c.institution_id,
            study.c.modalities,
            study.c.series_count,
            study.c.instance_count,
            study.c.revision,
            study.c.fragment,
        )
    )
    return {row.study_uid: row for row in locked}


async def _add(
    connection: AsyncConnection, fresh: Sequence[Arrival], studies: Rows, now: datetime
) -> dict[str, int]:
    """Write series and instances, bring counts and JSON up to date; return each study's instances."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [(arrival.description.study_uid, arrival.description.series_uid) for arrival in fresh]
    firsts = dict(zip(reversed(keys), reversed(fresh), strict=True))
    statement = build(series).values([series_row(firsts[key]) for key in sorted(firsts)])
    touched = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[series.c.study_uid, series.c.series_uid],
            set_={"instance_count": series.c.instance_count},
        ).returning(
            series.c.study_uid,
            series.c.series_uid,
            series.c.modality,
            series.c.instance_count,
            series.c.fragment,
        )
    )
    rows = touched.all()
    await connection.execute(insert(instance), [instance_row(arrival, now) for arrival in fresh])
    added = Counter(keys)
    await _update_series(connection, rows, added)
    return await _update_studies(connection, studies, rows, added, now)


async def _update_series(
    connection: AsyncConnection, rows: Sequence[AnyRow], added: Counter[tuple[str, str]]
) -> None:
    changes: list[dict[str, object]] = []
    for row in rows:
        count = row.instance_count + added[row.study_uid, row.series_uid]
        fragment = series_fragment(merge(row.fragment), study_uid=row.study_uid, instance_count=count)
        changes.append(
            {"study": row.study_uid, "series": row.series_uid, "instance_count": count, "fragment": fragment}
        )
    statement = update(series).where(
        series.c.study_uid == bindparam("study"), series.c.series_uid == bindparam("series")
    )
    await connection.execute(statement, changes)


async def _update_studies(
    connection: AsyncConnection,
    studies: Rows,
    rows: Sequence[AnyRow],
    added: Counter[tuple[str, str]],
    now: datetime,
) -> dict[str, int]:
    changes: list[dict[str, object]] = []
    totals: dict[str, int] = {}
    for uid in sorted({row.study_uid for row in rows}):
        before, own = studies[uid], [row for row in rows if row.study_uid == uid]
        totals[uid] = before.instance_count + sum(added[uid, row.series_uid] for row in own)
        modalities = sorted({*before.modalities, *(row.modality for row in own if row.modality)})
        series_count = before.series_count + sum(row.instance_count == 0 for row in own)
        fragment = study_fragment(
            merge(before.fragment),
            modalities=modalities,
            series_count=series_count,
            instance_count=totals[uid],
        )
        changes.append(
            {
                "study": uid,
                "revision": before.revision + 1,
                "changed_at": now,
                "modalities": modalities,
                "series_count": series_count,
                "instance_count": totals[uid],
                "fragment": fragment,
            }
        )
    await connection.execute(update(study).where(study.c.study_uid == bindparam("study")), changes)
    return totals


async def _drop_empty(connection: AsyncConnection, study_uids: set[str]) -> None:
    """Take back the claims of studies none of whose instances were accepted."""
    await connection.execute(
        study.delete().where(study.c.study_uid.in_(study_uids), study.c.instance_count == 0)
    )
