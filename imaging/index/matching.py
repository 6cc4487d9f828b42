"""Turns QIDO-RS matching keys into SQL conditions (PS3.18 §8.3.4.1, PS3.4 §C.2.2.2)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import Column as SqlColumn
from sqlalchemy import ColumnElement, and_, or_, select

from imaging.dicom.description import is_uid, parse_date
from imaging.dicom.person_names import fold
from imaging.errors import bad_request
from imaging.index.tables import instance, series, study

Column = SqlColumn[str]


class Level(IntEnum):
    """The levels of the hierarchy, from the top."""

    STUDY = 1
    SERIES = 2
    INSTANCE = 3


Condition = Callable[[str, str], ColumnElement[bool]]
"""From a key's value and the database's dialect to a condition."""


@dataclass(frozen=True, slots=True)
class Key:
    """One attribute that can be matched, at the level it belongs to."""

    level: Level
    condition: Condition


def pattern(column: Column, value: str, dialect: str) -> ColumnElement[bool]:
    """Match with the wildcards `*` and `?`; by equality when there are none (PS3.4 §C.2.2.2.4)."""
    if "*" not in value and "?" not in value:
        return column == value
    if dialect == "sqlite":
        # GLOB compares byte by byte and uses the index for a fixed beginning; LIKE does neither.
        return column.op("GLOB")(value.replace("[", "[[]"))
    escaped = re.sub(r"([\\%_])", r"\\\1", value)
    return column.like(escaped.replace("*", "%").replace("?", "_"), escape="\\")


def _exact(level: Level, column: Column) -> Key:
    return Key(level, lambda value, dialect: pattern(column, value, dialect))


def _folded(level: Level, column: Column) -> Key:
    return Key(level, lambda value, dialect: pattern(column, fold(value), dialect))


def _uids(level: Level, column: Column) -> Key:
    def condition(value: str, _dialect: str) -> ColumnElement[bool]:
        uids = [uid for uid in re.split(r"[,\\]", value) if uid]
        if not all(is_uid(uid) for uid in uids):
            raise bad_request("a UID to match is not a UID")
        return column.in_(uids)

    return Key(level, condition)


def _days(level: Level, column: Column) -> Key:
    def bound(text: str) -> str:
        day = parse_date(text)
        if day is None or not re.fullmatch(r"\d{8}|\d{4}\.\d\d\.\d\d", text):
            raise bad_request("a date to match is not YYYYMMDD or a range of such")
        return f"{day:%Y%m%d}"

    def condition(value: str, _dialect: str) -> ColumnElement[bool]:
        if "-" not in value:
            return column == bound(value)
        begin, _, end = value.partition("-")
        conditions = [column != ""]
        if begin:
            conditions.append(column >= bound(begin))
        if end:
            conditions.append(column <= bound(end))
        return and_(*conditions)

    return Key(level, condition)


def _times(level: Level, column: Column) -> Key:
    def condition(value: str, dialect: str) -> ColumnElement[bool]:
        if not re.fullmatch(r"(\d{2}){0,3}(\.\d{1,6})?(-(\d{2}){0,3}(\.\d{1,6})?)?", value):
            raise bad_request("a time to match is not HHMMSS or a range of such")
        begin, dash, end = value.partition("-")
        if not dash:
            return pattern(column, f"{begin}*", dialect)
        conditions = [column != ""]
        if begin:
            conditions.append(column >= begin)
        if end:
            conditions.append(column <= f"{end}~")
        return and_(*conditions)

    return Key(level, condition)


def _numbers(level: Level, column: SqlColumn[int]) -> Key:
    def condition(value: str, _dialect: str) -> ColumnElement[bool]:
        if not re.fullmatch(r"[+-]?\d{1,12}", value.strip()):
            raise bad_request("a number to match is not a number")
        return column == int(value)

    return Key(level, condition)


def _patient_name(value: str, dialect: str) -> ColumnElement[bool]:
    """Match any component group (PS3.5 §6.2.1.1), or all of them when `=` tells them apart."""
    columns = (study.c.name_alphabetic, study.c.name_ideographic, study.c.name_phonetic)
    if "=" in value:
        groups = zip(columns, value.split("=")[:3], strict=False)
        wanted = [pattern(column, fold(group), dialect) for column, group in groups if group]
        return and_(*wanted) if wanted else or_(study.c.study_uid != "")
    folded = fold(value.rstrip("^"))
    return or_(*(pattern(column, folded, dialect) for column in columns))


def fuzzy_patient_name(value: str, dialect: str) -> ColumnElement[bool]:
    """Match each word anywhere in any group or in the name's pinyin (PS3.18 §8.3.4.2)."""
    columns = (study.c.name_alphabetic, study.c.name_ideographic, study.c.name_phonetic, study.c.name_pinyin)
    words = [word for word in re.split(r"[\s^=,*?]+", fold(value)) if word]
    return and_(*(or_(*(pattern(column, f"*{word}*", dialect) for column in columns)) for word in words))


