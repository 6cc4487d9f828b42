import warnings

import numpy as np
import pytest
from dicom_samples import every_sample, read, sample
from pydicom.errors import InvalidDicomError

from imaging.dicom.description import describe
from imaging.dicom.encoding import executable_preamble, explicit_little
from imaging.dicom.files import scan
from imaging.dicom.json_model import JsonEncoder
from imaging.dicom.scanner import Limits
from imaging.dicom.transfer_syntaxes import EXPLICIT_LITTLE, lookup
from imaging.dicom.values import Header
from imaging.errors import DicomProblem


def convertible(path) -> bool:
    try:
        return not lookup(describe(path.read_bytes()).transfer_syntax).encapsulated
    except DicomProblem:
        return False


@pytest.mark.parametrize(
    "path", [path for path in every_sample() if convertible(path)], ids=lambda path: path.name
)
def test_the_converted_file_says_the_same_in_explicit_little_endian(path):
    source = Header(scan(path.read_bytes(), Limits()))
    converted = b"".join(explicit_little(source))
    target = Header(scan(converted, Limits()))
    assert target.data_set.syntax.uid == EXPLICIT_LITTLE
    before, after = JsonEncoder(source).encode(), JsonEncoder(target).encode()
    assert before == after
    dataset = read(converted)
    assert dataset.file_meta.TransferSyntaxUID == EXPLICIT_LITTLE
    try:
        original = read(path)
    except InvalidDicomError:
        return
    if original.get("PixelData"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = original.pixel_array
            except (ValueError, AttributeError):
                return
            assert np.array_equal(dataset.pixel_array, expected)


def test_only_preambles_that_make_a_program_or_a_page_are_dangerous():
    assert executable_preamble(b"MZ\x90\0" + bytes(124))
    assert executable_preamble(b"\x7fELF" + bytes(124))
    assert executable_preamble(b"<html>" + bytes(122))
    assert not executable_preamble(bytes(128))
    assert not executable_preamble(b"II*\0" + bytes(124))


def test_no_sample_has_a_dangerous_preamble():
    assert not executable_preamble(sample("CT_small.dcm").read_bytes()[:128])
