"""Bars and lines, drawn from marks alone: sharp at every size, and told apart on a black-and-white printer."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from consult_api.printing.breaking import visible
from consult_api.printing.fonts import Typeface
from consult_api.printing.marks import SMALL, TEXT_WIDTH, TINY, BoxMark, LineMark, Mark, Strip, TextMark

_LEFT, _TOP, _BOTTOM = 40.0, 34.0, 22.0
_PLOT = 120.0
_GREYS = (0.25, 0.6, 0.8, 0.45)
_STEPS = (1, 2, 2.5, 5, 10)
_FINEST = 0.1  # what `figure` can tell apart


@dataclass(frozen=True, slots=True)
class Series:
    """Figures under a name, one for each label of the chart; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside each other. `unit` stands above the axis."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A line for each series, from label to label."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""


def bars(chart: Bars, face: Typeface) -> Strip:
    """Draw bars with their figures above them. Figures below zero are drawn as zero."""
    top = _axis_top(chart.series)
    marks = _frame(chart, face, top)
    slot = (TEXT_WIDTH - _LEFT) / max(len(chart.labels), 1)
    width = min(slot * 0.72 / max(len(chart.series), 1), 34.0)
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value is None:
                continue
            height = _PLOT * max(value, 0.0) / top
            x = _LEFT + slot * (place + 0.5) + width * (number - len(chart.series) / 2)
            y = _TOP + _PLOT - height
            marks.append(BoxMark(x + 0.5, y, width - 1, height, _GREYS[number % len(_GREYS)]))
            told = figure(value)
            if (wide := face.width(told, TINY)) <= slot / max(len(chart.series), 1):
                marks.append(TextMark(x + (width - wide) / 2, y - 2.5, told, TINY))
    return _strip(marks)


def lines(chart: Lines, face: Typeface) -> Strip:
    """Draw lines; a missing figure interrupts its line."""
    top = _axis_top(chart.series)
    marks = _frame(chart, face, top)
    slot = (TEXT_WIDTH - _LEFT) / max(len(chart.labels), 1)
    for number, series in enumerate(chart.series):
        grey = _GREYS[number % len(_GREYS)]
        points = [
            None
            if value is None
            else (_LEFT + slot * (place + 0.5), _TOP + _PLOT * (1 - max(value, 0.0) / top))
            for place, value in enumerate(series.values)
        ]
        for before, after in pairwise(points):
            if before and after:
                marks.append(LineMark(*before, *after, 1.3, grey, dashed=number % 2 == 1))
        marks += [BoxMark(point[0] - 2, point[1] - 2, 4, 4, grey) for point in points if point]
    return _strip(marks)


def figure(value: float) -> str:
    """Write a figure with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _strip(marks: Sequence[Mark]) -> Strip:
    return Strip(_TOP + _PLOT + _BOTTOM, tuple(marks))


def _axis_top(series: Sequence[Series]) -> float:
    """The end of the axis: four round steps, of 0.1 at least, that reach the largest figure."""
    largest = max((value for each in series for value in each.values if value is not None), default=0.0)
    if largest <= 0:
        return 4.0
    largest = max(largest, 4 * _FINEST)
    power = 10.0 ** (len(f"{largest / 4:.0f}") - 1)
    while power * 4 > largest:
        power /= 10
    return 4 * next(step * power for step in _STEPS if 4 * step * power >= largest)


def _frame(chart: Bars | Lines, face: Typeface, top: float) -> list[Mark]:
    title = visible(chart.title).replace("\n", " ")
    marks: list[Mark] = [TextMark(0, 12, title, SMALL + 1, bold=True)]
    x = TEXT_WIDTH
    for number, series in reversed(list(enumerate(chart.series))):
        name = visible(series.name)
        x -= face.width(name, TINY) + 4
        marks.append(TextMark(x, 12, name, TINY))
        x -= 10
        marks.append(BoxMark(x, 6, 7, 7, _GREYS[number % len(_GREYS)]))
        x -= 8
    marks.append(TextMark(0, _TOP - 8, visible(chart.unit), TINY, grey=0.3))
    for step in range(5):
        y = _TOP + _PLOT * (1 - step / 4)
        told = figure(top * step / 4)
        marks.append(LineMark(_LEFT, y, TEXT_WIDTH, y, grey=0.0 if step == 0 else 0.75))
        marks.append(TextMark(_LEFT - 5 - face.width(told, TINY), y + 2.5, told, TINY))
    slot = (TEXT_WIDTH - _LEFT) / max(len(chart.labels), 1)
    every = -(-len(chart.labels) // max(int((TEXT_WIDTH - _LEFT) // _widest(chart.labels, face)), 1))
    for place, label in enumerate(chart.labels):
        if place % max(every, 1) == 0:
            told = visible(label)
            left = _LEFT + slot * (place + 0.5) - face.width(told, TINY) / 2
            marks.append(TextMark(left, _TOP + _PLOT + 11, told, TINY))
    return marks


def _widest(labels: Sequence[str], face: Typeface) -> float:
    return max((face.width(visible(label), TINY) for label in labels), default=1.0) + 6
