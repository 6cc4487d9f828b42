"""A document's pages: heading, patient band, body, foot; and the PDF that shows them.

ReportLab keeps fonts in one place for the whole process, so one document is drawn at a time; that takes some
milliseconds, which a caller on an event loop spends in a thread.
"""

import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from reportlab.pdfgen.canvas import Canvas

from consult_api.printing.blocks import Block, Field, Fields, Paragraph, composed
from consult_api.printing.breaking import broken, visible
from consult_api.printing.fonts import Run, Typeface
from consult_api.printing.marks import (
    FINE,
    MARGIN_BOTTOM,
    MARGIN_TOP,
    MARGIN_X,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SMALL,
    TEXT_WIDTH,
    TINY,
    BoxMark,
    LineMark,
    Mark,
    Strip,
    TextMark,
    moved,
)
from consult_api.printing.paging import paged
from consult_api.printing.words import WORDS, Language

QR_SIDE = 62.0
FOOT = 30.0
_INSTITUTION, _TITLE = 12.5, 18.0
_drawing = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that a document says.

    Attributes:
        institution: whose document it is.
        band: names and values that say whose it is about; they stand on every page.
        subtitle: stands small below the title.
        code: the verification code as it is printed; none for what can't be verified.
        address: where the code is verified, drawn as a QR code; empty where the server doesn't know its address.
    """

    title: str
    institution: str
    language: Language
    body: tuple[Block, ...]
    band: tuple[tuple[str, str], ...] = ()
    subtitle: str = ""
    code: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A finished PDF. `missing` holds the characters that stand in it as boxes."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


def render(document: Document, face: Typeface) -> Printed:
    """Make the PDF. The same document and fonts give the same bytes; safe to call from any thread."""
    missing = face.missing(visible("".join(_texts(document, face))))
    body = document.body
    words = WORDS[document.language]
    if missing:
        codes = words.comma.join(f"U+{ord(character):04X}" for character in missing)
        body = (*body, Paragraph(words.missing.format(codes=codes), SMALL))
    first, later = _first_head(document, face), _later_head(document, face)
    room = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM - FOOT
    pages = paged(composed(body, face), room - _height(first), room - _height(later))
    marks = [
        [
            *_placed([*(first if number == 0 else later), *page]),
            *_foot(document, face, number + 1, len(pages)),
        ]
        for number, page in enumerate(pages)
    ]
    with _drawing:
        return Printed(pdf=_drawn(document, face, marks), pages=len(pages), missing=tuple(missing))


def _texts(document: Document, face: Typeface) -> Iterable[str]:
    strips = [*_first_head(document, face), *composed(document.body, face)]
    return [mark.text for strip in strips for mark in strip.marks if isinstance(mark, TextMark)]


def _height(strips: Sequence[Strip]) -> float:
    return sum(strip.height for strip in strips)


def _placed(strips: Sequence[Strip]) -> list[Mark]:
    """Marks of strips on the page; y counts from the page's upper edge."""
    found: list[Mark] = []
    y = MARGIN_TOP
    for strip in strips:
        found += [moved(mark, MARGIN_X, y) for mark in strip.marks]
        y += strip.height
    return found


def _first_head(document: Document, face: Typeface) -> list[Strip]:
    """Institution, title and QR code; then the patient band."""
    marks: list[Mark] = []
    width = TEXT_WIDTH - 2 * (QR_SIDE + 8) if document.address else TEXT_WIDTH
    y = 4.0
    lines = [(document.institution, _INSTITUTION, False), (document.title, _TITLE, True)]
    for text, size, bold in [*lines, (document.subtitle, SMALL, False)]:
        if text:
            for line in broken(
                visible(text), lambda character, size=size: face.width(character, size), width
            ):
                y += size * 1.35
                left = (TEXT_WIDTH - face.width(line, size)) / 2
                marks.append(TextMark(left, y - size * 0.3, line, size, bold=bold))
    if document.address:
        marks += _qr(document.address, TEXT_WIDTH - QR_SIDE, 0)
    height = max(y + 8, QR_SIDE + 6 if document.address else 0)
    strips = [Strip(height, tuple(marks))]
    if document.band:
        rows = [document.band[start : start + 3] for start in range(0, len(document.band), 3)]
        form = Fields(tuple(tuple(Field(label, value) for label, value in row) for row in rows))
        strips += [*composed([form], face), Strip(6.0)]
    return strips


