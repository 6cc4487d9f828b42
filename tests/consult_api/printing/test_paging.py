from hypothesis import given
from hypothesis import strategies as st

from consult_api.printing.marks import Strip, TextMark
from consult_api.printing.paging import paged

FIRST, LATER = 60.0, 100.0


def strip(number: int, height: float, with_next: bool = False, **more: object) -> Strip:
    return Strip(height, (TextMark(0, 0, str(number), 10),), with_next, **more)  # type: ignore[arg-type]


strips = st.lists(st.tuples(st.floats(1, 40), st.booleans()), max_size=40).map(
    lambda found: [strip(number, height, kept) for number, (height, kept) in enumerate(found)]
)


@given(strips)
def test_every_strip_stands_once_in_its_order(found: list[Strip]) -> None:
    assert [one for page in paged(found, FIRST, LATER) for one in page] == found


@given(strips)
def test_no_page_holds_more_than_its_height(found: list[Strip]) -> None:
    for number, page in enumerate(paged(found, FIRST, LATER)):
        assert sum(one.height for one in page) <= (LATER if number else FIRST) + 0.011


@given(strips)
def test_a_page_ends_within_a_group_only_where_no_page_holds_the_group(found: list[Strip]) -> None:
    for page in paged(found, FIRST, LATER)[:-1]:
        if page and page[-1].with_next:
            end = found.index(page[-1])
            begin = end
            while begin and found[begin - 1].with_next:
                begin -= 1
            while found[end].with_next and end < len(found) - 1:
                end += 1
            most = FIRST if begin == 0 else LATER
            assert sum(one.height for one in found[begin : end + 1]) > most


def test_the_head_of_a_table_stands_again_on_the_next_page() -> None:
    head = strip(0, 10, with_next=True)
    rows = [Strip(30, (TextMark(0, 0, f"row {number}", 10),), repeated=(head,)) for number in range(4)]
    assert [[one.marks[0] for one in page] for page in paged([head, *rows], FIRST, LATER)] == [
        [head.marks[0], rows[0].marks[0]],
        [head.marks[0], *(row.marks[0] for row in rows[1:])],
    ]


def test_room_is_left_out_at_the_beginning_of_a_page() -> None:
    gap = Strip(20, is_space=True)
    text = strip(1, 55)
    assert paged([text, gap, text], FIRST, LATER) == [[text], [text]]


def test_an_empty_document_has_one_page() -> None:
    assert paged([], FIRST, LATER) == [[]]
