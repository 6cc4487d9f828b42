import pytest

from imaging.dicom.dictionary import parse_tag, vr_of


@pytest.mark.parametrize(
    ("tag", "vr"),
    [
        (0x00100010, "PN"),
        (0x60020010, "US"),
        (0x60003000, "OB or OW"),
        (0x00280106, "US or SS"),
        (0x00091001, "UN"),
        (0x00090010, "LO"),
        (0x00100000, "UL"),
        (0x00FF0002, "UN"),
    ],
)
def test_the_representation_of_a_tag(tag: int, vr: str):
    assert vr_of(tag) == vr


def test_tags_are_read_by_number_and_by_keyword():
    assert parse_tag("00100010") == parse_tag("PatientName") == 0x00100010
    assert parse_tag("0020000d") == 0x0020000D
    assert parse_tag("NoSuchThing") is None
    assert parse_tag("1234567") is None
