"""Reads the size that a compressed frame declares, before any decoder allocates for it.

A header that says 512 x 512 around a codestream that says 60,000 x 60,000 is a bomb.
"""

import struct
from dataclasses import dataclass

_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC} | {0xF7})
"""SOF markers (ITU-T T.81 Table B.1), and SOF55 of JPEG-LS (ITU-T T.87)."""


@dataclass(frozen=True, slots=True)
class Codestream:
    """What a compressed frame says of itself."""

    rows: int
    columns: int
    samples: int
    bits: int
    signed: bool = False
    transformed: bool | None = None
    """For JPEG: whether an Adobe or JFIF marker says YCbCr (True) or RGB (False); None when neither speaks."""


def read_codestream(data: bytes) -> Codestream | None:
    """Read a JPEG, JPEG-LS or JPEG 2000 header; None when it is neither or damaged."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        at = data.find(b"\xff\x4f\xff\x51", 0, 4096)
        return _jpeg_2000(data, at + 4) if at >= 0 else None
    except (struct.error, IndexError):
        return None


def _jpeg(data: bytes) -> Codestream | None:
    position = 2
    transformed: bool | None = None
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        body = position + 4
        if marker == 0xE0 and data[body : body + 4] == b"JFIF":
            transformed = True
        if marker == 0xEE and data[body : body + 5] == b"Adobe" and length >= 14:
            transformed = data[body + 11] == 1
        if marker in _JPEG_FRAMES:
            bits, rows, columns, samples = struct.unpack_from(">BHHB", data, body)
            return Codestream(rows, columns, samples, bits, transformed=transformed)
        if marker == 0xDA:
            return None
        position += 2 + length
    return None


def _jpeg_2000(data: bytes, position: int) -> Codestream:
    """Read the SIZ segment (ITU-T T.800 §A.5.1)."""
    _, _, x_size, y_size, x_offset, y_offset = struct.unpack_from(">HHIIII", data, position)
    (samples, precision) = struct.unpack_from(">HB", data, position + 36)
    return Codestream(
        y_size - y_offset, x_size - x_offset, samples, (precision & 0x7F) + 1, signed=precision >= 0x80
    )
