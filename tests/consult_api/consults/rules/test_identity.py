"""Whether images name the patient they are attached to."""

from dataclasses import replace
from datetime import date

import pytest

from consult_api.consults.rules.identity import NamedInRecord, NamedOnImages, differences
from consult_api.patients.rules import Sex

TODAY = date(2026, 3, 2)
PATIENT = NamedInRecord(
    name="王小明",
    patient_id="0190",
    resident_id="360426199101010071",
    birth_date=date(1991, 1, 1),
    sex=Sex.MALE,
)
IMAGES = NamedOnImages(name="Wang^Xiaoming=王^小明", patient_id="H-778", birth_date=date(1991, 1, 1), sex="M")


@pytest.mark.parametrize(
    "name",
    [
        "Wang^Xiaoming=王^小明",
        "王小明",
        "WANG^XIAO MING",
        "Xiaoming^Wang",
        "WANG XIAOMING",
        "=王^小明",
        "wang^xiaoming^^^",
    ],
)
def test_the_same_name_in_another_spelling_is_no_difference(name: str) -> None:
    assert differences(replace(IMAGES, name=name), PATIENT, TODAY) == ()


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (replace(IMAGES, name="CompressedSamples^CT1"), ("name",)),
        (replace(IMAGES, name=""), ("name",)),
        (replace(IMAGES, birth_date=date(1991, 1, 2)), ("birth_date",)),
        (replace(IMAGES, sex="F"), ("sex",)),
        (replace(IMAGES, patient_id="360426199101010099"), ()),  # no valid number: a local one
        (replace(IMAGES, patient_id="360426199101010098"), ("resident_id",)),
        (replace(IMAGES, name="", patient_id="360426199101010071"), ()),
        (replace(IMAGES, name="", patient_id="0190", birth_date=None, sex=""), ()),
    ],
)
def test_what_differs_is_named_and_nothing_else(images: NamedOnImages, expected: tuple[str, ...]) -> None:
    assert differences(images, PATIENT, TODAY) == expected
