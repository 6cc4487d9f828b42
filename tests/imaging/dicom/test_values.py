import struct

from dicom_samples import sample, small, written

from imaging.dicom.files import scan
from imaging.dicom.scanner import Limits
from imaging.dicom.text import DEFAULT
from imaging.dicom.values import Header, numbers, texts


def header(data: bytes) -> Header:
    return Header(scan(data, Limits()))


def test_numbers_whatever_they_are_written_as():
    found = header(written(small(Rows=512, WindowCenter=["40", "80.5"], InstanceNumber="7")))
    assert found.number(0x00280010) == 512
    assert found.numbers(0x00281050) == [40.0, 80.5]
    assert found.integer(0x00200013) == 7
    assert found.integer(0x00200011, default=3) == 3


def test_what_is_no_number_is_left_out():
    assert header(sample("badVR.dcm").read_bytes()).numbers(0x00280008) == []


def test_signed_pixel_values_are_read_signed():
    dataset = small(PixelRepresentation=1)
    dataset.add_new(0x00280106, "SS", -2000)
    implicit = written(dataset, transfer_syntax="1.2.840.10008.1.2", implicit_vr=True, little_endian=True)
    assert header(implicit).numbers(0x00280106) == [-2000.0]


def test_big_endian_numbers():
    assert header(sample("MR_small_bigendian.dcm").read_bytes()).number(0x00280010) == 64
    assert numbers(memoryview(struct.pack(">2H", 1, 515)), "US", big_endian=True) == (1, 515)


def test_a_ragged_number_is_dropped():
    assert numbers(memoryview(b"\x01\x00\x02"), "US", big_endian=False) == (1,)


def test_text_is_split_where_its_representation_allows():
    assert texts(b"A\\B ", "CS", DEFAULT) == ["A", "B"]
    assert texts(b"A\\B ", "LT", DEFAULT) == ["A\\B"]
    assert texts(b"  ", "LO", DEFAULT) == []
