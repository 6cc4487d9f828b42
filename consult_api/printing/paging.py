"""Strips onto pages: nothing is lost, nothing is cut, headings stay with what they head."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from consult_api.printing.marks import Strip

Page = list[Strip]


def paged(strips: Sequence[Strip], first_height: float, height: float) -> list[Page]:
    """Divide strips into pages, at least one.

    Args:
        strips: from top to bottom.
        first_height: the room on the first page, points.
        height: the room on every other page, points. A strip that is higher than a page has one of its own.
    """
    pages: list[Page] = [[]]
    used = 0.0
    for group in _groups(strips):
        whole = sum(strip.height for strip in group)
        # What no page holds, or not the empty first one, is divided like any strips.
        most = first_height if pages == [[]] else height
        for part in [group] if whole <= most else [[strip] for strip in group]:
            needed = sum(strip.height for strip in part)
            room = first_height if len(pages) == 1 else height
            if pages[-1] and used + needed > room + 0.01:
                pages.append(list(part[0].repeated))
                used = sum(strip.height for strip in pages[-1])
            placed = part if pages[-1] or len(pages) == 1 else _without_leading_space(part)
            pages[-1] += placed
            used += sum(strip.height for strip in placed)
    return pages


def _groups(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    if not strips:
        return
    group = [strips[0]]
    for before, strip in pairwise(strips):
        if not before.with_next:
            yield group
            group = []
        group.append(strip)
    yield group


def _without_leading_space(part: list[Strip]) -> list[Strip]:
    first = next((number for number, strip in enumerate(part) if not strip.is_space), len(part))
    return part[first:]
