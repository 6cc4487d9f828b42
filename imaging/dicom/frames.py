"""Where each frame lies in a file, found once at ingest (PS3.5 §A.4, PS3.3 §C.7.6.3.1.8).

Native frames are evenly spaced, so an offset and a length say it all. Encapsulated ones get a table, packed as
little-endian (frame number, offset, length) for every fragment, by which one frame is found without reading others.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from imaging.dicom.scanner import PIXEL_DATA, DataSet, Fragments
from imaging.dicom.values import Header

EXTENDED_OFFSETS = 0x7FE00001
EXTENDED_LENGTHS = 0x7FE00002

MOST_FRAMES = 1_000_000
ENTRY = struct.Struct("<IQI")
"""Frame number from 1, offset and length in bytes."""

_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ")
"""First bytes of a JPEG or JPEG-LS, of a JPEG 2000 codestream and of a JP2 file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelShape:
    """How native pixels are laid out (PS3.3 §C.7.6.3)."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    photometric: str
    planar: bool
    frames: int

    @property
    def frame_bits(self) -> int:
        """The bits of one native frame; 4:2:2 keeps two samples a pixel (PS3.3 §C.7.6.3.1.2)."""
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def frame_bytes(self) -> int:
        """The bytes of one native frame, rounded up."""
        return (self.frame_bits + 7) // 8

    @property
    def samples_shown(self) -> int:
        """How many samples one decoded frame has."""
        return self.rows * self.columns * self.samples


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTable:
    """The frames of one file. `entries` is empty for native pixels."""

    count: int
    offset: int
    length: int
    """Of one native frame; 0 when frames share bytes (1-bit pixels that don't fill the last byte)."""
    entries: bytes = b""

    def places(self, number: int) -> list[tuple[int, int]]:
        """Return the (offset, length) pieces of frame `number`, counted from 1; empty when there is none."""
        if not 1 <= number <= self.count:
            return []
        if not self.entries:
            return [(self.offset + (number - 1) * self.length, self.length)]
        index = self._first(number)
        found: list[tuple[int, int]] = []
        while index * ENTRY.size < len(self.entries):
            frame, offset, length = ENTRY.unpack_from(self.entries, index * ENTRY.size)
            if frame != number:
                break
            found.append((offset, length))
            index += 1
        return found

    def _first(self, number: int) -> int:
        total = len(self.entries) // ENTRY.size
        if total == self.count:
            return number - 1
        low, high = 0, total
        while low < high:
            middle = (low + high) // 2
            if ENTRY.unpack_from(self.entries, middle * ENTRY.size)[0] < number:
                low = middle + 1
            else:
                high = middle
        return low


NO_FRAMES = FrameTable(count=0, offset=0, length=0)


def pixel_shape(header: Header) -> PixelShape:
    """Read the Image Pixel module; what is missing is 0 or empty."""
    frames = header.integer(0x00280008, 1)
    return PixelShape(
        rows=max(header.integer(0x00280010), 0),
        columns=max(header.integer(0x00280011), 0),
        samples=max(header.integer(0x00280002, 1), 1),
        bits_allocated=max(header.integer(0x00280100), 0),
        bits_stored=max(header.integer(0x00280101), 0),
        signed=header.integer(0x00280103) == 1,
        photometric=header.text(0x00280004),
        planar=header.integer(0x00280006) == 1,
        frames=min(max(frames, 1), MOST_FRAMES),
    )


def frame_table(data_set: DataSet, header: Header, shape: PixelShape) -> FrameTable:
    """Find the frames. An image whose pixels don't suffice has those frames that are whole."""
    element = data_set.elements.get(PIXEL_DATA)
    if element is None:
        return NO_FRAMES
    if isinstance(element.value, Fragments):
        groups = _assign(data_set, element.value, shape.frames)
        entries = b"".join(
            ENTRY.pack(number, offset, length)
            for number, places in enumerate(groups, 1)
            for offset, length in places
        )
        first = groups[0][0][0] if groups and groups[0] else element.offset
        return FrameTable(count=len(groups), offset=first, length=0, entries=entries)
    if not isinstance(element.value, memoryview) or not shape.frame_bits:
        return NO_FRAMES
    whole = len(element.value) * 8 // shape.frame_bits
    aligned = shape.frames == 1 or shape.frame_bits % 8 == 0
    return FrameTable(
        count=min(shape.frames, whole),
        offset=element.offset,
        length=shape.frame_bytes if aligned else 0,
    )


def _assign(data_set: DataSet, fragments: Fragments, frames: int) -> list[list[tuple[int, int]]]:
    """Say which fragments make which frame: by the extended table, one each, the basic table, or start codes."""
    places = fragments.places
    if not places:
        return []
    if frames == 1:
        return [list(places)]
    extended = _by_extended_table(data_set, places, frames)
    if extended:
        return extended
    if len(places) == frames:
        return [[place] for place in places]
    if len(fragments.offset_table) == frames:
        starts = {places[0][0] - 8 + offset for offset in fragments.offset_table}
        return _split(places, [place[0] - 8 in starts for place in places])
    buffer = data_set.buffer
    return _split(places, [bytes(buffer[at : at + 8]).startswith(_STARTS) for at, _ in places])


def _by_extended_table(
    data_set: DataSet, places: Sequence[tuple[int, int]], frames: int
) -> list[list[tuple[int, int]]]:
    offsets, lengths = (data_set.elements.get(tag) for tag in (EXTENDED_OFFSETS, EXTENDED_LENGTHS))
    if offsets is None or lengths is None:
        return []
    if not isinstance(offsets.value, memoryview) or not isinstance(lengths.value, memoryview):
        return []
    if len(offsets.value) != 8 * frames or len(lengths.value) != 8 * frames:
        return []
    known = dict(places)
    base = places[0][0]
    found: list[list[tuple[int, int]]] = []
    pairs = zip(
        struct.unpack(f"<{frames}Q", offsets.value), struct.unpack(f"<{frames}Q", lengths.value), strict=True
    )
    for offset, length in pairs:
        start = base + offset
        if not length <= known.get(start, -1) < length + 2:
            return []
        found.append([(start, length)])
    return found


def _split(places: Sequence[tuple[int, int]], begins: Sequence[bool]) -> list[list[tuple[int, int]]]:
    groups: list[list[tuple[int, int]]] = []
    for place, begin in zip(places, begins, strict=True):
        if begin or not groups:
            groups.append([])
        groups[-1].append(place)
    return groups
