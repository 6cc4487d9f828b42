"""Reads a data set's structure without decoding its values (PS3.5 §7).

A header of 200 elements costs some 100 µs. Values are slices of the buffer given, which may be a mapped file, so
that a gigabyte of pixels costs no memory. Only `DicomProblem` leaves here, whatever the bytes are.
"""

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from imaging.dicom.dictionary import LONG_VRS, SHORT_VRS, vr_of
from imaging.dicom.transfer_syntaxes import TransferSyntax
from imaging.errors import DicomProblem, malformed, too_deep, too_large, truncated

UNDEFINED = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
PIXEL_DATA = 0x7FE00010
PIXEL_GROUP = 0x7FE0
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})

_MARKERS = frozenset({ITEM, ITEM_END, SEQUENCE_END})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far reading goes before it refuses (bounded memory for hostile files)."""

    depth: int = 32
    elements: int = 400_000
    fragments: int = 400_000
    inflated_bytes: int = 256 << 20


class Element(NamedTuple):
    """One element. `value` is a slice of the buffer, a sequence's items, or the pixel fragments' places."""

    vr: str
    value: "memoryview | list[Items] | Fragments"
    offset: int
    """Where the value begins in the buffer."""


Items = dict[int, Element]
"""A data set or a sequence's item: elements by tag."""


@dataclass(frozen=True, slots=True)
class Fragments:
    """Encapsulated pixel data (PS3.5 §A.4): the basic offset table and every fragment's (offset, length)."""

    offset_table: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """A file's structure. Offsets count in `buffer`, which is the inflated data set of a deflated file."""

    syntax: TransferSyntax
    implicit: bool
    meta: Items
    elements: Items
    buffer: memoryview
    inflated: bool = False


