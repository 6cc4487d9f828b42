from datetime import date

import pytest
from dicom_samples import picture, sample, small, written

from imaging.dicom.description import describe, is_uid, parse_date
from imaging.errors import DicomProblem


def test_describes_a_real_chest_film():
    found = describe(sample("RG1_UNCR.dcm").read_bytes())
    assert (found.shape.rows, found.shape.columns, found.shape.bits_allocated) == (1955, 1841, 16)
    assert found.frames.count == 1
    assert found.transfer_syntax == "1.2.840.10008.1.2.1"
    assert found.json["00080060"]["Value"] == ["CR"]


@pytest.mark.parametrize("attribute", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
def test_an_instance_without_its_identity_is_refused(attribute: str):
    dataset = small()
    data = written(dataset)
    uid = str(dataset[attribute].value).encode()
    for spoiled in (b"not a uid".ljust(len(uid)), b" " * len(uid)):
        with pytest.raises(DicomProblem) as caught:
            describe(data[:300] + data[300:].replace(uid, spoiled))
        assert caught.value.code == "dicom/identity-missing"
        assert caught.value.parameters == {"attribute": attribute}


def test_a_media_directory_is_refused_as_such():
    folder = sample("CT_small.dcm").parent / "dicomdirtests"
    with pytest.raises(DicomProblem) as caught:
        describe((folder / "DICOMDIR").read_bytes())
    assert caught.value.code == "dicom/media-directory"


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("CT_small.dcm", "1.2.840.10008.1.2.1"),
        ("MR_small_implicit.dcm", "1.2.840.10008.1.2.1"),
        ("MR_small_bigendian.dcm", "1.2.840.10008.1.2.1"),
        ("MR_small_jp2klossless.dcm", "1.2.840.10008.1.2.4.90"),
        ("MR_small_RLE.dcm", "1.2.840.10008.1.2.5"),
    ],
)
def test_metadata_names_the_transfer_syntax_that_is_served(name: str, served: str):
    assert describe(sample(name).read_bytes()).json["00083002"]["Value"] == [served]


def test_a_refusal_quotes_nothing_of_the_patient():
    data = written(picture())
    for cut in range(200, len(data), 7):
        try:
            describe(data[:cut])
        except DicomProblem as problem:
            text = f"{problem} {problem.detail} {problem.parameters} {problem.context}"
            assert "Canary" not in text


def test_uids_and_dates():
    assert is_uid("1.2.840.10008.1.1")
    assert not is_uid("1..2")
    assert not is_uid("1.2.a")
    assert not is_uid("1" * 65)
    assert parse_date("20260302") == date(2026, 3, 2)
    assert parse_date("2026.03.02") == date(2026, 3, 2)
    assert parse_date("20261302") is None
    assert parse_date("") is None
