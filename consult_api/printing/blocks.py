"""What a document is made of, as frozen values, and how each becomes strips.

`composed` is the one function; texts in blocks are raw and may hold anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import assert_never

from consult_api.printing.breaking import broken, visible
from consult_api.printing.charts import Bars, Lines, bars, lines
from consult_api.printing.fonts import Typeface
from consult_api.printing.marks import (
    BODY,
    FINE,
    HAIR,
    LEADING,
    SMALL,
    TEXT_WIDTH,
    TINY,
    BoxMark,
    LineMark,
    Mark,
    Strip,
    TextMark,
)

_PAD = 5.0  # within cells
_SHADE = 0.94
_KEPT_ROW = 12  # a row of so many lines or fewer is never divided between pages
_ASCENT = 0.88  # of the size, from the top of a line's characters to the baseline


@dataclass(frozen=True, slots=True)
class Heading:
    """Heads what follows, and stays with it."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, divided between pages where it must be."""

    text: str
    size: float = BODY
    indent: float = 0.0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A value under its name. `weight` divides the row among its values."""

    label: str
    value: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fields:
    """A framed form: rows of named values."""

    rows: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A line of a form: names followed by what was filled in, underlined, or an empty line to write on."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose head stands on every page.

    Attributes:
        weights: how the width is divided.
        numeric: columns (from 0) that are set to the right.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[float, ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed remark that nobody should overlook."""

    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the paper is cut into its halves."""

    text: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """Empty lines to write on."""

    lines: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Room, points."""

    height: float


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks between which no page ends, as long as a page holds them."""

    blocks: "tuple[Block, ...]"


Block = Heading | Paragraph | Fields | Filled | Table | Notice | Cut | Ruled | Gap | Together | Bars | Lines


def composed(blocks: Sequence[Block], face: Typeface) -> list[Strip]:
    """Set blocks one below the other."""
    return [strip for block in blocks for strip in _set(block, face)]


def _set(block: Block, face: Typeface) -> list[Strip]:
    match block:
        case Heading() | Paragraph() | Notice() | Cut():
            return _set_text(block, face)
        case Fields(rows):
            return _form(rows, face)
        case Filled(fields):
            return _filled(fields, face)
        case Table():
            return _table(block, face)
        case Ruled(number):
            return [_ruled() for _ in range(number)]
        case Gap(height):
            return [Strip(height, is_space=True)]
        case Together(blocks):
            return _kept(composed(blocks, face))
        case Bars():
            return [bars(block, face)]
        case Lines():
            return [lines(block, face)]
        case _:
            assert_never(block)


def _set_text(block: Heading | Paragraph | Notice | Cut, face: Typeface) -> list[Strip]:
    match block:
        case Heading(text):
            return _heading(text, face)
        case Paragraph():
            return _paragraph(block, face)
        case Notice(text):
            return _notice(text, face)
        case Cut(text):
            return [_cut(text, face)]
        case _:
            assert_never(block)


def _kept(strips: Sequence[Strip]) -> list[Strip]:
    return [
        Strip(strip.height, strip.marks, number < len(strips) - 1, strip.repeated, strip.is_space)
        for number, strip in enumerate(strips)
    ]


def _lines(text: str, face: Typeface, size: float, width: float) -> list[str]:
    return broken(visible(text), lambda character: face.width(character, size), width)


def _heading(text: str, face: Typeface) -> list[Strip]:
    size = BODY + 1
    found = _lines(text, face, size, TEXT_WIDTH - 10)
    height = size * LEADING
    strips = [Strip(7.0, with_next=True, is_space=True)]
    for line in found:
        bar = BoxMark(0, 2, 3, height - 4, 0.25)
        strips.append(Strip(height, (bar, TextMark(9, size + 2.2, line, size, bold=True)), with_next=True))
    return [*strips, Strip(2.0, with_next=True, is_space=True)]


def _paragraph(block: Paragraph, face: Typeface) -> list[Strip]:
    size, width = block.size, TEXT_WIDTH - block.indent
    found = _lines(block.text, face, size, width)
    strips: list[Strip] = []
    for number, line in enumerate(found):
        x = block.indent + ((width - face.width(line, size)) / 2 if block.centred else 0)
        # Neither the first nor the last line of a paragraph stands alone on a page.
        kept = number == 0 < len(found) - 1 or number == len(found) - 2
        strips.append(Strip(size * LEADING, _text(x, size, line), with_next=kept))
    return strips


def _text(x: float, size: float, line: str, *, bold: bool = False, top: float = 0.0) -> tuple[Mark, ...]:
    y = top + (size * LEADING - size) / 2 + size * _ASCENT
    return (TextMark(x, y, line, size, bold=bold),) if line else ()


def _form(rows: Sequence[Sequence[Field]], face: Typeface) -> list[Strip]:
    strips: list[Strip] = []
    labels = max((face.width(each.label, SMALL) for row in rows for each in row), default=0.0)
    label_width = min(labels, TEXT_WIDTH / 4) + 2 * _PAD
    for number, row in enumerate(rows):
        rest = TEXT_WIDTH - label_width * len(row)
        total = sum(each.weight for each in row)
        cells: list[_Cell] = []
        for each in row:
            cells.append(_Cell(each.label, label_width, size=SMALL, shaded=True))
            cells.append(_Cell(each.value, rest * each.weight / total))
        strips += _row(cells, face, first=number == 0)
    return strips


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    width: float
    size: float = SMALL + 0.5
    shaded: bool = False
    bold: bool = False
    to_right: bool = False


def _row(cells: Sequence[_Cell], face: Typeface, *, first: bool) -> list[Strip]:
    """A row of framed cells, a strip for each line of the longest."""
    columns = [_lines(cell.text, face, cell.size, cell.width - 2 * _PAD) for cell in cells]
    leading = max(cell.size for cell in cells) * LEADING
    count = max(map(len, columns))
    strips: list[Strip] = []
    for number, line in enumerate(zip_longest(*columns, fillvalue="")):
        above, below = (3.0 if number == 0 else 0.0), (3.0 if number == count - 1 else 0.0)
        height = above + leading + below
        marks: list[Mark] = []
        x = 0.0
        for cell, text in zip(cells, line, strict=True):
            if cell.shaded:
                marks.append(BoxMark(x, 0, cell.width, height, _SHADE))
            left = x + _PAD
            if cell.to_right:
                left = x + cell.width - _PAD - face.width(text, cell.size)
            marks += _text(
                left, cell.size, text, bold=cell.bold, top=above + (leading - cell.size * LEADING) / 2
            )
            x += cell.width
        edges = [0.0]
        for cell in cells:
            edges.append(edges[-1] + cell.width)
        marks += [LineMark(edge, 0, edge, height) for edge in edges]
        if number == 0 and first:
            marks.append(LineMark(0, 0, TEXT_WIDTH, 0))
        if number == count - 1:
            marks.append(LineMark(0, height, TEXT_WIDTH, height))
        kept = count <= _KEPT_ROW and number < count - 1
        strips.append(Strip(height, tuple(marks), with_next=kept))
    return strips


def _table(block: Table, face: Typeface) -> list[Strip]:
    total = sum(block.weights)
    widths = [TEXT_WIDTH * weight / total for weight in block.weights]

    def cells(texts: Sequence[str], *, head: bool) -> list[_Cell]:
        return [
            _Cell(text, width, shaded=head, bold=head, to_right=column in block.numeric)
            for column, (text, width) in enumerate(zip(texts, widths, strict=True))
        ]

    head = _kept(_row(cells(block.head, head=True), face, first=True))
    body = [strip for row in block.rows for strip in _row(cells(row, head=False), face, first=False)]
    repeated = tuple(head)
    below = [Strip(strip.height, strip.marks, strip.with_next, repeated) for strip in body]
    opening = [Strip(strip.height, strip.marks, with_next=True) for strip in head]
    return [*opening, *below] if below else head


def _filled(fields: Sequence[Field], face: Typeface) -> list[Strip]:
    """Names and underlined values; a value longer than its place goes on below, still underlined."""
    names = [face.width(visible(each.label), BODY) + 4 for each in fields]
    room = TEXT_WIDTH - sum(names) - 6.0 * (len(fields) - 1)
    total = sum(each.weight for each in fields)
    widths = [max(room * each.weight / total, 24.0) for each in fields]
    columns = [_lines(each.value, face, BODY, width - 6) for each, width in zip(fields, widths, strict=True)]
    strips: list[Strip] = []
    height = BODY * LEADING + 3
    for number, line in enumerate(zip_longest(*columns)):
        marks: list[Mark] = []
        x = 0.0
        for each, name, width, text in zip(fields, names, widths, line, strict=True):
            if number == 0:
                marks += _text(x, BODY, visible(each.label), top=1.5)
            x += name
            if text is not None:
                marks += _text(x + 3, BODY, text, top=1.5)
                marks.append(LineMark(x, height - 1.5, x + width, height - 1.5, HAIR, 0.35))
            x += width + 6.0
        strips.append(Strip(height, tuple(marks)))
    return strips


def _notice(text: str, face: Typeface) -> list[Strip]:
    found = _lines(text, face, BODY, TEXT_WIDTH - 2 * _PAD - 4)
    strips = [Strip(5.0, with_next=True, is_space=True)]
    height = BODY * LEADING
    for number, line in enumerate(found):
        edges = [LineMark(0, 0, 0, height, FINE), LineMark(TEXT_WIDTH, 0, TEXT_WIDTH, height, FINE)]
        if number == 0:
            edges.append(LineMark(0, 0, TEXT_WIDTH, 0, FINE))
        if number == len(found) - 1:
            edges.append(LineMark(0, height, TEXT_WIDTH, height, FINE))
        strips.append(
            Strip(height, (*edges, *_text(_PAD + 2, BODY, line, bold=True)), number < min(len(found) - 1, 8))
        )
    return [*strips, Strip(5.0, is_space=True)]


def _cut(text: str, face: Typeface) -> Strip:
    text = visible(text).replace("\n", " ")
    width = face.width(text, TINY)
    left = (TEXT_WIDTH - width) / 2
    return Strip(
        24.0,
        (
            LineMark(-20, 12, left - 6, 12, HAIR, 0.4, dashed=True),
            TextMark(left, 14.6, text, TINY, grey=0.35),
            LineMark(left + width + 6, 12, TEXT_WIDTH + 20, 12, HAIR, 0.4, dashed=True),
        ),
    )


def _ruled() -> Strip:
    return Strip(21.0, (LineMark(0, 19, TEXT_WIDTH, 19, HAIR, 0.45),))
