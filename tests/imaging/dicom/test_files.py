import struct
import zlib
from contextlib import suppress

import pytest
from dicom_samples import picture, sample, small, written
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.dicom.description import describe
from imaging.dicom.files import scan
from imaging.dicom.scanner import Limits
from imaging.errors import DicomProblem

LIMITS = Limits()
PREFIX = b"\0" * 128 + b"DICM"
DEFLATED = "1.2.840.10008.1.2.1.99"


def meta(transfer_syntax: str) -> bytes:
    uid = transfer_syntax.encode()
    uid += b"\0" * (len(uid) % 2)
    return struct.pack("<HH2sH", 2, 0x10, b"UI", len(uid)) + uid


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return PREFIX + meta(DEFLATED) + packer.compress(data) + packer.flush()


def refusal(data: bytes, limits: Limits = LIMITS) -> DicomProblem:
    with pytest.raises(DicomProblem) as caught:
        scan(data, limits)
    return caught.value


def test_a_file_without_the_prefix_is_not_dicom():
    assert refusal(b"%PDF-1.7" + bytes(500)).code == "dicom/not-dicom"
    assert refusal(b"").code == "dicom/not-dicom"
    assert refusal(sample("no_meta.dcm").read_bytes()).code == "dicom/not-dicom"


def test_a_deflated_file_is_inflated_and_read():
    data_set = scan(sample("image_dfl.dcm").read_bytes(), LIMITS)
    assert data_set.inflated
    assert data_set.syntax.uid == DEFLATED
    assert 0x7FE00010 in data_set.elements


def test_a_deflated_bomb_stops_at_the_limit_and_allocates_no_more():
    bomb = deflated(bytes(64 << 20))
    assert len(bomb) < 100_000
    problem = refusal(bomb, Limits(inflated_bytes=1 << 20))
    assert problem.code == "dicom/too-large"
    assert problem.parameters == {"what": "inflated-bytes", "limit": 1 << 20}


def test_a_damaged_or_cut_deflated_part_is_refused():
    whole = sample("image_dfl.dcm").read_bytes()
    assert refusal(whole[:-100]).code == "dicom/truncated"
    assert refusal(PREFIX + meta(DEFLATED) + b"\xff" * 100).code == "dicom/malformed"


def test_a_file_that_contradicts_its_own_transfer_syntax_is_read_as_it_is_written():
    implicit = written(small(), transfer_syntax="1.2.840.10008.1.2", implicit_vr=True, little_endian=True)
    claims_explicit = implicit.replace(meta("1.2.840.10008.1.2")[8:], b"1.2.840.10008.1.2\0")
    assert scan(claims_explicit, LIMITS).implicit
    wrong = (
        PREFIX + meta("1.2.840.10008.1.2.1") + implicit[implicit.index(struct.pack("<HHI", 8, 0x16, 26)) :]
    )
    assert scan(wrong, LIMITS).implicit
    assert describe(wrong).json["00100020"]["Value"] == ["P1"]


def test_every_cut_of_a_file_is_refused_or_loses_only_what_follows_the_pixels():
    whole = written(picture())
    pixels_end = whole.rindex(b"\x01" * 64) + 64
    codes = set[str]()
    for length in range(pixels_end):
        try:
            # Cut between two elements: the file is whole as far as it says, and has no image.
            assert describe(whole[:length]).frames.count == 0
        except DicomProblem as problem:
            codes.add(problem.code)
    assert codes == {"dicom/not-dicom", "dicom/truncated", "dicom/identity-missing"}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_follows_the_prefix_only_our_problem_leaves_the_reader(junk: bytes):
    for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", DEFLATED, "9.9"):
        with suppress(DicomProblem):
            scan(PREFIX + meta(syntax) + junk, LIMITS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_real_files_with_bytes_changed_are_described_or_refused(data: st.DataObject):
    name = data.draw(
        st.sampled_from(["CT_small.dcm", "reportsi.dcm", "MR_small_RLE.dcm", "rtplan.dcm", "chrH32.dcm"])
    )
    original = bytearray(sample(name).read_bytes()[:4000])
    for _ in range(data.draw(st.integers(1, 8))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DicomProblem):
        describe(bytes(original))
