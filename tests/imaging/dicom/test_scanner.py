import struct

import pytest
from dicom_samples import every_sample, read, sample, small, written
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.sequence import Sequence

from imaging.dicom.files import scan
from imaging.dicom.scanner import PIXEL_DATA, Fragments, Limits
from imaging.errors import DicomProblem

LIMITS = Limits()
HEAD = b"\0" * 128 + b"DICM" + struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + b"1.2.840.10008.1.2.1\0"


def refusal(body: bytes, limits: Limits = LIMITS) -> DicomProblem:
    with pytest.raises(DicomProblem) as caught:
        scan(HEAD + body, limits)
    return caught.value


def explicit(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, length) + value


@pytest.mark.parametrize("path", list(every_sample()), ids=lambda path: path.name)
def test_finds_the_elements_that_pydicom_finds(path):
    try:
        wanted = read(path)
        found = scan(path.read_bytes(), LIMITS)
    except (DicomProblem, InvalidDicomError):
        return
    tags = {int(element) for element in wanted.keys()}  # noqa: SIM118 - iterating gives elements
    # Padding after the pixels is no data.
    assert set(found.elements) - {0xFFFCFFFC} == tags - {0xFFFCFFFC}


def test_a_claimed_length_of_two_gigabytes_is_truncation_not_memory():
    problem = refusal(explicit(0x00420011, b"OB", 2 << 30, b"%PDF"))
    assert problem.code == "dicom/truncated"
    assert problem.parameters["missing_bytes"] == (2 << 30) - 4


@pytest.mark.parametrize("undefined", [True, False])
def test_nesting_beyond_the_limit_is_refused(undefined: bool):
    body = b""
    for _ in range(3000):
        length = 0xFFFFFFFF if undefined else len(body) + 8
        item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF if undefined else len(body)) + body
        if undefined:
            item += struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
        body = explicit(0x00081115, b"SQ", length) + item
    assert refusal(body).code == "dicom/too-deep"


def test_more_elements_than_the_limit_are_refused():
    many = b"".join(struct.pack("<HH2sH", 0x0009, number, b"LO", 0) for number in range(0x1000, 0x1100))
    assert refusal(many, Limits(elements=100)).parameters["what"] == "elements"


def test_more_items_than_the_limit_are_refused():
    items = struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 500
    assert (
        refusal(explicit(0x00081115, b"SQ", len(items), items), Limits(elements=100)).code
        == "dicom/too-large"
    )


def test_more_fragments_than_the_limit_are_refused():
    body = explicit(PIXEL_DATA, b"OB", 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0) * 500
    assert refusal(body, Limits(fragments=100)).parameters["what"] == "fragments"


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<HHI", 0xFFFE, 0xE00D, 0),
        struct.pack("<HHI", 0xFFFE, 0xE000, 0),
        explicit(0x00100010, b"UT", 0xFFFFFFFF),
        explicit(0x00081115, b"SQ", 8, bytes(8)),
        explicit(0x00080016, b"OB", 2, b"ab") + struct.pack("<HH2sH", 8, 0x18, b"??", 0),
    ],
    ids=["delimiter", "item", "endless text", "no item in a sequence", "no VR"],
)
def test_what_breaks_the_encoding_is_malformed(body: bytes):
    assert refusal(body).code == "dicom/malformed"


def test_an_element_past_its_items_end_is_malformed():
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 10) + struct.pack("<HH2sH", 8, 0x50, b"SH", 200) + b"ab"
    assert refusal(explicit(0x00081115, b"SQ", len(item) + 200, item + bytes(200))).code == "dicom/malformed"


def test_fragments_are_found_with_their_places():
    data = sample("SC_rgb_rle_2frame.dcm").read_bytes()
    value = scan(data, LIMITS).elements[PIXEL_DATA].value
    assert isinstance(value, Fragments)
    assert len(value.places) == 2
    for offset, length in value.places:
        assert struct.unpack_from("<HHI", data, offset - 8) == (0xFFFE, 0xE000, length)


def test_a_sequence_of_unknown_vr_is_read_as_implicit():
    inner = Dataset()
    inner.CodeValue = "T-28000"
    dataset = small(ProcedureCodeSequence=Sequence([inner]))
    data = written(dataset)
    at = data.index(struct.pack("<HH2s", 0x0008, 0x1032, b"SQ"))
    implicit_item = struct.pack("<HHI", 8, 0x100, 8) + b"T-28000 "
    unknown = explicit(0x00081032, b"UN", 0xFFFFFFFF)
    unknown += struct.pack("<HHI", 0xFFFE, 0xE000, len(implicit_item)) + implicit_item
    unknown += struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    (length,) = struct.unpack_from("<I", data, at + 8)
    changed = data[:at] + unknown + data[at + 12 + length :]
    items = scan(changed, LIMITS).elements[0x00081032].value
    assert bytes(items[0][0x00080100].value) == b"T-28000 "
