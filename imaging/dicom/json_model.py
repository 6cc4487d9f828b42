"""The DICOM JSON Model (PS3.18 Annex F), from a scanned header straight to Python's plain types.

Served metadata is made to be displayed: spacings that can't be (0, negative) and empty windows lose their value here,
since viewers divide by them and show black. The stored file keeps what its maker wrote.
"""

import base64
import json
import math
from collections.abc import Mapping

from imaging.dicom.dictionary import BINARY_VRS
from imaging.dicom.scanner import PIXEL_DATA, Element, Items
from imaging.dicom.text import CharacterSet
from imaging.dicom.values import (
    DECIMAL,
    INTEGER,
    NUMBERS,
    Header,
    charset_of,
    clear_vr,
    is_signed,
    numbers,
    texts,
)
from imaging.errors import too_large

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonElement = dict[str, JsonValue]
JsonDataSet = dict[str, JsonElement]

BULK_MARK = "\ufdd0"
"""A noncharacter (Unicode §23.7) before each reference that is completed with the service's address when served.

No text of a file keeps it, so that none can pass for a reference."""

INLINE_BINARY_BYTES = 4096
INLINE_BYTES = 65_536
HEADER_BYTES = 64 << 20
"""The most that one header may bring into JSON."""

_PALETTE_DATA = frozenset({0x00281201, 0x00281202, 0x00281203})
_PALETTE_BYTES = 131_072
"""65,536 entries of 16 bits (PS3.3 §C.7.6.3.1.6): viewers need them with the metadata."""

_SPACINGS = frozenset({0x00280030, 0x00181164, 0x00182010, 0x00181190})
_WINDOW_CENTER, _WINDOW_WIDTH = 0x00281050, 0x00281051
_PERSON_NAME_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


def person_name(text: str) -> JsonElement | None:
    """Split a name into its component groups (PS3.5 §6.2.1); None for an empty one."""
    groups = [group.rstrip(" ") if group.strip(" ^") else "" for group in text.split("=")[:3]]
    named: JsonElement = {
        name: group for name, group in zip(_PERSON_NAME_GROUPS, groups, strict=False) if group
    }
    return named or None


