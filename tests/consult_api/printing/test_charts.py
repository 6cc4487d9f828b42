from hypothesis import example, given
from hypothesis import strategies as st

from consult_api.printing.charts import Bars, Lines, Series, bars, figure, lines
from consult_api.printing.fonts import installed
from consult_api.printing.marks import TEXT_WIDTH, BoxMark, LineMark, Strip, TextMark

values = st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=12)


def inside(strip: Strip) -> bool:
    for mark in strip.marks:
        ys = (mark.y1, mark.y2) if isinstance(mark, LineMark) else (mark.y,)
        xs = (mark.x1, mark.x2) if isinstance(mark, LineMark) else (mark.x,)
        if not all(-0.1 <= y <= strip.height + 0.1 for y in ys) or not all(x <= TEXT_WIDTH + 0.1 for x in xs):
            return False
    return True


@given(values)
@example([5e-324])
@example([0.3, None])
def test_every_figure_is_drawn_within_the_chart(figures: list[float | None]) -> None:
    labels = tuple(f"{number}月" for number in range(len(figures)))
    series = (Series("会诊", tuple(figures)),)
    assert inside(bars(Bars("量", labels, series), installed()))
    assert inside(lines(Lines("率", labels, series), installed()))


def test_bars_are_as_high_as_their_figures() -> None:
    strip = bars(Bars("量", ("一", "二"), (Series("会诊", (10, 40)),)), installed())
    low, high = (mark.height for mark in strip.marks if isinstance(mark, BoxMark) and mark.height > 8)
    assert (low, high) == (30.0, 120.0)
    assert {"10", "40"} <= {mark.text for mark in strip.marks if isinstance(mark, TextMark)}


def test_a_missing_figure_interrupts_the_line() -> None:
    def drawn(*figures: float | None) -> int:
        strip = lines(Lines("率", ("一", "二", "三"), (Series("a", figures),)), installed())
        return sum(isinstance(mark, LineMark) and mark.width > 1 for mark in strip.marks)

    assert (drawn(1, 2, 3), drawn(1, None, 3)) == (2, 0)


def test_figures_have_one_decimal_at_most() -> None:
    assert [figure(value) for value in (0, 12.0, 12.34, 100)] == ["0", "12", "12.3", "100"]
