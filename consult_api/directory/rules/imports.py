"""What a row of an imported table says: institutions, people with roles and certificates, shifts.

Words may be those that people here use or the codes of the interface. Nothing is asked of a database.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, TypeVar

from consult_api.directory.rules import InstitutionKind
from consult_api.directory.rules.people import (
    CERTIFICATE_PATTERN,
    PHONE_PATTERN,
    USERNAME_PATTERN,
    IdentifierKind,
    is_identifier,
)
from consult_api.directory.rules.spreadsheets import Column, Fault, Line, read_sheet


class ImportKind(StrEnum):
    """What a table is of."""

    INSTITUTIONS = "institutions"
    PEOPLE = "people"
    SHIFTS = "shifts"


COLUMNS: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.INSTITUTIONS: (
        Column(key="name", heading="机构名称", required=True),
        Column(key="kind", heading="类别", required=True),
        Column(key="social_credit_code", heading="统一社会信用代码"),
        Column(key="medical_licence", heading="执业许可证登记号"),
        Column(key="insurance_code", heading="医保编码"),
        Column(key="local_code", heading="本地代码"),
        Column(key="departments", heading="科室"),
    ),
    ImportKind.PEOPLE: (
        Column(key="username", heading="用户名", required=True),
        Column(key="name", heading="姓名", required=True),
        Column(key="phone", heading="电话"),
        Column(key="institution", heading="机构", required=True),
        Column(key="department", heading="科室"),
        Column(key="role", heading="身份", required=True),
        Column(key="number", heading="证书编号"),
        Column(key="expires_on", heading="证书有效期"),
    ),
    ImportKind.SHIFTS: (
        Column(key="institution", heading="机构", required=True),
        Column(key="department", heading="科室", required=True),
        Column(key="username", heading="用户名", required=True),
        Column(key="tier", heading="班次", required=True),
        Column(key="starts_at", heading="开始", required=True),
        Column(key="ends_at", heading="结束", required=True),
    ),
}

KIND_WORDS: Mapping[str, InstitutionKind] = {
    "县级医院": InstitutionKind.COUNTY_HOSPITAL,
    "乡镇卫生院": InstitutionKind.TOWNSHIP_CENTRE,
    "社区卫生服务中心": InstitutionKind.COMMUNITY_CENTRE,
    "村卫生室": InstitutionKind.VILLAGE_ROOM,
    "急救中心": InstitutionKind.EMERGENCY_CENTRE,
    "卫生行政部门": InstitutionKind.ADMINISTRATION,
} | {kind.value: kind for kind in InstitutionKind}

ROLE_WORDS: Mapping[str, str] = {
    "乡镇医生": "township_doctor",
    "村医": "village_doctor",
    "会诊中心协调员": "coordinator",
    "县级专家": "specialist",
    "值班主任": "director",
    "急救协调员": "emergency_coordinator",
    "床位办公室": "bed_office",
    "影像技师": "radiographer",
    "系统管理员": "administrator",
    "监管人员": "regulator",
}

_ROLE_CODES = {**ROLE_WORDS, **{code: code for code in ROLE_WORDS.values()}}

TIER_WORDS: Mapping[str, int] = {
    "一线": 1,
    "二线": 2,
    "三线": 3,
    "总值班": 0,
    **{str(tier): tier for tier in range(4)},
}

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_BETWEEN_NAMES = re.compile(r"[、，；;|]")
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionLine:
    """An institution as its row says; empty cells say nothing."""

    row: int
    name: str
    kind: InstitutionKind
    identifiers: Mapping[IdentifierKind, str]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in one of their roles; several rows of one username give several roles."""

    row: int
    username: str
    name: str
    phone: str | None
    institution: str
    department: str | None
    role: str
    number: str | None
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftLine:
    """A turn on a roster."""

    row: int
    institution: str
    department: str
    username: str
    tier: int
    starts_at: datetime
    ends_at: datetime


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed(Generic[T]):
    """The rows that could be understood, and everything that is wrong. With faults nothing is to be written.

    `faulty` are the other rows' cells: what they refer to can still be looked up, so that one trial tells all.
    """

    rows: int
    lines: Sequence[T]
    faults: Sequence[Fault]
    faulty: Sequence[Line]