@dataclass(slots=True)
class Scanner:
    """Reads elements out of one buffer; counts them against the limits."""

    buffer: memoryview
    limits: Limits
    big_endian: bool = False
    count: int = 0
    after_pixels: bool = False
    tag: struct.Struct = field(default_factory=lambda: struct.Struct("<HH"))
    explicit: struct.Struct = field(default_factory=lambda: struct.Struct("<HH2sH"))
    implicit: struct.Struct = field(default_factory=lambda: struct.Struct("<HHI"))
    long: struct.Struct = field(default_factory=lambda: struct.Struct("<I"))

    def __post_init__(self) -> None:
        if self.big_endian:
            self.tag, self.explicit = struct.Struct(">HH"), struct.Struct(">HH2sH")
            self.implicit, self.long = struct.Struct(">HHI"), struct.Struct(">I")

    def data_set(
        self, position: int, end: int, *, implicit: bool, depth: int, until_item_end: bool = False
    ) -> tuple[Items, int]:
        """Read elements from `position` to `end`, or to the item's delimiter; return them and where it ended."""
        if depth > self.limits.depth:
            raise too_deep(self.limits.depth)
        elements: Items = {}
        while position < end:
            if end - position < 8:
                if depth == 0 and self.after_pixels:
                    break
                raise truncated(8 - (end - position))
            if depth == 0 and self.after_pixels and self.group(position) < PIXEL_GROUP:
                break  # padding after the pixels, as some writers leave it
            tag, vr, length, start = self.head(position, implicit=implicit)
            if tag in _MARKERS:
                if tag == ITEM_END and until_item_end:
                    return elements, start
                if tag == ITEM_END or depth == 0:
                    raise malformed("a delimiter outside its sequence")
                raise malformed("a sequence item where an element is due")
            self.count += 1
            if self.count > self.limits.elements:
                raise too_large("elements", self.limits.elements)
            if tag in PIXEL_TAGS and depth == 0:
                self.after_pixels = True
            elements[tag], position = self.value(
                tag, vr, length, start, end=end, implicit=implicit, depth=depth
            )
        if until_item_end:
            raise truncated(8)
        return elements, position

    def group(self, position: int) -> int:
        """Return the group number at `position`."""
        return self.tag.unpack_from(self.buffer, position)[0]

    def head(self, position: int, *, implicit: bool) -> tuple[int, str, int, int]:
        """Return tag, VR, length and where the value starts."""
        buffer = self.buffer
        if implicit:
            group, number, length = self.implicit.unpack_from(buffer, position)
            tag = group << 16 | number
            return tag, "" if tag in _MARKERS else vr_of(tag), length, position + 8
        group, number, vr, length = self.explicit.unpack_from(buffer, position)
        tag = group << 16 | number
        if tag in _MARKERS:
            return tag, "", self.long.unpack_from(buffer, position + 4)[0], position + 8
        if vr in SHORT_VRS:
            return tag, vr.decode("ascii"), length, position + 8
        if vr in LONG_VRS:
            if len(buffer) < position + 12:
                raise truncated(position + 12 - len(buffer))
            return tag, vr.decode("ascii"), self.long.unpack_from(buffer, position + 8)[0], position + 12
        raise malformed("an element has no valid value representation")

    def value(
        self, tag: int, vr: str, length: int, start: int, *, end: int, implicit: bool, depth: int
    ) -> tuple[Element, int]:
        """Read or skip one value; return the element and where the next one begins."""
        if length == UNDEFINED:
            if tag in PIXEL_TAGS or vr in ("OB", "OW", "OB or OW"):
                fragments, position = self.fragments(start, end)
                return Element(vr if len(vr) == 2 else "OB", fragments, start), position
            if vr not in ("SQ", "UN"):
                raise malformed("an undefined length where none is allowed")
            # PS3.5 §6.2.2: an unknown VR of undefined length is a sequence in Implicit VR Little Endian.
            items, position = self.sequence(
                start, end, implicit=implicit or vr == "UN", depth=depth, until_delimiter=True
            )
            return Element("SQ", items, start), position
        position = start + length
        if position > end:
            raise truncated(position - end) if depth == 0 else malformed("an element passes its item's end")
        if vr == "SQ":
            items, _ = self.sequence(start, position, implicit=implicit, depth=depth, until_delimiter=False)
            return Element("SQ", items, start), position
        if vr == "UN" and not implicit:
            return self._known(tag, start, position, depth), position
        return Element(vr, self.buffer[start:position], start), position

    def _known(self, tag: int, start: int, end: int, depth: int) -> Element:
        """Read a value that was written as UN though the dictionary knows better (PS3.5 §6.2.2)."""
        known = vr_of(tag)
        if known == "SQ":
            count = self.count
            try:
                items, _ = self.sequence(start, end, implicit=True, depth=depth, until_delimiter=False)
                return Element("SQ", items, start)
            except DicomProblem:
                self.count, known = count, "UN"
        return Element(known, self.buffer[start:end], start)

    def sequence(
        self, position: int, end: int, *, implicit: bool, depth: int, until_delimiter: bool
    ) -> tuple[list[Items], int]:
        """Read a sequence's items (PS3.5 §7.5)."""
        items: list[Items] = []
        while position < end:
            if end - position < 8:
                raise truncated(8 - (end - position))
            group, number, length = self.implicit.unpack_from(self.buffer, position)
            tag = group << 16 | number
            position += 8
            if tag == SEQUENCE_END and until_delimiter:
                return items, position
            if tag != ITEM:
                raise malformed("something else where a sequence item is due")
            self.count += 1
            if self.count > self.limits.elements:
                raise too_large("elements", self.limits.elements)
            open_ended = length == UNDEFINED
            item_end = end if open_ended else position + length
            if item_end > end:
                raise truncated(item_end - end)
            item, position = self.data_set(
                position, item_end, implicit=implicit, depth=depth + 1, until_item_end=open_ended
            )
            items.append(item)
        if until_delimiter:
            raise truncated(8)
        return items, position

    def fragments(self, position: int, end: int) -> tuple[Fragments, int]:
        """Find the fragments of encapsulated pixel data (PS3.5 §A.4)."""
        places: list[tuple[int, int]] = []
        table: tuple[int, ...] = ()
        first = True
        while True:
            if end - position < 8:
                raise truncated(8 - (end - position))
            group, number, length = self.implicit.unpack_from(self.buffer, position)
            tag = group << 16 | number
            position += 8
            if tag == SEQUENCE_END:
                return Fragments(table, tuple(places)), position
            if tag != ITEM or length == UNDEFINED:
                raise malformed("something else where a pixel fragment is due")
            if position + length > end:
                raise truncated(position + length - end)
            if first:
                words = length // 4
                if words > self.limits.fragments:
                    raise too_large("fragments", self.limits.fragments)
                table = struct.unpack_from(f"<{words}I", self.buffer, position)
                first = False
            else:
                places.append((position, length))
                if len(places) > self.limits.fragments:
                    raise too_large("fragments", self.limits.fragments)
            position += length


def uid_value(element: Element | None) -> str:
    """Return a UID's text, empty when the element is absent or not plain text."""
    if element is None or not isinstance(element.value, memoryview):
        return ""
    try:
        return bytes(element.value[:130]).decode("ascii").strip(" \0")
    except UnicodeDecodeError:
        return ""
