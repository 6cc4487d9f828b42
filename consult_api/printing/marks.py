"""What stands on paper: marks within strips, strips below each other. All measures are points (1/72 inch).

A strip is as wide as the text area and is never cut; x counts from its left edge, y from its upper edge downwards.
"""

from dataclasses import dataclass, replace

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89  # A4, ISO 216: 210 mm by 297 mm
MARGIN_X = 51.0
MARGIN_TOP, MARGIN_BOTTOM = 40.0, 36.0
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN_X
BODY, SMALL, TINY = 10.5, 9.0, 7.5
LEADING = 1.55  # of the size
HAIR, FINE, THICK = 0.4, 0.7, 1.2


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text. `y` is its baseline; `grey` is 0 for black, 1 for white."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class LineMark:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = HAIR
    grey: float = 0.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A filled rectangle; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    grey: float = 0.0


Mark = TextMark | LineMark | BoxMark


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """Return the mark at another place."""
    if isinstance(mark, LineMark):
        return replace(mark, x1=mark.x1 + dx, x2=mark.x2 + dx, y1=mark.y1 + dy, y2=mark.y2 + dy)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a page that is never cut.

    Attributes:
        with_next: no page ends between this strip and the next, where that can be avoided.
        repeated: stands again before this strip when a page begins with it: the head of a table.
        is_space: left out at the beginning of a page.
    """

    height: float
    marks: tuple[Mark, ...] = ()
    with_next: bool = False
    repeated: tuple["Strip", ...] = ()
    is_space: bool = False
