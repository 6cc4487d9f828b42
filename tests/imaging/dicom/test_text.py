import pytest
from dicom_samples import read, sample, small, written

from imaging.dicom.description import describe
from imaging.dicom.text import DEFAULT, CharacterSet, character_set, settle


def with_name(raw: bytes, charset: str) -> bytes:
    """Write a file whose name has exactly these bytes under that label."""
    dataset = small(PatientName="X" * (len(raw) + len(raw) % 2), SpecificCharacterSet=charset)
    data = written(dataset)
    return data.replace(b"X" * (len(raw) + len(raw) % 2), raw + b" " * (len(raw) % 2))


def name_of(data: bytes) -> dict:
    return describe(data).json["00100010"]["Value"][0]


@pytest.mark.parametrize("charset", ["GB18030", "GBK"])
def test_chinese_names_in_the_national_encodings(charset: str):
    # PS3.5 Annex J: a name in GB18030.
    raw = "Wang^XiaoDong=王^小东=".encode("gb18030")
    assert name_of(with_name(raw, charset)) == {"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"}


def test_a_backslash_byte_inside_a_character_does_not_split_the_name():
    # 0x5C is the second byte of 昞 in GBK, and would end a value read byte by byte.
    raw = "Li^Bing=李^昞".encode("gb18030")
    assert b"\\" in raw
    assert name_of(with_name(raw, "GB18030"))["Ideographic"] == "李^昞"


def test_chinese_names_by_iso_2022_escapes():
    # PS3.5 Annex K: ISO 2022 IR 58 with escapes anew in each component.
    raw = b"Zhang^XiaoDong=\x1b$)A" + "张".encode("gb2312") + b"^\x1b$)A" + "小东".encode("gb2312") + b"="
    assert name_of(with_name(raw, "\\ISO 2022 IR 58")) == {
        "Alphabetic": "Zhang^XiaoDong",
        "Ideographic": "张^小东",
    }


@pytest.mark.parametrize("charset", ["ISO_IR 100", "", "ISO_IR 6"])
def test_gbk_under_a_latin_label_is_read_as_gbk_and_marked(charset: str):
    found = describe(with_name("张^三".encode("gbk"), charset))
    assert found.json["00100010"]["Value"][0] == {"Alphabetic": "张^三"}
    assert "charset-mislabelled" in found.marks


def test_utf_8_under_a_latin_label_is_read_as_utf_8_and_marked():
    found = describe(with_name("张^三丰".encode(), "ISO_IR 100"))
    assert found.json["00100010"]["Value"][0] == {"Alphabetic": "张^三丰"}
    assert "charset-mislabelled" in found.marks


@pytest.mark.parametrize("name", ["Müller^Jörg", "Buc^Jérôme", "Ångström^Åsa", "Señor^Ñuñez"])
def test_latin_names_stay_latin(name: str):
    found = describe(with_name(name.encode("latin-1"), "ISO_IR 100"))
    assert found.json["00100010"]["Value"][0] == {"Alphabetic": name}
    assert found.marks == ()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("chrX1.dcm", "王^小東"),
        ("chrX2.dcm", "王^小东"),
        ("chrH31.dcm", "山田^太郎"),
        ("chrH32.dcm", "山田^太郎"),
        ("chrI2.dcm", "洪^吉洞"),
    ],
)
def test_the_names_of_the_standards_own_examples(file: str, expected: str):
    assert name_of(sample(file).read_bytes())["Ideographic"] == expected
    assert expected in str(read(sample(file)).PatientName)


@pytest.mark.parametrize(
    ("file", "expected"),
    [("chrArab.dcm", "قباني^لنزار"), ("chrGreek.dcm", "Διονυσιος"), ("chrRuss.dcm", "Люкceмбypг")],
)
def test_single_byte_scripts(file: str, expected: str):
    assert name_of(sample(file).read_bytes())["Alphabetic"] == expected


def test_unknown_labels_and_undecodable_bytes_never_raise():
    assert character_set(b"NO SUCH SET") == DEFAULT
    assert character_set(b"\\NO SUCH SET").decode(b"plain") == "plain"
    assert "\ufffd" in CharacterSet(("utf8",)).decode(b"\xff\xfe")


def test_escapes_under_a_single_label_are_not_taken_for_gbk():
    assert settle(DEFAULT, [b"\x1b$)A\xd5\xc5"]) is DEFAULT


def test_the_label_served_is_the_sources_own():
    assert describe(with_name("张^三".encode("gbk"), "GB18030")).json["00080005"]["Value"] == ["GB18030"]
