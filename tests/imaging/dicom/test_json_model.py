import json
import math
import warnings

import pytest
from dicom_samples import every_sample, read, sample, small, written
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from imaging.dicom.description import describe
from imaging.dicom.files import scan
from imaging.dicom.json_model import BULK_MARK, JsonEncoder, dumps, person_name, swap
from imaging.dicom.scanner import Limits
from imaging.dicom.values import Header
from imaging.errors import DicomProblem
from wire.problems import Problem

WITHHELD = {"00280030", "00181164", "00182010", "00181190", "00281050", "00281051"}


def encoded(data: bytes) -> dict:
    return json.loads(dumps(JsonEncoder(Header(scan(data, Limits()))).encode()))


def is_private(tag: str) -> bool:
    return int(tag[:4], 16) % 2 == 1


def plain(value):
    """Bring the two encoders' equally right spellings together."""
    if isinstance(value, dict):
        cleaned = {key: plain(inner) for key, inner in value.items()}
        return {key: inner for key, inner in cleaned.items() if inner not in ([], None, {})}
    if isinstance(value, list):
        cleaned = [plain(inner) or (inner if inner == 0 else None) for inner in value]
        return cleaned if any(inner is not None for inner in cleaned) else []
    if isinstance(value, str):
        # PS3.18 F.2.5 wants null where pydicom writes "", and names of separators alone say nothing.
        return value.rstrip() if value.strip(" ^") else None
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value


def compare(ours: dict, theirs: dict, where: str, big_endian: bool) -> list[str]:
    """List what differs, private elements aside whose VR pydicom takes from a list of makers' dictionaries."""
    wrong: list[str] = []
    for tag, element in theirs.items():
        own = ours.get(tag)
        if tag.endswith("0000") or tag in WITHHELD or (is_private(tag) and own and own["vr"] == "UN"):
            continue
        if big_endian and "InlineBinary" in element:
            continue  # pydicom leaves the words' order as it was; JSON's is little endian
        if own is None:
            wrong.append(f"{where}{tag} missing")
        elif "BulkDataURI" in own:
            assert own["BulkDataURI"].startswith(BULK_MARK)
        elif own["vr"] == "SQ" and element["vr"] == "SQ":
            for index, (mine, his) in enumerate(
                zip(own.get("Value", []), element.get("Value", []), strict=True)
            ):
                wrong += compare(mine, his, f"{where}{tag}/{index}/", big_endian)
        elif plain(own) != plain(element):
            wrong.append(f"{where}{tag} {str(own)[:80]} != {str(element)[:80]}")
    return wrong


@pytest.mark.parametrize("path", list(every_sample()), ids=lambda path: path.name)
def test_says_what_pydicom_says(path):
    try:
        data = path.read_bytes()
        ours = encoded(data)
    except DicomProblem:
        return
    dataset = read(path)
    if "PixelData" in dataset:
        del dataset.PixelData
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = dataset.to_json_dict(suppress_invalid_tags=True)
    assert compare(ours, theirs, "", not dataset.is_little_endian) == []


def test_tags_ascend_and_group_lengths_and_file_meta_stay_out():
    ours = encoded(sample("CT_small.dcm").read_bytes())
    assert list(ours) == sorted(ours)
    assert not any(tag.endswith("0000") or tag.startswith("0002") for tag in ours)


def test_a_name_is_split_into_its_groups():
    assert person_name("Wang^XiaoDong=王^小东=") == {"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"}
    assert person_name("Yamada^Tarou=山田^太郎=やまだ^たろう")["Phonetic"] == "やまだ^たろう"
    assert person_name("=王^小东") == {"Ideographic": "王^小东"}
    assert person_name("^^") is None


def test_empty_elements_have_no_value_and_empty_values_are_null():
    ours = encoded(written(small(PatientID="", ImageType=["ORIGINAL", "", "AXIAL"])))
    assert ours["00100020"] == {"vr": "LO"}
    assert ours["00080008"]["Value"] == ["ORIGINAL", None, "AXIAL"]


def test_numbers_that_json_lacks_are_written_as_text():
    dataset = small()
    dataset.add_new(0x00189087, "FD", [float("nan"), float("inf"), float("-inf"), 0.5])
    assert encoded(written(dataset))["00189087"]["Value"] == ["NaN", "inf", "-inf", 0.5]


def test_what_is_no_number_stays_text():
    assert encoded(sample("badVR.dcm").read_bytes())["00280008"]["Value"] == ["1A"]


def test_long_binary_values_are_referred_to_and_short_ones_inline():
    dataset = small()
    dataset.add_new(0x00420011, "OB", b"%PDF" + bytes(5000))
    dataset.add_new(0x00091001, "OB", b"\x01\x02\x03\x04")
    ours = encoded(written(dataset))
    assert ours["00420011"] == {"vr": "OB", "BulkDataURI": f"{BULK_MARK}00420011"}
    assert ours["00091001"]["InlineBinary"] == "AQIDBA=="


def test_a_reference_inside_a_sequence_names_its_way():
    item = Dataset()
    item.add_new(0x54001010, "OW", bytes(5000))
    ours = encoded(written(small(WaveformSequence=Sequence([Dataset(), item]))))
    assert ours["54000100"]["Value"][1]["54001010"]["BulkDataURI"] == f"{BULK_MARK}54000100/2/54001010"


def test_palettes_come_with_the_metadata():
    assert "InlineBinary" in encoded(sample("OBXXXX1A.dcm").read_bytes())["00281201"]


def test_a_spacing_of_zero_is_withheld_and_marked():
    description = describe(sample("RG1_UNCR.dcm").read_bytes())
    original = read(sample("RG1_UNCR.dcm"))
    zero = [
        keyword for keyword in ("PixelSpacing", "ImagerPixelSpacing") if 0 in (original.get(keyword) or [])
    ]
    assert zero
    for keyword in zero:
        assert "Value" not in description.json[f"{original.data_element(keyword).tag:08X}"]
    assert description.marks == ("spacing-withheld",)


def test_a_spacing_of_zero_in_a_functional_group_is_withheld():
    measures = Dataset()
    measures.PixelSpacing = [0, 0]
    shared = Dataset()
    shared.PixelMeasuresSequence = Sequence([measures])
    ours = encoded(written(small(SharedFunctionalGroupsSequence=Sequence([shared]))))
    assert ours["52009229"]["Value"][0]["00289110"]["Value"][0]["00280030"] == {"vr": "DS"}


def test_an_empty_window_is_withheld_with_its_centre():
    ours = encoded(written(small(WindowCenter="40", WindowWidth="0")))
    assert ours["00281050"] == {"vr": "DS"}
    assert ours["00281051"] == {"vr": "DS"}


def test_a_header_of_endless_text_is_refused():
    dataset = small()
    for number in range(1100):
        dataset.add_new(0x00991000 + number, "UT", "x" * 65_000)
    with pytest.raises(Problem) as caught:
        describe(written(dataset))
    assert caught.value.code == "dicom/too-large"


def test_swapping_turns_whole_words_only():
    assert swap(b"\x01\x02\x03\x04\x05", "US") == b"\x02\x01\x04\x03\x05"
    assert swap(b"\x01\x02\x03\x04", "UL") == b"\x04\x03\x02\x01"
    assert swap(b"\x01\x02\x03\x04", "OB") == b"\x01\x02\x03\x04"
