"""Which fonts there are on this machine, and which of them draws a character.

Chinese comes from a TrueType font of the system, found at run time; Debian's `fonts-wqy-microhei` is the first
choice. A character that it lacks is taken from the next font that has it; what none has is drawn as a box with the
character's code, and listed in a note of the document, so that nothing vanishes silently.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from wire.problems import Kind, Problem

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
)
# File names, the best first, with the number of the font within a collection. All are TrueType outlines.
CHINESE = {
    "wqy-microhei.ttc": 0,
    "wqy-zenhei.ttc": 0,
    "uming.ttc": 0,
    "ukai.ttc": 0,
    "DroidSansFallbackFull.ttf": 0,
    "DroidSansFallback.ttf": 0,
}
# Only asked for what none of the others has: rare characters of names, and signs.
RARE = {"HanaMinA.ttf": 0, "HanaMinB.ttf": 0, "BabelStoneHan.ttf": 0, "DejaVuSans.ttf": 0}
PROBE = "联诊"

_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font draws; without a font it is one character that none has."""

    text: str
    font: str | None


class _Font(TTFont):
    """ReportLab's font, whose table of characters names those beyond U+FFFF too (ISO 32000-1, 9.10.3: UTF-16)."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        """Write the font into a document; called when it is saved."""
        super().addObjects(doc)
        for name, kept in cast("dict[str, Any]", doc.idToObject).items():
            if str(name).startswith("toUnicodeCMap:"):
                kept.content = _BEYOND.sub(_as_utf16, kept.content)


_BEYOND = re.compile("(?<=> )<([0-9A-F]{5,6})>")


def _as_utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"


class Typeface:
    """A chain of fonts that is asked in order. It's filled once and only read afterwards."""

    def __init__(self, fonts: Sequence[TTFont]) -> None:
        """`fonts` are known to ReportLab, the first to be asked first."""
        self.names = tuple(font.fontName for font in fonts)
        self._fonts = [(font.fontName, font.face, _codes(font)) for font in fonts]
        self._known: dict[str, tuple[str | None, float]] = {}

    def _look_up(self, character: str) -> tuple[str | None, float]:
        """Return the font of a character and its width in thousandths of the size."""
        code = ord(character)
        for name, face, codes in self._fonts:
            if code in codes:
                return name, cast("float", face.getCharWidth(code))
        return None, 1000.0

    def _of(self, character: str) -> tuple[str | None, float]:
        known = self._known.get(character)
        if known is None:
            known = self._known[character] = self._look_up(character)
        return known

    def width(self, text: str, size: float) -> float:
        """Return the width of a text in points, at a size in points."""
        return sum(self._of(character)[1] for character in text) * size / 1000

    def runs(self, text: str) -> Iterator[Run]:
        """Divide a text by the fonts that draw it."""
        name: str | None = None
        held = ""
        for character in text:
            font, _ = self._of(character)
            if held and (font != name or font is None):
                yield Run(held, name)
                held = ""
            name, held = font, held + character
        if held:
            yield Run(held, name)

    def missing(self, text: str) -> list[str]:
        """List the characters that no font has, each once, in the order of the text."""
        return [character for character in dict.fromkeys(text) if self._of(character)[0] is None]


def find(names: dict[str, int], folders: Sequence[Path] = FOLDERS) -> list[tuple[Path, int]]:
    """List the files of these names in the folders and below, in the order of the names."""
    present = {path.name: path for folder in reversed(folders) for path in folder.rglob("*.tt[cf]")}
    return [(present[name], number) for name, number in names.items() if name in present]


def load(folders: Sequence[Path] = FOLDERS) -> Typeface:
    """Load the fonts of these folders.

    Raises:
        Problem: `printing/no-chinese-font`.
    """
    with _loading:
        fonts = [font for file in find(CHINESE | RARE, folders) if (font := _opened(*file)) is not None]
    if not fonts or not {ord(character) for character in PROBE} <= _codes(fonts[0]):
        raise Problem(
            "printing/no-chinese-font",
            Kind.UNAVAILABLE,
            "This server has no Chinese font to print with; its administrator can install fonts-wqy-microhei.",
        )
    return Typeface(fonts)


def _codes(font: TTFont) -> frozenset[int]:
    """The code points that a font draws."""
    return frozenset(cast("dict[int, int]", font.face.charToGlyph))


@cache
def _opened(path: Path, number: int) -> TTFont | None:
    """Open a font and make it known to ReportLab under its path; None when it can't be read."""
    try:
        font = _Font(f"{path}#{number}", str(path), subfontIndex=number, shapable=False)
    except (TTFError, OSError):
        return None
    pdfmetrics.registerFont(font)
    return font


_installed: list[Typeface] = []


def installed() -> Typeface:
    """Return this machine's fonts, loaded at the first call that finds any.

    Raises:
        Problem: `printing/no-chinese-font`.
    """
    if not _installed:
        _installed.append(load())
    return _installed[0]
