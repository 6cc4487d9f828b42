"""What the index keeps of an instance: its place in study and series, and the attributes that are searched."""

import re
import struct
from dataclasses import dataclass
from datetime import date

from imaging.dicom.files import scan
from imaging.dicom.frames import FrameTable, PixelShape, frame_table, pixel_shape
from imaging.dicom.json_model import JsonDataSet, JsonEncoder
from imaging.dicom.scanner import DataSet, Limits, uid_value
from imaging.dicom.values import Header
from imaging.errors import identity_missing, malformed, media_directory

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
_UID = re.compile(r"[0-9]+(\.[0-9]+)*\Z")

SPACING_WITHHELD = "spacing-withheld"
CHARSET_MISLABELLED = "charset-mislabelled"
PIXELS_INCOMPLETE = "pixels-incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One instance, described once at ingest."""

    study_uid: str
    series_uid: str
    sop_uid: str
    sop_class: str
    transfer_syntax: str
    shape: PixelShape
    frames: FrameTable
    json: JsonDataSet
    marks: tuple[str, ...]
    """What was found amiss and served differently; see the constants above."""


def is_uid(text: str) -> bool:
    """Tell whether text is a UID (PS3.5 §9.1); leading zeros of components are tolerated, as found in the wild."""
    return len(text) <= 64 and _UID.match(text) is not None


def describe(data: bytes | bytearray | memoryview, limits: Limits | None = None) -> Description:
    """Describe a PS3.10 file.

    Raises:
        DicomProblem: when it is none, is damaged, passes the limits or lacks its identity; nothing else.
    """
    try:
        return _describe(scan(data, limits or Limits()))
    except (struct.error, ValueError, IndexError, OverflowError, RecursionError) as error:
        # What the checks of each step should have caught: refuse the file rather than fail the request.
        raise malformed(f"unforeseen {type(error).__name__}") from error


def _describe(data_set: DataSet) -> Description:
    elements = data_set.elements
    sop_class = uid_value(elements.get(0x00080016)) or uid_value(data_set.meta.get(0x00020002))
    if MEDIA_DIRECTORY in (sop_class, uid_value(data_set.meta.get(0x00020002))):
        raise media_directory()
    uids: list[str] = []
    for tag, attribute in (
        (0x0020000D, "StudyInstanceUID"),
        (0x0020000E, "SeriesInstanceUID"),
        (0x00080018, "SOPInstanceUID"),
    ):
        uid = uid_value(elements.get(tag))
        if not is_uid(uid):
            raise identity_missing(attribute)
        uids.append(uid)
    if not is_uid(sop_class):
        raise identity_missing("SOPClassUID")
    header = Header(data_set)
    shape = pixel_shape(header)
    frames = frame_table(data_set, header, shape)
    encoder = JsonEncoder(header)
    encoded = encoder.encode()
    served = data_set.syntax if data_set.syntax.allowed_on_the_web else None
    # Available Transfer Syntax UID (0008,3002): what WADO-RS serves this instance in.
    encoded["00083002"] = {"vr": "UI", "Value": [served.uid if served else "1.2.840.10008.1.2.1"]}
    marks: list[str] = []
    if encoder.repaired:
        marks.append(SPACING_WITHHELD)
    if header.charset.mislabelled:
        marks.append(CHARSET_MISLABELLED)
    if frames.count < shape.frames and 0x7FE00010 in elements:
        marks.append(PIXELS_INCOMPLETE)
    return Description(
        study_uid=uids[0],
        series_uid=uids[1],
        sop_uid=uids[2],
        sop_class=sop_class,
        transfer_syntax=data_set.syntax.uid,
        shape=shape,
        frames=frames,
        json=dict(sorted(encoded.items())),
        marks=tuple(marks),
    )


def parse_date(text: str) -> date | None:
    """Read a DA value (PS3.5 §6.2), also the older form with dots."""
    digits = text.replace(".", "")[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
    except ValueError:
        return None
