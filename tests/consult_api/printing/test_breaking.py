from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from consult_api.printing.breaking import NEVER_FIRST, NEVER_LAST, broken, visible

CHINESE = "患者胸痛三小时，伴大汗。心电图示抬高；“前壁”（急性）、血压：何如？请——会诊……"
chinese = st.text(alphabet=CHINESE + "ABab12/% \n", max_size=200)
anything = st.text(max_size=200)
widths = st.integers(4, 40)


def wide(character: str) -> float:
    return 1.0 if ord(character) < 0x2E80 else 2.0


def solid(text: str) -> str:
    return "".join(text.split())


@given(anything, widths)
def test_nothing_but_blanks_is_left_out(text: str, limit: int) -> None:
    shown = visible(text)
    assert solid("".join(broken(shown, wide, limit))) == solid(shown)


@given(anything, widths)
def test_no_line_is_wider_than_its_place(text: str, limit: int) -> None:
    for line in broken(visible(text), wide, limit):
        assert sum(map(wide, line)) <= limit


@given(chinese, st.integers(24, 60))
def test_no_closing_mark_begins_a_line_and_no_opening_mark_ends_one(text: str, limit: int) -> None:
    for paragraph in text.split("\n"):
        lines = broken(paragraph, wide, limit)
        for before, after in pairwise(lines):
            # What is longer than a line by itself has to be cut somewhere.
            if not longest_unbreakable(paragraph) > limit:
                assert after[:1] not in NEVER_FIRST
                assert before[-1:] not in NEVER_LAST


def longest_unbreakable(paragraph: str) -> float:
    """An upper bound: characters that belong together, blanks between them included."""
    longest = used = 0.0
    for before, after in zip(" " + paragraph, paragraph, strict=False):
        joined = before in NEVER_LAST or after in NEVER_FIRST or (before.isascii() and after.isascii())
        used = used + wide(after) if joined or before in "—…" else wide(before) + wide(after)
        longest = max(longest, used)
    return longest


def test_a_full_stop_goes_to_the_next_line_with_the_character_before_it() -> None:
    assert broken("患者胸痛。请会诊", wide, 8) == ["患者胸", "痛。请会", "诊"]


def test_an_opening_bracket_goes_to_the_line_of_what_it_encloses() -> None:
    assert broken("心电图（急性）", wide, 8) == ["心电图", "（急性）"]


def test_a_word_and_a_measured_value_stay_whole() -> None:
    assert broken("血压是120/80mmHg偏低", wide, 14) == ["血压是", "120/80mmHg偏低"]


def test_a_dash_and_an_ellipsis_of_two_signs_stay_whole() -> None:
    assert broken("患者胸——痛", wide, 7) == ["患者胸", "——痛"]
    assert broken("患者胸……痛", wide, 7) == ["患者胸", "……痛"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert broken("abcdefgh", wide, 3) == ["abc", "def", "gh"]


def test_line_ends_of_every_kind_begin_a_line() -> None:
    assert broken(visible("一\r\n二\r三\u2028四\n\n五"), wide, 8) == ["一", "二", "三", "四", "", "五"]


def test_control_characters_show_and_formless_ones_do_not() -> None:
    assert visible("a\x00b\u200dc\tdz\ufe0f") == "a\ufffdbc    dz"
