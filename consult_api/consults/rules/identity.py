"""Whether images name the patient they are attached to. Only field names leave here, never what they hold."""

from dataclasses import dataclass
from datetime import date

from consult_api.patients.rules import ResidentId, Sex, is_same_name, parse_resident_id, sound_of

_DICOM_SEX = {"M": Sex.MALE, "F": Sex.FEMALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOnImages:
    """What the images' headers say: Patient's Name (0010,0010), ID, Birth Date, Sex."""

    name: str
    patient_id: str
    birth_date: date | None
    sex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInRecord:
    """What is registered."""

    name: str
    patient_id: str
    resident_id: str | None
    birth_date: date | None
    sex: Sex


def differences(images: NamedOnImages, patient: NamedInRecord, today: date) -> tuple[str, ...]:
    """List what differs, in words of the registration; images that name nobody differ in `name`.

    A local patient ID says nothing by itself; only one that is ours or a resident ID is compared.
    """
    found: list[str] = []
    ours = {patient.patient_id, patient.resident_id} - {None}
    number = parse_resident_id(images.patient_id, today)
    if isinstance(number, ResidentId) and number.number != patient.resident_id:
        found.append("resident_id")
    if not _names_match(images.name, patient.name) and not (not images.name and images.patient_id in ours):
        found.append("name")
    if images.birth_date and patient.birth_date and images.birth_date != patient.birth_date:
        found.append("birth_date")
    if _DICOM_SEX.get(images.sex, patient.sex) is not patient.sex and patient.sex is not Sex.UNKNOWN:
        found.append("sex")
    return tuple(found)


def _names_match(person_name: str, registered: str) -> bool:
    """Compare with each group of a PN value (DICOM PS3.5 §6.2.1): alphabetic=ideographic=phonetic."""
    spelled = sound_of(registered).pinyin
    for group in person_name.split("="):
        parts = [part for part in group.split("^")[:3] if part.strip()]
        for order in (parts, parts[::-1]):
            name = "".join("".join(order).split())
            if name and (is_same_name(name, registered) or name.lower() == spelled):
                return True
    return False
