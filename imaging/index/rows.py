"""Turns an instance's JSON into the rows of the three tables."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from imaging.dicom.description import Description, parse_date
from imaging.dicom.json_model import JsonDataSet, JsonValue, dumps
from imaging.dicom.person_names import fold, fold_name
from imaging.index.fragments import SERIES_TAGS, STUDY_TAGS, instance_fragment, pick

_COLUMN_TEXT = 1024
"""Longer text isn't searched; its whole is in the JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One instance whose bytes are durable and whose row is about to be written."""

    description: Description
    institution_id: str
    stored_by: str
    sha256: str
    size_bytes: int


def _text(source: JsonDataSet, tag: str) -> str:
    values = source.get(tag, {}).get("Value")
    first = values[0] if isinstance(values, list) and values else None
    if isinstance(first, dict):
        groups = [first.get(name) or "" for name in ("Alphabetic", "Ideographic", "Phonetic")]
        return "=".join(str(group) for group in groups).rstrip("=")[:_COLUMN_TEXT]
    return "" if first is None else str(first)[:_COLUMN_TEXT].replace("\0", "")


def _integer(source: JsonDataSet, tag: str) -> int | None:
    values = source.get(tag, {}).get("Value")
    first: JsonValue = values[0] if isinstance(values, list) and values else None
    return first if isinstance(first, int) and abs(first) < 1 << 62 else None


def _day(source: JsonDataSet, tag: str) -> str:
    day = parse_date(_text(source, tag))
    return f"{day:%Y%m%d}" if day is not None and day.year >= 1000 else ""


def study_row(arrival: Arrival, now: datetime) -> dict[str, object]:
    """Make a study's row from its first instance."""
    header = arrival.description.json
    name = _text(header, "00100010").replace("\0", "")
    folded = fold_name(name)
    description = _text(header, "00081030")
    return {
        "study_uid": arrival.description.study_uid,
        "institution_id": arrival.institution_id,
        "stored_by": arrival.stored_by,
        "stored_at": now,
        "changed_at": now,
        "patient_name": name,
        "name_alphabetic": folded.alphabetic,
        "name_ideographic": folded.ideographic,
        "name_phonetic": folded.phonetic,
        "name_pinyin": folded.pinyin,
        "patient_id": _text(header, "00100020"),
        "patient_birth_date": _day(header, "00100030"),
        "patient_sex": _text(header, "00100040")[:16],
        "study_date": _day(header, "00080020"),
        "study_time": _text(header, "00080030").replace(":", "")[:16],
        "study_id": _text(header, "00200010"),
        "accession_number": _text(header, "00080050"),
        "referring_physician": fold(_text(header, "00080090")),
        "description": description,
        "description_folded": fold(description),
        "modalities": [],
        "series_count": 0,
        "instance_count": 0,
        "revision": 0,
        "fragment": dumps(pick(header, STUDY_TAGS)),
    }


def series_row(arrival: Arrival) -> dict[str, object]:
    """Make a series' row from its first instance."""
    header = arrival.description.json
    description = _text(header, "0008103E")
    requested = header.get("00400275", {}).get("Value")
    request = requested[0] if isinstance(requested, list) and requested else None
    step: JsonDataSet = {}
    if isinstance(request, dict):
        step = {tag: value for tag, value in request.items() if isinstance(value, dict)}
    return {
        "study_uid": arrival.description.study_uid,
        "series_uid": arrival.description.series_uid,
        "modality": _text(header, "00080060")[:16],
        "number": _integer(header, "00200011"),
        "description": description,
        "description_folded": fold(description),
        "body_part": _text(header, "00180015"),
        "performed_date": _day(header, "00400244"),
        "performed_time": _text(header, "00400245").replace(":", "")[:16],
        "procedure_step_id": _text(step, "00400009"),
        "procedure_id": _text(step, "00401001"),
        "instance_count": 0,
        "fragment": dumps(pick(header, SERIES_TAGS)),
    }


def instance_row(arrival: Arrival, now: datetime) -> dict[str, object]:
    """Make an instance's row."""
    description = arrival.description
    return {
        "sop_uid": description.sop_uid,
        "study_uid": description.study_uid,
        "series_uid": description.series_uid,
        "sop_class": description.sop_class,
        "number": _integer(description.json, "00200013"),
        "institution_id": arrival.institution_id,
        "stored_by": arrival.stored_by,
        "stored_at": now,
        "transfer_syntax": description.transfer_syntax[:64],
        "sha256": arrival.sha256,
        "size_bytes": arrival.size_bytes,
        "rows": min(description.shape.rows, 65535),
        "columns": min(description.shape.columns, 65535),
        "frames": description.frames.count,
        "frame_offset": description.frames.offset,
        "frame_length": description.frames.length,
        "frame_entries": description.frames.entries,
        "marks": list(description.marks),
        "fragment": instance_fragment(description.json),
        "header": zlib.compress(dumps(description.json), 1),
    }