def _modalities(value: str, dialect: str) -> ColumnElement[bool]:
    wanted = [modality for modality in re.split(r"[,\\]", value) if modality]
    return (
        select(series.c.series_uid)
        .where(
            series.c.study_uid == study.c.study_uid,
            or_(*(pattern(series.c.modality, modality, dialect) for modality in wanted)),
        )
        .exists()
    )


PATIENT_NAME = "00100010"

KEYS: Mapping[str, Key] = {
    "00080020": _days(Level.STUDY, study.c.study_date),
    "00080030": _times(Level.STUDY, study.c.study_time),
    "00080050": _exact(Level.STUDY, study.c.accession_number),
    "00080061": Key(Level.STUDY, _modalities),
    "00080090": _folded(Level.STUDY, study.c.referring_physician),
    "00081030": _folded(Level.STUDY, study.c.description_folded),
    PATIENT_NAME: Key(Level.STUDY, _patient_name),
    "00100020": _exact(Level.STUDY, study.c.patient_id),
    "00100030": _days(Level.STUDY, study.c.patient_birth_date),
    "00100040": _exact(Level.STUDY, study.c.patient_sex),
    "0020000D": _uids(Level.STUDY, study.c.study_uid),
    "00200010": _exact(Level.STUDY, study.c.study_id),
    "00080060": _exact(Level.SERIES, series.c.modality),
    "0008103E": _folded(Level.SERIES, series.c.description_folded),
    "00180015": _exact(Level.SERIES, series.c.body_part),
    "0020000E": _uids(Level.SERIES, series.c.series_uid),
    "00200011": _numbers(Level.SERIES, series.c.number),
    "00400244": _days(Level.SERIES, series.c.performed_date),
    "00400245": _times(Level.SERIES, series.c.performed_time),
    "00400275.00400009": _exact(Level.SERIES, series.c.procedure_step_id),
    "00400275.00401001": _exact(Level.SERIES, series.c.procedure_id),
    "00080016": _uids(Level.INSTANCE, instance.c.sop_class),
    "00080018": _uids(Level.INSTANCE, instance.c.sop_uid),
    "00200013": _numbers(Level.INSTANCE, instance.c.number),
    "00280008": _numbers(Level.INSTANCE, instance.c.frames),
    "00280010": _numbers(Level.INSTANCE, instance.c.rows),
    "00280011": _numbers(Level.INSTANCE, instance.c.columns),
}
"""Attributes that searches can match, by tag or by path of tags (PS3.18 Tables 10.6.1-5 and following)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search, as PS3.18 §10.6 describes it."""

    level: Level
    matches: Sequence[tuple[str, str]] = ()
    """Keys of `KEYS` with their values; an empty value matches everything."""
    fields: frozenset[str] = frozenset()
    """Tags asked for beyond those returned anyway."""
    all_fields: bool = False
    fuzzy: bool = False
    limit: int = 1000
    offset: int = 0
    study_uid: str | None = None
    series_uid: str | None = None
    granted: Sequence[str] | None = None
    """The studies that whoever asks may see; None for all."""


def conditions(search: Search, dialect: str) -> list[ColumnElement[bool]]:
    """Return the conditions of `search` besides the granted list.

    Raises:
        Problem: `web/bad-request` for a value that its attribute can't have, or a key below the level.
    """
    found: list[ColumnElement[bool]] = []
    for path, value in search.matches:
        key = KEYS[path]
        if key.level > search.level:
            raise bad_request("an attribute to match belongs to a level below the one searched")
        if not value.strip("*"):
            continue
        if path == PATIENT_NAME and search.fuzzy:
            found.append(fuzzy_patient_name(value, dialect))
        else:
            found.append(key.condition(value, dialect))
    return found
