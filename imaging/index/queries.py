"""Reads the index: searches, and where things are."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from imaging.dicom.frames import FrameTable
from imaging.dicom.json_model import JsonDataSet, dumps
from imaging.index.fragments import INSTANCE_TAGS, SERIES_TAGS, merge
from imaging.index.matching import KEYS, Level, Search, conditions
from imaging.index.tables import instance, series, study

_TABLE = {Level.STUDY: study, Level.SERIES: series, Level.INSTANCE: instance}
_UID_COLUMN = {
    Level.STUDY: study.c.study_uid,
    Level.SERIES: series.c.study_uid,
    Level.INSTANCE: instance.c.study_uid,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInstance:
    """Where an instance's bytes are and how its frames lie in them."""

    sop_uid: str
    study_uid: str
    series_uid: str
    sop_class: str
    transfer_syntax: str
    sha256: str
    size_bytes: int
    frames: FrameTable


async def search(connection: AsyncConnection, wanted: Search) -> list[bytes]:
    """Return the JSON objects found, in a stable order: latest study first, then series, then instances."""
    query = _select(wanted, connection.dialect.name)
    rows = (await connection.execute(query)).all()
    extra = wanted.all_fields or bool(_missing(wanted))
    fragments = len(query.selected_columns) - extra
    if not extra and fragments == 1:
        return [bytes(row[0]) for row in rows]
    answers: list[bytes] = []
    for row in rows:
        merged = merge(*(bytes(fragment) for fragment in row[:fragments]))
        if extra:
            merged = _with_fields(merged, json.loads(zlib.decompress(row.header)), wanted)
        answers.append(dumps(merged))
    return answers


def _missing(wanted: Search) -> frozenset[str]:
    """The fields asked for that a representative header must supply, none that belong to a level below."""
    below: tuple[str, ...] = ()
    if wanted.level <= Level.SERIES:
        below += (*INSTANCE_TAGS, "0020000E" if wanted.level == Level.STUDY else "")
    if wanted.level == Level.STUDY:
        below += SERIES_TAGS
    return wanted.fields - frozenset(below)


def _with_fields(merged: JsonDataSet, header: JsonDataSet, wanted: Search) -> JsonDataSet:
    if wanted.all_fields and wanted.level == Level.INSTANCE:
        added = {tag: value for tag, value in header.items() if "BulkDataURI" not in value}
    else:
        added = {tag: header[tag] for tag in _missing(wanted) if tag in header}
    return dict(sorted({**added, **merged}.items()))


def _select(wanted: Search, dialect: str) -> Select[*tuple[bytes, ...]]:
    """Build the query. Columns: the level's fragment, those of the levels above unless the path fixes them."""
    level = wanted.level
    columns: list[ColumnElement[bytes]] = [
        {Level.STUDY: study, Level.SERIES: series, Level.INSTANCE: instance}[level].c.fragment
    ]
    relational = level == Level.INSTANCE and wanted.series_uid is None
    if relational:
        columns.append(series.c.fragment)
    if level > Level.STUDY and wanted.study_uid is None:
        columns.append(study.c.fragment)
    if wanted.all_fields or _missing(wanted):
        columns.append(_header(level).label("header"))
    query = select(*columns)
    levels = {KEYS[path].level for path, _ in wanted.matches} | {level}
    if level == Level.INSTANCE:
        query = query.select_from(instance)
        if relational or Level.SERIES in levels:
            query = query.join(
                series,
                (series.c.study_uid == instance.c.study_uid) & (series.c.series_uid == instance.c.series_uid),
            )
    elif level == Level.SERIES:
        query = query.select_from(series)
    if level > Level.STUDY and (Level.STUDY in levels or wanted.study_uid is None):
        query = query.join(study, study.c.study_uid == _UID_COLUMN[level])
    query = query.where(*conditions(wanted, dialect))
    if wanted.study_uid is not None:
        query = query.where(_UID_COLUMN[level] == wanted.study_uid)
    if wanted.series_uid is not None:
        column = series.c.series_uid if level == Level.SERIES else instance.c.series_uid
        query = query.where(column == wanted.series_uid)
    if wanted.granted is not None:
        query = query.where(_UID_COLUMN[level].in_(_listed(wanted.granted, dialect)))
    return _ordered(query, wanted).limit(wanted.limit).offset(wanted.offset)


