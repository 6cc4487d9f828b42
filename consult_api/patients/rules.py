"""Resident identity numbers (GB 11643-1999) and what a name sounds like in a search."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pypinyin import lazy_pinyin

_LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_OLDEST_BIRTH_YEAR = 1850


class Sex(StrEnum):
    """Administrative sex, FHIR R4 AdministrativeGender."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class ResidentIdFault(StrEnum):
    """What is wrong with a resident identity number."""

    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH_DATE = "birth-date"
    CHECKSUM = "checksum"
    SEX = "sex"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid number and what it says about its holder."""

    number: str
    birth_date: date
    sex: Sex


def normalise_resident_id(text: str) -> str:
    """Drop blanks, turn full-width digits to ASCII and a small x to a capital one."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(narrow.split()).upper()


def check_character(first_seventeen: str) -> str:
    """Compute the 18th character (GB 11643-1999 §6, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse_resident_id(text: str, today: date) -> ResidentId | ResidentIdFault:
    """Read a resident identity number, or say the first thing that is wrong with it.

    The birth date is looked at before the checksum, since it tells more about a slip of the finger.
    """
    number = normalise_resident_id(text)
    if len(number) != _LENGTH:
        return ResidentIdFault.LENGTH
    body, last = number[:-1], number[-1]
    if not (body.isascii() and body.isdigit()) or last not in _CHECK_CHARACTERS:
        return ResidentIdFault.CHARACTERS
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return ResidentIdFault.BIRTH_DATE
    if birth_date > today or birth_date.year < _OLDEST_BIRTH_YEAR:
        return ResidentIdFault.BIRTH_DATE
    if check_character(body) != last:
        return ResidentIdFault.CHECKSUM
    return ResidentId(number, birth_date, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


@dataclass(frozen=True, slots=True)
class Sound:
    """How a name is typed without Chinese characters: `wangxiaoming`, and `wxm`."""

    pinyin: str
    initials: str


def sound_of(name: str) -> Sound:
    """Spell a name in pinyin without tones; Latin letters stay as they are, in lower case."""
    syllables = [part.strip().lower() for part in lazy_pinyin(name) if part.strip()]
    return Sound("".join("".join(syllables).split()), "".join(syllable[0] for syllable in syllables))


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name: blanks, middle dots and letter case don't matter."""

    def plain(name: str) -> str:
        return "".join(letter for letter in name.casefold() if not letter.isspace() and letter not in "·•・.")

    return plain(one) == plain(other)
