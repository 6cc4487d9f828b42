"""Decodes element values: bytes to numbers, text and names (PS3.5 §6.2)."""

import re
import struct
from collections.abc import Iterator

from imaging.dicom.scanner import DataSet, Element, Items
from imaging.dicom.text import DEFAULT, CharacterSet, character_set, settle

SPECIFIC_CHARACTER_SET = 0x00080005
PIXEL_REPRESENTATION = 0x00280103

NUMBERS = {
    "SS": ("h", 2),
    "US": ("H", 2),
    "SL": ("i", 4),
    "UL": ("I", 4),
    "SV": ("q", 8),
    "UV": ("Q", 8),
    "FL": ("f", 4),
    "FD": ("d", 8),
}
"""VR to its struct letter and size in bytes."""

ENCODED_TEXT = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
"""VRs that Specific Character Set governs."""

SINGLE_TEXT = frozenset({"LT", "ST", "UT", "UR"})
"""VRs in which a backslash is an ordinary character."""

DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
INTEGER = re.compile(r"[+-]?\d+\Z")

_SIGNED_BY_REPRESENTATION = frozenset({"US or SS", "US or SS or OW"})
_MOST_SAMPLES = 64


def clear_vr(element: Element, *, signed: bool) -> str:
    """Settle a VR that the dictionary leaves open (PS3.5 §A.1): by Pixel Representation, else as words."""
    vr = element.vr
    if len(vr) == 2:
        return vr
    if vr in _SIGNED_BY_REPRESENTATION:
        return "SS" if signed else "US"
    if vr == "US or OW":
        return "US" if isinstance(element.value, memoryview) and len(element.value) == 2 else "OW"
    return "OW"


def is_signed(items: Items, inherited: bool, *, big_endian: bool) -> bool:
    """Tell whether pixel values of this level are two's complement; an item without its own word inherits."""
    element = items.get(PIXEL_REPRESENTATION)
    if element is None or not isinstance(element.value, memoryview) or len(element.value) < 2:
        return inherited
    return int.from_bytes(element.value[:2], "big" if big_endian else "little") == 1


def numbers(value: memoryview, vr: str, *, big_endian: bool) -> tuple[int | float, ...]:
    """Unpack binary numbers; a ragged tail is dropped."""
    letter, size = NUMBERS[vr]
    count = len(value) // size
    return struct.unpack_from(f"{'>' if big_endian else '<'}{count}{letter}", value)


def texts(value: memoryview | bytes, vr: str, charset: CharacterSet) -> list[str]:
    """Decode text into its values, trailing padding removed; no values for an empty one."""
    raw = bytes(value)
    text = charset.decode(raw) if vr in ENCODED_TEXT else raw.decode("latin-1")
    if vr in SINGLE_TEXT:
        stripped = text.rstrip(" \0")
        return [stripped] if stripped else []
    parts = [part.rstrip(" \0") for part in text.split("\\")]
    return parts if any(parts) else []


def charset_of(items: Items, inherited: CharacterSet) -> CharacterSet:
    """Return the character set in force for a level (PS3.3 §C.12.1.1.2: an item may have its own)."""
    element = items.get(SPECIFIC_CHARACTER_SET)
    if element is None or not isinstance(element.value, memoryview):
        return inherited
    return character_set(bytes(element.value[:512]))


def file_charset(data_set: DataSet) -> CharacterSet:
    """Return the file's character set, corrected when its text plainly contradicts the label."""
    declared = charset_of(data_set.elements, DEFAULT)
    samples: list[bytes] = []
    for element in data_set.elements.values():
        if (
            element.vr in ENCODED_TEXT
            and isinstance(element.value, memoryview)
            and len(element.value) <= 4096
        ):
            value = bytes(element.value)
            if not value.isascii():
                samples.append(value)
                if len(samples) == _MOST_SAMPLES:
                    break
    return settle(declared, samples) if samples else declared


class Header:
    """Typed access to the top level of a data set."""

    def __init__(self, data_set: DataSet) -> None:
        self.data_set = data_set
        self.elements = data_set.elements
        self.big_endian = data_set.syntax.big_endian
        self.charset = file_charset(data_set)
        self.signed = is_signed(self.elements, inherited=False, big_endian=self.big_endian)

    def texts(self, tag: int) -> list[str]:
        """Return the values of a text element, none when it is absent or binary."""
        element = self.elements.get(tag)
        if element is None or not isinstance(element.value, memoryview) or element.vr in NUMBERS:
            return []
        return [text.strip(" \0") for text in texts(element.value[:65536], element.vr, self.charset)]

    def text(self, tag: int) -> str:
        """Return the first value of a text element, else an empty string."""
        return next(iter(self.texts(tag)), "")

    def numbers(self, tag: int) -> list[float]:
        """Return numbers whether they are binary or decimal text; what is no number is left out."""
        return list(self._numbers(self.elements.get(tag)))

    def number(self, tag: int) -> float | None:
        """Return the first number, if any."""
        return next(self._numbers(self.elements.get(tag)), None)

    def integer(self, tag: int, default: int = 0) -> int:
        """Return the first number as an integer, else `default`."""
        number = self.number(tag)
        return default if number is None or abs(number) > 1e15 else int(number)

    def items(self, tag: int) -> list[Items]:
        """Return a sequence's items, none when it is absent."""
        element = self.elements.get(tag)
        return element.value if element is not None and isinstance(element.value, list) else []

    def raw(self, tag: int) -> memoryview | None:
        """Return an element's bytes."""
        element = self.elements.get(tag)
        return element.value if element is not None and isinstance(element.value, memoryview) else None

    def _numbers(self, element: Element | None) -> Iterator[float]:
        if element is None or not isinstance(element.value, memoryview):
            return
        vr = clear_vr(element, signed=self.signed)
        if vr in NUMBERS:
            yield from (float(number) for number in numbers(element.value, vr, big_endian=self.big_endian))
        elif vr in ("DS", "IS"):
            for text in bytes(element.value[:65536]).decode("latin-1").split("\\"):
                stripped = text.strip(" \0")
                if DECIMAL.match(stripped):
                    yield float(stripped)