def _later_head(document: Document, face: Typeface) -> list[Strip]:
    """One or more small lines that say what a loose sheet belongs to."""
    about = "  ".join(f"{label} {value}" for label, value in document.band)
    text = visible(f"{document.institution} · {document.title}\n{about}".rstrip())
    found = broken(text, lambda character: face.width(character, SMALL), TEXT_WIDTH)
    height = SMALL * 1.45
    strips = [
        Strip(height, (TextMark(0, SMALL * 1.1, line, SMALL, bold=number == 0),))
        for number, line in enumerate(found)
    ]
    return [*strips, Strip(10.0, (LineMark(0, 3, TEXT_WIDTH, 3, FINE),))]


def _foot(document: Document, face: Typeface, page: int, pages: int) -> list[Mark]:
    words = WORDS[document.language]
    y = PAGE_HEIGHT - MARGIN_BOTTOM - FOOT + 8
    right = words.page.format(page=page, pages=pages)
    marks: list[Mark] = [
        LineMark(MARGIN_X, y, PAGE_WIDTH - MARGIN_X, y, grey=0.5),
        TextMark(PAGE_WIDTH - MARGIN_X - face.width(right, TINY + 0.5), y + 11, right, TINY + 0.5),
    ]
    if document.code:
        code = words.code.format(code=document.code)
        marks.append(TextMark(MARGIN_X, y + 11, code, TINY + 0.5, bold=True))
        how = words.verify.format(address=document.address.rpartition("/")[0])
        how = how if document.address else words.verify_here
        marks.append(TextMark(MARGIN_X, y + 21, how, TINY, grey=0.25))
    return marks


def _qr(text: str, x: float, y: float) -> list[Mark]:
    """The code as one box for each run of dark modules in a row."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    side = QR_SIDE / len(rows)
    marks: list[Mark] = []
    for number, row in enumerate(rows):
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                marks.append(
                    BoxMark(x + start * side, y + number * side, (column - start) * side, side + 0.05)
                )
                start = None
    return marks


def _drawn(document: Document, face: Typeface, pages: Sequence[Sequence[Mark]]) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(
        target,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        lang="zh-CN" if document.language == "zh" else "en",
    )
    canvas.setTitle(document.title)
    canvas.setAuthor(document.institution)
    canvas.setSubject(document.code)
    canvas.setCreator("Lianzhen")
    for marks in pages:
        for mark in marks:
            _draw(canvas, mark, face)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, mark: Mark, face: Typeface) -> None:
    match mark:
        case BoxMark(x, y, width, height, grey):
            canvas.setFillGray(grey)
            canvas.rect(x, PAGE_HEIGHT - y - height, width, height, stroke=0, fill=1)
        case LineMark(x1, y1, x2, y2, width, grey, dashed):
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(width)
            canvas.setDash([3, 2] if dashed else [])
            canvas.line(x1, PAGE_HEIGHT - y1, x2, PAGE_HEIGHT - y2)
        case TextMark():
            _write(canvas, mark, face)


def _write(canvas: Canvas, mark: TextMark, face: Typeface) -> None:
    x = mark.x
    canvas.setFillGray(mark.grey)
    canvas.setStrokeGray(mark.grey)
    canvas.setDash([])
    for run in face.runs(mark.text):
        if run.font is None:
            _box(canvas, x, mark, run, face)
        else:
            canvas.setFont(run.font, mark.size)
            canvas.setLineWidth(mark.size * 0.028)
            # Chinese system fonts often have no bold; a thin outline (mode 2) stands in for it.
            canvas.drawString(x, PAGE_HEIGHT - mark.y, run.text, mode=2 if mark.bold else 0)
        x += face.width(run.text, mark.size)


def _box(canvas: Canvas, x: float, mark: TextMark, run: Run, face: Typeface) -> None:
    """Draw the box with the character's code in two rows, for what no font has."""
    size, y = mark.size, PAGE_HEIGHT - mark.y
    canvas.setLineWidth(0.5)
    canvas.rect(x + size * 0.04, y - size * 0.12, size * 0.92, size * 0.96, stroke=1, fill=0)
    code = f"{ord(run.text):04X}"
    half = (len(code) + 1) // 2
    canvas.setFont(face.names[0], size * 0.38)
    for part, height in ((code[:half], 0.42), (code[half:], 0.02)):
        left = x + (size - face.width(part, size * 0.38)) / 2
        canvas.drawString(left, y + size * height, part, mode=0)