def _header(level: Level):
    if level == Level.INSTANCE:
        return instance.c.header
    query = select(instance.c.header).where(instance.c.study_uid == _UID_COLUMN[level])
    if level == Level.SERIES:
        query = query.where(instance.c.series_uid == series.c.series_uid)
    return query.limit(1).scalar_subquery()


def _ordered(query: Select[*tuple[bytes, ...]], wanted: Search) -> Select[*tuple[bytes, ...]]:
    if (wanted.level > Level.STUDY and wanted.study_uid is None) or wanted.level == Level.STUDY:
        query = query.order_by(study.c.study_date.desc(), study.c.study_uid)
    if wanted.level == Level.SERIES:
        query = query.order_by(series.c.number.is_(None), series.c.number, series.c.series_uid)
    if wanted.level == Level.INSTANCE:
        query = query.order_by(
            instance.c.series_uid, instance.c.number.is_(None), instance.c.number, instance.c.sop_uid
        )
    return query


def _listed(uids: Sequence[str], dialect: str):
    """Return a subquery over a list of any length as one parameter; thousands of parameters are refused."""
    value = json.dumps(list(uids))
    if dialect == "sqlite":
        listed = text("SELECT value FROM json_each(:granted)")
    else:
        listed = text("SELECT jsonb_array_elements_text(CAST(:granted AS jsonb))")
    return listed.bindparams(bindparam("granted", value, type_=Text)).columns(study.c.study_uid)


async def find_instances(
    connection: AsyncConnection, study_uid: str, series_uid: str | None = None, sop_uid: str | None = None
) -> list[StoredInstance]:
    """Return a study's, a series' or one instance's places, in the order of `search`."""
    table = instance.c
    query = select(
        table.sop_uid,
        table.study_uid,
        table.series_uid,
        table.sop_class,
        table.transfer_syntax,
        table.sha256,
        table.size_bytes,
        table.frames,
        table.frame_offset,
        table.frame_length,
        table.frame_entries,
    ).where(*_scope(study_uid, series_uid, sop_uid))
    query = query.order_by(table.series_uid, table.number.is_(None), table.number, table.sop_uid)
    return [
        StoredInstance(
            sop_uid=row.sop_uid,
            study_uid=row.study_uid,
            series_uid=row.series_uid,
            sop_class=row.sop_class,
            transfer_syntax=row.transfer_syntax,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            frames=FrameTable(
                count=row.frames, offset=row.frame_offset, length=row.frame_length, entries=row.frame_entries
            ),
        )
        for row in await connection.execute(query)
    ]


def _scope(study_uid: str, series_uid: str | None, sop_uid: str | None):
    table = instance.c
    wanted = [table.study_uid == study_uid]
    if series_uid is not None:
        wanted.append(table.series_uid == series_uid)
    if sop_uid is not None:
        wanted.append(table.sop_uid == sop_uid)
    return wanted


async def count_instances(connection: AsyncConnection, study_uid: str, series_uid: str | None = None) -> int:
    """Return how many instances there are: with the study's revision, the key of anything cached."""
    query = select(func.count()).select_from(instance).where(*_scope(study_uid, series_uid, None))
    return int(await connection.scalar(query) or 0)


async def headers(
    connection: AsyncConnection, study_uid: str, series_uid: str | None = None, sop_uid: str | None = None
) -> list[tuple[str, str, bytes]]:
    """Return (series UID, SOP instance UID, compressed JSON) in the order of `search`."""
    table = instance.c
    query = select(table.series_uid, table.sop_uid, table.header)
    query = query.where(*_scope(study_uid, series_uid, sop_uid))
    query = query.order_by(table.series_uid, table.number.is_(None), table.number, table.sop_uid)
    return [(row.series_uid, row.sop_uid, row.header) for row in await connection.execute(query)]
