"""What an import answers."""

from typing import Literal

from pydantic import BaseModel, Field

from consult_api.directory.rules.imports import ImportKind

Outcome = Literal["created", "changed", "unchanged"]


class ImportFault(BaseModel):
    """What is wrong where. `row` counts as the spreadsheet does, the headings being 1; `code` is a problem's."""

    row: int
    column: str | None
    code: str
    text: str


class ImportedRow(BaseModel):
    """What becomes of a row."""

    row: int
    name: str
    outcome: Outcome


class ImportReport(BaseModel):
    """What an import would do or has done. With faults nothing is written, whatever was asked."""

    kind: ImportKind
    dry_run: bool
    is_written: bool
    rows: int = Field(description="rows below the headings that hold anything")
    created: int
    changed: int
    unchanged: int
    faults: list[ImportFault]
    lines: list[ImportedRow]


class ImportColumn(BaseModel):
    """A column of a table to import."""

    key: str
    heading: str
    required: bool
    words: list[str] = Field(description="the words that may stand in it; any text when there are none")
