"""Tables as spreadsheets save them: bytes to cells, and everything that is wrong with them.

CSV as RFC 4180 has it, in UTF-8 (with or without a byte order mark) or GB18030, which Excel in China writes. A cell
that a spreadsheet would run as a formula is refused, as is a number that it has rounded to 1.1E+14.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wire.problems import Kind, Problem

LARGEST_BYTES = 1024 * 1024
MOST_ROWS = 500  # others' writes wait for an import on SQLite; this many take seconds
LONGEST_CELL = 200
SHOWN = 40

_SPREADSHEET_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_ROUNDED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_SIGNED_NUMBER = re.compile(r"[+-][0-9 -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column by the word at its head; `key` is its name in the code and in an English table."""

    key: str
    heading: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong where: the row as the spreadsheet counts it (the headings are 1), the column's heading, a code."""

    row: int
    column: str | None
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row's cells by the columns' keys; every column is there, empty ones as an empty text."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows that hold something, and all that is wrong with the table as such."""

    lines: Sequence[Line]
    faults: Sequence[Fault]


def decoded(content: bytes) -> str:
    """The text of a file.

    Raises:
        Problem: `import/not-csv` for a workbook, `import/encoding` for what is neither UTF-8 nor GB18030.
    """
    if content.startswith(_SPREADSHEET_MAGIC):
        raise Problem("import/not-csv", Kind.UNSUPPORTED, "This is a workbook; save the sheet as CSV.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem("import/encoding", Kind.UNPROCESSABLE, "The file is neither UTF-8 nor GB18030.")


def read_sheet(content: bytes, columns: Sequence[Column]) -> Sheet:
    """Read a table whose first row names these columns, in any order.

    Raises:
        Problem: as `decoded`; `import/unreadable` when quotes don't close, `import/too-many-rows`.
    """
    rows = _rows(decoded(content))
    if not rows:
        return Sheet(lines=(), faults=(Fault(row=1, column=None, code="import/no-heading"),))
    number, headings = rows[0]
    places, faults = _places(number, headings, columns)
    lines: list[Line] = []
    for row, cells in rows[1:]:
        faults += _cell_faults(row, cells, headings)
        found = {key: cells[at].strip() if at < len(cells) else "" for key, at in places.items()}
        faults += [
            Fault(row=row, column=column.heading, code="import/cell-missing")
            for column in columns
            if column.required and column.key in places and not found[column.key]
        ]
        lines.append(Line(row=row, cells={column.key: found.get(column.key, "") for column in columns}))
    if not lines and not faults:
        faults.append(Fault(row=number, column=None, code="import/no-rows"))
    return Sheet(lines=lines, faults=faults)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with the number of each row's first line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
            if len(found) > MOST_ROWS + 1:
                raise Problem(
                    "import/too-many-rows",
                    Kind.TOO_LARGE,
                    "The table has too many rows.",
                    parameters={"rows": MOST_ROWS},
                )
    except csv.Error:
        raise Problem(
            "import/unreadable",
            Kind.UNPROCESSABLE,
            "A row can't be read; do its quotes close?",
            parameters={"row": begins},
        ) from None
    return found


def _places(
    row: int, headings: Sequence[str], columns: Sequence[Column]
) -> tuple[dict[str, int], list[Fault]]:
    """Where each column stands, by its key; and headings that are unknown, doubled or missing."""
    keys = {column.heading: column.key for column in columns} | {column.key: column.key for column in columns}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for at, heading in enumerate(headings):
        name = heading.strip()
        key = keys.get(name)
        if key is None:
            if name:
                faults.append(_fault(row, name, "import/unknown-column", name))
        elif key in places:
            faults.append(_fault(row, name, "import/column-twice", name))
        else:
            places[key] = at
    faults += [
        Fault(row=row, column=column.heading, code="import/column-missing")
        for column in columns
        if column.required and column.key not in places
    ]
    return places, faults


def _fault(row: int, column: str | None, code: str, text: str) -> Fault:
    return Fault(
        row=row, column=_CONTROL.sub("", column)[:SHOWN] if column else None, code=code, text=_shown(text)
    )


def _shown(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)[:SHOWN]


def _cell_faults(row: int, cells: Sequence[str], headings: Sequence[str]) -> list[Fault]:
    faults: list[Fault] = []
    for at, raw in enumerate(cells):
        cell = raw.strip()
        column = headings[at].strip() if at < len(headings) else ""
        if not column and cell:
            faults.append(_fault(row, None, "import/cell-without-column", cell))
        elif code := cell_fault(cell):
            faults.append(_fault(row, column or None, code, cell))
    return faults


def cell_fault(cell: str) -> str | None:
    """Why a cell can't be taken as it is, or None. A leading + or - is fine before a telephone number."""
    if len(cell) > LONGEST_CELL:
        return "import/cell-too-long"
    if _CONTROL.search(cell):
        return "import/control-character"
    if cell[:1] in ("=", "@") or (cell[:1] in ("+", "-") and not _SIGNED_NUMBER.fullmatch(cell)):
        return "import/formula"
    if _ROUNDED.fullmatch(cell):
        return "import/rounded-number"
    return None


def template(columns: Sequence[Column]) -> bytes:
    """A table with nothing but its headings, as Excel opens it: UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([column.heading for column in columns])
    return out.getvalue().encode("utf-8-sig")
