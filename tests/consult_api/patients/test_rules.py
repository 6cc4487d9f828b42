"""Resident identity numbers and how names sound."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.patients.rules import (
    ResidentId,
    ResidentIdFault,
    Sex,
    check_character,
    is_same_name,
    parse_resident_id,
    sound_of,
)

TODAY = date(2026, 3, 2)


def test_the_standards_example_is_read() -> None:
    assert parse_resident_id("360426199101010071", TODAY) == ResidentId(
        "360426199101010071", date(1991, 1, 1), Sex.MALE
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ResidentIdFault.LENGTH),
        ("36042619910101007", ResidentIdFault.LENGTH),
        ("3604261991010100711", ResidentIdFault.LENGTH),
        ("360426910101007", ResidentIdFault.LENGTH),  # the 15 digits of before 1999
        ("36042619910101007A", ResidentIdFault.CHARACTERS),
        ("3604X6199101010071", ResidentIdFault.CHARACTERS),
        ("3604²6199101010071", ResidentIdFault.CHARACTERS),
        ("360426199113010071", ResidentIdFault.BIRTH_DATE),
        ("360426199102290071", ResidentIdFault.BIRTH_DATE),
        ("360426209901010071", ResidentIdFault.BIRTH_DATE),
        ("360426170001010071", ResidentIdFault.BIRTH_DATE),
        ("360426199101010072", ResidentIdFault.CHECKSUM),
    ],
)
def test_a_wrong_number_says_what_is_wrong_with_it(text: str, fault: ResidentIdFault) -> None:
    assert parse_resident_id(text, TODAY) is fault


numbers = st.builds(
    lambda area, born, serial: f"{area:06d}{born:%Y%m%d}{serial:03d}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
).map(lambda body: body + check_character(body))


@given(numbers)
def test_a_valid_number_tells_birth_date_and_sex(number: str) -> None:
    read = parse_resident_id(number, TODAY)
    assert isinstance(read, ResidentId)
    assert read.birth_date.strftime("%Y%m%d") == number[6:14]
    assert (read.sex is Sex.MALE) == (int(number[16]) % 2 == 1)


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, digit: str) -> None:
    slipped = number[:place] + digit + number[place + 1 :]
    if slipped != number:
        assert isinstance(parse_resident_id(slipped, TODAY), ResidentIdFault)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert isinstance(parse_resident_id(swapped, TODAY), ResidentIdFault)


@given(st.text(max_size=40))
def test_no_text_breaks_the_check(text: str) -> None:
    parse_resident_id(text, TODAY)


def test_blanks_small_x_and_full_width_digits_are_forgiven() -> None:
    number = next(
        f"3604261991010{serial:04d}"
        for serial in range(1000, 2000)
        if check_character(f"3604261991010{serial:04d}") == "X"
    )
    assert isinstance(parse_resident_id(f" {number[:6]} {number[6:]}x ", TODAY), ResidentId)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in "360426199101010071")
    assert isinstance(parse_resident_id(wide, TODAY), ResidentId)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [("王小明", "wangxiaoming", "wxm"), ("阿依古丽·买买提", None, None), ("Anna Li", "annali", None)],
)
def test_a_name_sounds_as_it_is_typed(name: str, pinyin: str | None, initials: str | None) -> None:
    sound = sound_of(name)
    assert pinyin is None or sound.pinyin == pinyin
    assert initials is None or sound.initials == initials
    assert sound.pinyin == sound.pinyin.lower()


def test_dots_blanks_and_letter_case_dont_make_another_name() -> None:
    assert is_same_name("阿依古丽·买买提", "阿依古丽 买买提")
    assert is_same_name("Anna LI", "anna li")
    assert not is_same_name("王小明", "王晓明")
