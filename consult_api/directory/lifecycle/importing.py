"""Importing tables: every row is carried out as an administrator would by hand, and all of it or nothing stays.

A dry run does the same and then takes it back, so that it finds exactly what the import would.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from consult_api.directory.lifecycle.importing_rows import Places, institution, person, shift
from consult_api.directory.rules.imports import (
    COLUMNS,
    ImportKind,
    InstitutionLine,
    Parsed,
    PersonLine,
    ShiftLine,
    parse_institutions,
    parse_people,
    parse_shifts,
)
from consult_api.directory.rules.spreadsheets import Fault, Line
from consult_api.directory.schemas.imports import ImportedRow, ImportFault, ImportReport, Outcome
from consult_api.request import Call
from wire.problems import Problem

MOST_FAULTS = 500

T = TypeVar("T")

# Which column a refusal of a row is about, by the problem's code.
_BLAMED: Mapping[str, str] = {
    "institution/not-found": "institution",
    "institution/ambiguous": "institution",
    "institution/not-yours": "name",
    "institution/identifier-taken": "name",
    "department/not-found": "department",
    "person/not-found": "username",
    "person/not-yours": "username",
    "person/username-taken": "username",
    "person/role-not-yours": "role",
    "credential/number-taken": "number",
    "roster/not-yours": "department",
    "roster/cannot-answer": "username",
    "roster/overlaps": "starts_at",
    "roster/over": "ends_at",
    "roster/span-invalid": "ends_at",
}


class _TakenBack(Exception):  # noqa: N818 - undoes what was tried; nothing went wrong
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One row, by the name it is told under, and how it is carried out."""

    row: int
    name: str
    work: Callable[[], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    rows: int
    steps: Sequence[_Step]
    faults: Sequence[Fault]
    faulty: Sequence[Line]


def _planned(parsed: Parsed[T], step: Callable[[T], _Step]) -> _Plan:
    steps = [step(line) for line in parsed.lines]
    return _Plan(rows=parsed.rows, steps=steps, faults=parsed.faults, faulty=parsed.faulty)


def _plan(call: Call, places: Places, kind: ImportKind, content: bytes) -> _Plan:
    match kind:
        case ImportKind.INSTITUTIONS:
            return _planned(parse_institutions(content), lambda line: _of_institution(call, line))
        case ImportKind.PEOPLE:
            return _planned(parse_people(content), lambda line: _of_person(call, places, line))
        case ImportKind.SHIFTS:
            zone = call.surroundings.settings.county_time
            return _planned(parse_shifts(content, zone), lambda line: _of_shift(call, places, line))


def _of_institution(call: Call, line: InstitutionLine) -> _Step:
    return _Step(row=line.row, name=line.name, work=lambda: institution(call, line))


def _of_person(call: Call, places: Places, line: PersonLine) -> _Step:
    return _Step(row=line.row, name=f"{line.name} {line.username}", work=lambda: person(call, places, line))


def _of_shift(call: Call, places: Places, line: ShiftLine) -> _Step:
    return _Step(
        row=line.row, name=f"{line.username} {line.department}", work=lambda: shift(call, places, line)
    )


async def run(call: Call, kind: ImportKind, content: bytes, *, dry_run: bool) -> ImportReport:
    """Import a table, or only see what would become of it.

    Raises:
        Problem: the file as a whole can't be read: `import/not-csv`, `import/encoding`, `import/unreadable`,
            `import/too-many-rows`.
    """
    places = Places(call)
    plan = _plan(call, places, kind, content)
    rows, faults = plan.rows, list(plan.faults)
    faults += await _unknown_places(places, kind, plan)
    done: list[ImportedRow] = []
    try:
        async with call.transaction.attempt():
            for step in plan.steps:
                try:
                    async with call.transaction.attempt():
                        outcome = await step.work()
                    done.append(ImportedRow(row=step.row, name=step.name, outcome=outcome))
                except Problem as problem:
                    faults.append(_refused(kind, step.row, problem))
            if dry_run or faults:
                raise _TakenBack
    except _TakenBack:
        pass
    is_written = not (dry_run or faults)
    subtype = "import.write" if is_written else "import.try"
    await call.audit("E", subtype, ("import", kind.value), detail=f"{rows} rows, {len(faults)} faults")
    return _report(kind, dry_run, is_written, rows, faults, done)


async def _unknown_places(places: Places, kind: ImportKind, plan: _Plan) -> list[Fault]:
    """The institutions and departments that rows with faults name and that aren't there."""
    blamed = {(fault.row, fault.column) for fault in plan.faults}
    found: list[Fault] = []
    for line in plan.faulty if kind is not ImportKind.INSTITUTIONS else ():
        if not line.cells["institution"]:
            continue
        try:
            await places.find(line.cells["institution"], line.cells["department"] or None)
        except Problem as problem:
            fault = _refused(kind, line.row, problem)
            found += [fault] if (fault.row, fault.column) not in blamed else []
    return found


def _refused(kind: ImportKind, row: int, problem: Problem) -> Fault:
    headings = {column.key: column.heading for column in COLUMNS[kind]}
    return Fault(row=row, column=headings.get(_BLAMED.get(problem.code, "")), code=problem.code)


def _report(
    kind: ImportKind,
    dry_run: bool,
    is_written: bool,
    rows: int,
    faults: Sequence[Fault],
    done: list[ImportedRow],
) -> ImportReport:
    outcomes = [row.outcome for row in done]
    return ImportReport(
        kind=kind,
        dry_run=dry_run,
        is_written=is_written,
        rows=rows,
        created=outcomes.count("created"),
        changed=outcomes.count("changed"),
        unchanged=outcomes.count("unchanged"),
        faults=[
            ImportFault(row=each.row, column=each.column, code=each.code, text=each.text)
            for each in sorted(faults, key=lambda fault: fault.row)[:MOST_FAULTS]
        ],
        lines=done,
    )
