"""Opens a DICOM file: preamble, file meta information, and the data set in whatever encoding they announce (PS3.10 §7).

Only `DicomProblem` leaves here, whatever the bytes are.
"""

import struct
import zlib

from imaging.dicom.dictionary import LONG_VRS, SHORT_VRS
from imaging.dicom.scanner import UNDEFINED, DataSet, Items, Limits, Scanner, uid_value
from imaging.dicom.transfer_syntaxes import EXPLICIT_LITTLE, TransferSyntax, lookup
from imaging.errors import malformed, not_dicom, too_deep, too_large, truncated

_KNOWN_VRS = LONG_VRS | SHORT_VRS
_CHUNK = 1 << 20


def scan(data: bytes | bytearray | memoryview, limits: Limits) -> DataSet:
    """Read the structure of a whole PS3.10 file.

    Raises:
        DicomProblem: for everything that isn't a readable DICOM file within `limits`.
    """
    buffer = memoryview(data).cast("B")
    if len(buffer) < 132 or bytes(buffer[128:132]) != b"DICM":
        raise not_dicom()
    meta, start = _file_meta(buffer, limits)
    syntax = lookup(uid_value(meta.get(0x00020010)) or EXPLICIT_LITTLE)
    inflated = False
    if syntax.deflated:
        buffer, start, inflated = memoryview(_inflate(buffer[start:], limits.inflated_bytes)), 0, True
    implicit = _really_implicit(buffer, start, syntax)
    reader = Scanner(buffer, limits, big_endian=syntax.big_endian)
    try:
        elements, _ = reader.data_set(start, len(buffer), implicit=implicit, depth=0)
    except RecursionError:
        raise too_deep(limits.depth) from None
    return DataSet(
        syntax=syntax,
        implicit=implicit,
        meta=meta,
        elements=elements,
        buffer=buffer,
        inflated=inflated,
    )


def _file_meta(buffer: memoryview, limits: Limits) -> tuple[Items, int]:
    """Read group 0002, always Explicit VR Little Endian (PS3.10 §7.1), whether or not it tells its length."""
    reader = Scanner(buffer, limits)
    meta: Items = {}
    position = 132
    while len(buffer) - position >= 8 and buffer[position] == 2 and buffer[position + 1] == 0:
        tag, vr, length, start = reader.head(position, implicit=False)
        if length == UNDEFINED:
            raise malformed("the file meta information has an undefined length")
        meta[tag], position = reader.value(tag, vr, length, start, end=len(buffer), implicit=False, depth=0)
    return meta, position


def _really_implicit(buffer: memoryview, start: int, syntax: TransferSyntax) -> bool:
    """Tell how the first element is written, since some writers contradict their own file meta information."""
    if len(buffer) - start < 8:
        return syntax.implicit
    looks_explicit = bytes(buffer[start + 4 : start + 6]) in _KNOWN_VRS
    if syntax.implicit and looks_explicit:
        (length,) = struct.unpack_from("<I", buffer, start + 4)
        return length <= len(buffer) - start
    return syntax.implicit or (not looks_explicit and not syntax.big_endian)


def _inflate(compressed: memoryview, limit: int) -> bytes:
    """Inflate a deflated data set (PS3.5 §A.5), never beyond `limit` bytes."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    out = bytearray()
    try:
        for begin in range(0, len(compressed), _CHUNK):
            piece: bytes | memoryview = compressed[begin : begin + _CHUNK]
            while piece:
                out += inflater.decompress(piece, min(_CHUNK, limit + 1 - len(out)))
                if len(out) > limit:
                    raise too_large("inflated-bytes", limit)
                piece = inflater.unconsumed_tail
            if inflater.eof:
                break
    except zlib.error:
        raise malformed("the deflated part is damaged") from None
    if not inflater.eof:
        raise truncated(1)
    return bytes(out)