class _Reading:
    """One row on its way to a line; gathers what is wrong with its cells."""

    def __init__(self, line: Line, columns: Sequence[Column]) -> None:
        self.line = line
        self.faults: list[Fault] = []
        self._headings = {column.key: column.heading for column in columns}

    def text(self, key: str) -> str:
        return self.line.cells[key]

    def read(self, key: str, parse: Callable[[str], T | None], code: str) -> T | None:
        """Read a cell that isn't empty; one that `parse` makes nothing of is a fault."""
        cell = self.line.cells[key]
        if not cell:
            return None
        found = parse(cell)
        if found is None:
            self.fault(key, code)
        return found

    def fault(self, key: str, code: str) -> None:
        text = self.line.cells[key][:40]
        self.faults.append(Fault(row=self.line.row, column=self._headings[key], code=code, text=text))


def parse_date(text: str) -> date | None:
    """Read 2030-01-31, 2030/1/31, 2030.1.31 or 2030年1月31日, of the years 2000 to 2199."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """Read a date and a time of day as `parse_date` does and 8:00; 24:00 is the next midnight."""
    day_text, _, time_text = text.replace("T", " ").partition(" ")
    day, time = parse_date(day_text), _TIME.fullmatch(time_text.strip())
    if day is None or time is None:
        return None
    hours, minutes = (int(part) for part in time.groups())
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=hours, minutes=minutes)


def _matching(pattern: str) -> Callable[[str], str | None]:
    expression = re.compile(pattern)
    return lambda text: text if expression.fullmatch(text) else None


def _institution(reading: _Reading) -> InstitutionLine | None:
    kind = reading.read("kind", KIND_WORDS.get, "import/unknown-kind")
    identifiers: dict[IdentifierKind, str] = {}
    for each in IdentifierKind:
        value = reading.text(each.value).upper()
        if value and not is_identifier(each, value):
            is_code = each is IdentifierKind.SOCIAL_CREDIT_CODE
            code = "institution/credit-code-invalid" if is_code else "institution/identifier-invalid"
            reading.fault(each.value, code)
        elif value:
            identifiers[each] = value
    names = [name.strip() for name in _BETWEEN_NAMES.split(reading.text("departments"))]
    _refuse_long(reading, "name")
    if any(len(name) > 100 for name in names):
        reading.fault("departments", "import/cell-too-long")
    if kind is None or reading.faults:
        return None
    return InstitutionLine(
        row=reading.line.row,
        name=reading.text("name"),
        kind=kind,
        identifiers=identifiers,
        departments=tuple(dict.fromkeys(name for name in names if name)),
    )


def _refuse_long(reading: _Reading, key: str) -> None:
    if len(reading.text(key)) > 100:
        reading.fault(key, "import/cell-too-long")


def _person(reading: _Reading) -> PersonLine | None:
    username = reading.read("username", _matching(USERNAME_PATTERN), "import/username")
    phone = reading.read("phone", _matching(PHONE_PATTERN), "import/phone")
    role = reading.read("role", _ROLE_CODES.get, "import/unknown-role")
    number = reading.read("number", _matching(CERTIFICATE_PATTERN), "import/certificate-number")
    expires_on = reading.read("expires_on", parse_date, "import/date")
    _refuse_long(reading, "name")
    if not reading.faults and (number is None) != (expires_on is None):
        reading.fault("expires_on" if number else "number", "import/certificate-half")
    if username is None or role is None or reading.faults:
        return None
    return PersonLine(
        row=reading.line.row,
        username=username.lower(),
        name=reading.text("name"),
        phone=phone,
        institution=reading.text("institution"),
        department=reading.text("department") or None,
        role=role,
        number=number.upper() if number else None,
        expires_on=expires_on,
    )


def _shift(zone: tzinfo) -> Callable[[_Reading], ShiftLine | None]:
    def read(reading: _Reading) -> ShiftLine | None:
        tier = reading.read("tier", TIER_WORDS.get, "import/unknown-tier")
        starts_at = reading.read("starts_at", lambda text: parse_moment(text, zone), "import/moment")
        ends_at = reading.read("ends_at", lambda text: parse_moment(text, zone), "import/moment")
        if tier is None or starts_at is None or ends_at is None or reading.faults:
            return None
        return ShiftLine(
            row=reading.line.row,
            institution=reading.text("institution"),
            department=reading.text("department"),
            username=reading.text("username").lower(),
            tier=tier,
            starts_at=starts_at,
            ends_at=ends_at,
        )

    return read


def _parsed(
    content: bytes, kind: ImportKind, read: Callable[[_Reading], T | None]
) -> tuple[Sequence[Line], list[T], list[Fault]]:
    columns = COLUMNS[kind]
    sheet = read_sheet(content, columns)
    faults, lines = list(sheet.faults), list[T]()
    blamed = {(fault.row, fault.column) for fault in faults}
    wrong = {row for row, _ in blamed}
    for line in sheet.lines:
        reading = _Reading(line, columns)
        found = read(reading)
        faults += [fault for fault in reading.faults if (fault.row, fault.column) not in blamed]
        if found is not None and line.row not in wrong:
            lines.append(found)
    return sheet.lines, lines, sorted(faults, key=lambda fault: fault.row)


def parse_institutions(content: bytes) -> Parsed[InstitutionLine]:
    """Read a table of institutions.

    Raises:
        Problem: the file as a whole can't be read, as `read_sheet` says.
    """
    rows, lines, faults = _parsed(content, ImportKind.INSTITUTIONS, _institution)
    faults += _doubles(lines, lambda line: line.name, "机构名称")
    return _gathered(rows, lines, faults)


def _gathered(rows: Sequence[Line], lines: Sequence[T], faults: Sequence[Fault]) -> Parsed[T]:
    wrong = {fault.row for fault in faults}
    faulty = [line for line in rows if line.row in wrong]
    return Parsed(rows=len(rows), lines=lines, faults=faults, faulty=faulty)


def _doubles(
    lines: Sequence[InstitutionLine], key: Callable[[InstitutionLine], str], column: str
) -> list[Fault]:
    seen: set[str] = set()
    faults: list[Fault] = []
    for line in lines:
        if key(line) in seen:
            faults.append(Fault(row=line.row, column=column, code="import/row-twice", text=key(line)[:40]))
        seen.add(key(line))
    return faults


def parse_people(content: bytes) -> Parsed[PersonLine]:
    """Read a table of people.

    Raises:
        Problem: the file as a whole can't be read, as `read_sheet` says.
    """
    rows, lines, faults = _parsed(content, ImportKind.PEOPLE, _person)
    first: dict[str, PersonLine] = {}
    for line in lines:
        earlier = first.setdefault(line.username, line)
        same = ((earlier.name, line.name, "姓名"), (earlier.phone, line.phone, "电话"))
        faults += [
            Fault(row=line.row, column=column, code="import/contradicts", text=(value or "")[:40])
            for before, value, column in same
            if value is not None and before not in (None, value)
        ]
    return _gathered(rows, lines, faults)


def parse_shifts(content: bytes, zone: tzinfo) -> Parsed[ShiftLine]:
    """Read a table of shifts, whose times are the county's.

    Raises:
        Problem: the file as a whole can't be read, as `read_sheet` says.
    """
    rows, lines, faults = _parsed(content, ImportKind.SHIFTS, _shift(zone))
    return _gathered(rows, lines, faults)


def words_of(key: str) -> list[str]:
    """The words that may stand in a column, those that people here use; none where any text may."""
    words: Mapping[str, Mapping[str, object]] = {"kind": KIND_WORDS, "role": ROLE_WORDS, "tier": TIER_WORDS}
    return [word for word in words.get(key, {}) if not word.isascii()]