def special_floats(number: float) -> float | str:
    """JSON has no NaN nor infinity; PS3.18 §F.2.3 writes them as text."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("inf" if number > 0 else "-inf")


class JsonEncoder:
    """Encodes one header. Values too long to be inline are referred to by their tag path."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._inline = 0
        self.repaired: set[int] = set()
        """Tags whose value was withheld because nothing can be displayed with it."""

    def encode(self) -> JsonDataSet:
        """Return the whole data set, ascending by tag, without group lengths and file meta information."""
        return self._level(self._header.elements, self._header.charset, self._header.signed, "")

    def _level(self, items: Items, charset: CharacterSet, signed: bool, path: str) -> JsonDataSet:
        encoded: JsonDataSet = {}
        for tag in sorted(items):
            if tag & 0xFFFF == 0:
                continue
            name = f"{tag:08X}"
            encoded[name] = self._element(tag, items[tag], charset, signed, f"{path}{name}")
        self._repair(encoded)
        return encoded

    def _element(
        self, tag: int, element: Element, charset: CharacterSet, signed: bool, path: str
    ) -> JsonElement:
        value = element.value
        vr = clear_vr(element, signed=signed)
        if isinstance(value, list):
            return self._sequence(value, charset, signed, path)
        if not isinstance(value, memoryview):
            return {"vr": vr, "BulkDataURI": f"{BULK_MARK}{path}"}
        if not len(value):
            return {"vr": vr}
        if tag == PIXEL_DATA or len(value) > self._inline_limit(tag, vr):
            return {"vr": vr, "BulkDataURI": f"{BULK_MARK}{path}"}
        self._inline += len(value)
        if self._inline > HEADER_BYTES:
            raise too_large("header-bytes", HEADER_BYTES)
        if vr in BINARY_VRS:
            return {"vr": vr, "InlineBinary": base64.b64encode(self._little_endian(value, vr)).decode()}
        values = self._values(value, vr, charset)
        return {"vr": vr, "Value": values} if values else {"vr": vr}

    def _sequence(self, items: list[Items], charset: CharacterSet, signed: bool, path: str) -> JsonElement:
        if not items:
            return {"vr": "SQ"}
        big_endian = self._header.big_endian
        encoded: list[JsonValue] = []
        for index, item in enumerate(items):
            inner = self._level(
                item,
                charset_of(item, charset),
                is_signed(item, signed, big_endian=big_endian),
                f"{path}/{index + 1}/",
            )
            encoded.append(dict(inner))
        return {"vr": "SQ", "Value": encoded}

    def _inline_limit(self, tag: int, vr: str) -> int:
        if tag in _PALETTE_DATA:
            return _PALETTE_BYTES
        return INLINE_BINARY_BYTES if vr in BINARY_VRS else INLINE_BYTES

    def _little_endian(self, value: memoryview, vr: str) -> bytes:
        """PS3.18 §F.2.7: inline binary is the value field in little endian byte order."""
        return swap(value, vr) if self._header.big_endian else bytes(value)

    def _values(self, value: memoryview, vr: str, charset: CharacterSet) -> list[JsonValue]:
        if vr in NUMBERS:
            found = numbers(value, vr, big_endian=self._header.big_endian)
            return [special_floats(number) for number in found] if vr in ("FL", "FD") else list(found)
        if vr == "AT":
            words = numbers(value, "US", big_endian=self._header.big_endian)
            return [f"{words[i]:04X}{words[i + 1]:04X}" for i in range(0, len(words) - 1, 2)]
        found_texts = [text.replace(BULK_MARK, "\ufffd") for text in texts(value, vr, charset)]
        match vr:
            case "PN":
                names: list[JsonValue] = [person_name(text) for text in found_texts]
                return names if any(names) else []
            case "DS":
                return [_decimal(text) for text in found_texts]
            case "IS":
                return [_integer(text) for text in found_texts]
            case _:
                return [text or None for text in found_texts]

    def _repair(self, encoded: JsonDataSet) -> None:
        for tag in _SPACINGS:
            element = encoded.get(f"{tag:08X}")
            if element and not _all_positive(element):
                element.pop("Value", None)
                self.repaired.add(tag)
        width = encoded.get(f"{_WINDOW_WIDTH:08X}")
        if width and not _all_positive(width):
            for tag in (_WINDOW_CENTER, _WINDOW_WIDTH):
                encoded.get(f"{tag:08X}", {}).pop("Value", None)
                self.repaired.add(tag)


_WORD_BYTES: Mapping[str, int] = {
    "OW": 2,
    "US": 2,
    "SS": 2,
    "AT": 2,
    "OL": 4,
    "OF": 4,
    "UL": 4,
    "SL": 4,
    "FL": 4,
    "OD": 8,
    "OV": 8,
    "FD": 8,
    "SV": 8,
    "UV": 8,
}


def swap(value: memoryview | bytes, vr: str, word_bytes: int = 0) -> bytes:
    """Turn the byte order of a value's words; `word_bytes` overrides the VR's own (pixel cells of 32 bits)."""
    size = word_bytes or _WORD_BYTES.get(vr, 1)
    raw = bytes(value)
    if size == 1:
        return raw
    whole = len(raw) // size * size
    out = bytearray(raw)
    for byte in range(size):
        out[byte:whole:size] = raw[size - 1 - byte : whole : size]
    return bytes(out)


def dumps(value: JsonValue | JsonDataSet) -> bytes:
    """Write compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "replace"
    )


def _decimal(text: str) -> JsonValue:
    stripped = text.strip()
    if not stripped:
        return None
    if not DECIMAL.match(stripped):
        return stripped
    number = float(stripped)
    return number if math.isfinite(number) else stripped


def _integer(text: str) -> JsonValue:
    stripped = text.strip()
    if INTEGER.match(stripped) and len(stripped) <= 12:
        return int(stripped)
    return stripped or None


def _all_positive(element: JsonElement) -> bool:
    values = element.get("Value")
    if not isinstance(values, list):
        return True
    return all(isinstance(value, int | float) and value > 0 for value in values)
