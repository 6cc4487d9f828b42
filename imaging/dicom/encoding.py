"""Writes a data set as Explicit VR Little Endian, the one native encoding that leaves over HTTP (PS3.18 §8.7.3)."""

import struct
from collections.abc import Iterator, Mapping

from imaging.dicom.dictionary import LONG_VRS
from imaging.dicom.frames import EXTENDED_LENGTHS, EXTENDED_OFFSETS
from imaging.dicom.json_model import swap
from imaging.dicom.scanner import PIXEL_DATA, DataSet, Element, Fragments, Items
from imaging.dicom.transfer_syntaxes import EXPLICIT_LITTLE
from imaging.dicom.values import Header, clear_vr, is_signed
from imaging.errors import malformed

PIECE = 1 << 20
LONGEST_SHORT = 0xFFFE
_EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"PK", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"<", b"%PDF")


def executable_preamble(preamble: bytes) -> bool:
    """Tell whether a preamble would make the file something else, too (PS3.10 §7.5 warns of such files)."""
    return preamble.startswith(
        (b"MZ", b"\x7fELF", b"#!", b"PK", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"<", b"%PDF")
    )


def explicit_little(
    header: Header,
    *,
    pixels: Iterator[bytes] | None = None,
    pixel_bytes: int = 0,
    replaced: Mapping[int, tuple[str, bytes]] | None = None,
) -> Iterator[bytes]:
    """Yield a whole PS3.10 file in Explicit VR Little Endian.

    Args:
        header: of the file as stored.
        pixels: native little endian pixel data to write instead of the stored, `pixel_bytes` long in all.
        pixel_bytes: see `pixels`.
        replaced: elements to write instead of the stored, as (VR, value).
    """
    data_set, writer = header.data_set, _Writer(header)
    yield b"\0" * 128 + b"DICM" + _meta(data_set)
    changes = dict(replaced or {})
    dropped = {EXTENDED_OFFSETS, EXTENDED_LENGTHS} if pixels is not None else set[int]()
    for tag in sorted(data_set.elements.keys() | changes.keys()):
        if tag & 0xFFFF == 0 or tag in dropped:
            continue
        if tag == PIXEL_DATA:
            yield from writer.pixel_data(data_set.elements[tag], pixels, pixel_bytes)
        elif tag in changes:
            vr, value = changes[tag]
            yield _head(tag, vr, len(value)) + value
        else:
            yield writer.element(tag, data_set.elements[tag], signed=header.signed)


class _Writer:
    def __init__(self, header: Header) -> None:
        self._header = header
        self._big_endian = header.big_endian

    def element(self, tag: int, element: Element, *, signed: bool) -> bytes:
        """Encode one element; sequences with defined lengths."""
        vr = clear_vr(element, signed=signed)
        if isinstance(element.value, Fragments):
            raise malformed("encapsulated pixels outside the image")
        if isinstance(element.value, list):
            body = b"".join(self._item(item, signed) for item in element.value)
            return _head(tag, "SQ", len(body)) + body
        value = swap(element.value, vr) if self._big_endian else bytes(element.value)
        if len(value) % 2:
            value += b"\0" if vr in ("OB", "UN", "UI") else b" "
        # PS3.5 §6.2.2: what doesn't fit a 16-bit length is written as UN.
        if vr.encode() not in LONG_VRS and len(value) > LONGEST_SHORT:
            vr = "UN"
        return _head(tag, vr, len(value)) + value

    def _item(self, item: Items, signed: bool) -> bytes:
        inner = is_signed(item, signed, big_endian=self._big_endian)
        body = b"".join(self.element(tag, item[tag], signed=inner) for tag in sorted(item) if tag & 0xFFFF)
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body

    def pixel_data(
        self, element: Element, pixels: Iterator[bytes] | None, pixel_bytes: int
    ) -> Iterator[bytes]:
        """Write pixel data in pieces, turned to little endian by whole pixel cells."""
        bits = self._header.integer(0x00280100)
        vr = "OW" if pixels is not None and bits > 8 else clear_vr(element, signed=False)
        if pixels is not None:
            yield _head(PIXEL_DATA, vr, pixel_bytes + pixel_bytes % 2)
            yield from pixels
            yield b"\0" * (pixel_bytes % 2)
            return
        if not isinstance(element.value, memoryview):
            raise malformed("native pixels expected")
        word_bytes = native_word_bytes(element.vr, bits, big_endian=self._big_endian)
        size = len(element.value)
        yield _head(PIXEL_DATA, vr, size + size % 2)
        for start in range(0, size, PIECE):
            piece = element.value[start : start + PIECE]
            yield swap(piece, "OB", word_bytes) if word_bytes > 1 else bytes(piece)
        yield b"\0" * (size % 2)


def native_word_bytes(vr: str, bits_allocated: int, *, big_endian: bool) -> int:
    """Return the size of the words whose bytes must be turned: whole cells, at least 16 bits in OW."""
    if not big_endian or vr == "OB":
        return 1
    return max(bits_allocated // 8, 2)


def _head(tag: int, vr: str, length: int) -> bytes:
    code = vr.encode("ascii")
    if code in LONG_VRS:
        return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, code, 0, length)
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, code, length)


def _meta(data_set: DataSet) -> bytes:
    """Write the file meta information anew with the new transfer syntax (PS3.10 §7.1)."""
    body = b""
    elements = {
        tag: element for tag, element in data_set.meta.items() if isinstance(element.value, memoryview)
    }
    for tag in sorted(elements.keys() | {0x00020010}):
        if tag == 0x00020000:
            continue
        if tag == 0x00020010:
            value, vr = EXPLICIT_LITTLE.encode(), "UI"
        else:
            value, vr = bytes(elements[tag].value), elements[tag].vr  # pyright: ignore[reportArgumentType]
        value += b"\0" * (len(value) % 2)
        body += _head(tag, vr, len(value)) + value
    return _head(0x00020000, "UL", 4) + struct.pack("<I", len(body)) + body
