import struct

import numpy as np
import pytest
from dicom_samples import every_sample, picture, read, sample, written
from pydicom.encaps import encapsulate, encapsulate_extended, get_frame
from pydicom.errors import InvalidDicomError

from imaging.dicom.description import describe
from imaging.dicom.frames import MOST_FRAMES, NO_FRAMES, FrameTable
from imaging.errors import DicomProblem

RLE = "1.2.840.10008.1.2.5"
JPEG = "1.2.840.10008.1.2.4.50"


def bytes_of(data: bytes, table: FrameTable, number: int) -> bytes:
    return b"".join(data[offset : offset + length] for offset, length in table.places(number))


def encapsulated(pixel_data: bytes, frames: int, **attributes: object) -> bytes:
    dataset = picture(frames=frames, PixelData=pixel_data, **attributes)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return written(dataset, transfer_syntax=JPEG)


@pytest.mark.parametrize("path", list(every_sample()), ids=lambda path: path.name)
def test_finds_the_frames_that_pydicom_finds(path):
    data = path.read_bytes()
    try:
        description = describe(data)
        dataset = read(path)
    except (DicomProblem, InvalidDicomError):
        return
    if "PixelData" not in dataset or not dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return
    frames = int(dataset.get("NumberOfFrames") or 1)
    assert description.frames.count == frames
    for number in {1, frames // 2 + 1, frames}:
        expected = get_frame(dataset.PixelData, number - 1, number_of_frames=frames)
        assert bytes_of(data, description.frames, number) == expected


def test_native_frames_are_evenly_spaced():
    data = written(picture(frames=3, rows=4, columns=5))
    table = describe(data).frames
    assert table.entries == b""
    assert [bytes_of(data, table, number) for number in (1, 2, 3)] == [bytes([n]) * 20 for n in (1, 2, 3)]
    assert table.places(0) == table.places(4) == []


def jpegs(count: int) -> list[bytes]:
    return [b"\xff\xd8\xff" + bytes([number]) * 9 for number in range(count)]


def test_frames_in_several_fragments_are_told_apart_by_the_basic_table():
    data = encapsulated(encapsulate(jpegs(3), fragments_per_frame=3), 3)
    table = describe(data).frames
    assert [bytes_of(data, table, n)[:12] for n in (1, 2, 3)] == jpegs(3)
    assert len(table.places(2)) == 3


def test_without_a_table_frames_begin_where_a_picture_begins():
    data = encapsulated(encapsulate(jpegs(3), fragments_per_frame=2, has_bot=False), 3)
    table = describe(data).frames
    assert [bytes_of(data, table, n)[:12] for n in (1, 2, 3)] == jpegs(3)


def test_the_extended_table_is_used():
    pixel_data, offsets, lengths = encapsulate_extended([b"\x01" * 10, b"\x02" * 8, b"\x03" * 12])
    data = encapsulated(pixel_data, 3, ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths)
    table = describe(data).frames
    assert [bytes_of(data, table, n) for n in (1, 2, 3)] == [b"\x01" * 10, b"\x02" * 8, b"\x03" * 12]


def test_an_extended_table_that_points_elsewhere_is_ignored():
    pixel_data, _, lengths = encapsulate_extended([b"\x01" * 10, b"\x02" * 8])
    wrong = struct.pack("<2Q", 0, 1 << 60)
    data = encapsulated(pixel_data, 2, ExtendedOffsetTable=wrong, ExtendedOffsetTableLengths=lengths)
    assert bytes_of(data, describe(data).frames, 2) == b"\x02" * 8


def test_an_image_whose_pixels_do_not_suffice_has_the_frames_that_are_whole():
    description = describe(written(picture(frames=3, NumberOfFrames=5)))
    assert description.frames.count == 3
    assert description.marks == ("pixels-incomplete",)


def test_a_claim_of_countless_frames_costs_nothing():
    description = describe(written(picture(NumberOfFrames=2_000_000_000)))
    assert description.shape.frames == MOST_FRAMES
    assert description.frames.count == 1


def test_one_bit_frames_that_share_bytes_are_counted():
    table = describe(sample("liver.dcm").read_bytes()).frames
    assert table.count == 3
    odd = written(
        picture(
            rows=3,
            columns=3,
            BitsAllocated=1,
            BitsStored=1,
            HighBit=0,
            NumberOfFrames=3,
            PixelData=np.packbits(np.ones(32, np.uint8)).tobytes(),
        )
    )
    assert describe(odd).frames.count == 3
    assert describe(odd).frames.length == 0


def test_a_file_without_pixels_has_no_frames():
    assert describe(sample("reportsi.dcm").read_bytes()).frames == NO_FRAMES
