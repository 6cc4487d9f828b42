"""Rows of imported tables: words, dates and numbers as people here write them, or a fault that names the cell."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.directory.rules import InstitutionKind
from consult_api.directory.rules.imports import (
    COLUMNS,
    ROLE_WORDS,
    ImportKind,
    parse_date,
    parse_institutions,
    parse_moment,
    parse_people,
    parse_shifts,
    words_of,
)
from consult_api.directory.rules.people import IdentifierKind
from wire.problems import Problem

CHINA = timezone(timedelta(hours=8))
PEOPLE = "用户名,姓名,电话,机构,科室,身份,证书编号,证书有效期\n"
PLACES = "机构名称,类别,统一社会信用代码,医保编码,科室\n"
SHIFTS = "机构,科室,用户名,班次,开始,结束\n"


@pytest.mark.parametrize("text", ["2030-01-31", "2030/1/31", "2030.1.31", "2030年1月31日"])
def test_dates_are_read_as_they_are_written_here(text: str) -> None:
    assert parse_date(text) == date(2030, 1, 31)


@pytest.mark.parametrize(
    "text", ["2030-02-30", "30-1-31", "1/31/2030", "1999-01-01", "9999-12-31", "46053", ""]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_times_are_the_countys_and_midnight_may_be_either_days() -> None:
    assert parse_moment("2026/6/1 8:00", CHINA) == datetime(2026, 6, 1, 8, tzinfo=CHINA)
    assert parse_moment("2026-06-01T17:30:00", CHINA) == datetime(2026, 6, 1, 17, 30, tzinfo=CHINA)
    assert parse_moment("2026-06-01 24:00", CHINA) == parse_moment("2026-06-02 00:00", CHINA)
    for text in ("2026-06-01", "2026-06-01 24:30", "2026-06-01 8:60", "8:00"):
        assert parse_moment(text, CHINA) is None


def test_a_person_is_read_with_role_and_certificate() -> None:
    table = PEOPLE + "Wang.Fang,王芳,13900000001,东溪镇卫生院,全科,乡镇医生,1103600000000ab,2030/1/31\n"
    parsed = parse_people(table.encode("gb18030"))
    [line] = parsed.lines
    assert (line.username, line.role, line.number, line.expires_on) == (
        "wang.fang",
        "township_doctor",
        "1103600000000AB",
        date(2030, 1, 31),
    )
    assert (parsed.faults, parsed.rows) == ([], 1)


def test_every_fault_of_a_row_is_told_with_its_column() -> None:
    table = PEOPLE + "王芳,,abc,,,院长,12,明年\nli,李明,,人民医院,,县级专家,110360000000001,\n"
    parsed = parse_people(table.encode())
    assert parsed.lines == []
    assert {(fault.row, fault.column, fault.code) for fault in parsed.faults} == {
        (2, "用户名", "import/username"),
        (2, "姓名", "import/cell-missing"),
        (2, "电话", "import/phone"),
        (2, "机构", "import/cell-missing"),
        (2, "身份", "import/unknown-role"),
        (2, "证书编号", "import/certificate-number"),
        (2, "证书有效期", "import/date"),
        (3, "证书有效期", "import/certificate-half"),
    }


def test_two_rows_of_one_person_give_two_roles_and_may_not_contradict() -> None:
    first = "li,李明,,人民医院,心内科,县级专家,,\n"
    assert len(parse_people((PEOPLE + first + "LI,李明,,人民医院,,值班主任,,\n").encode()).lines) == 2
    parsed = parse_people((PEOPLE + first + "li,李鸣,,人民医院,,值班主任,,\n").encode())
    assert [(fault.row, fault.column, fault.code) for fault in parsed.faults] == [
        (3, "姓名", "import/contradicts")
    ]


def test_an_institution_is_read_with_its_numbers_and_departments() -> None:
    table = PLACES + "新华乡卫生院,乡镇卫生院,91110000600037341l,H36042600001,全科、中医科；全科\n"
    [line] = parse_institutions(table.encode()).lines
    assert line.kind is InstitutionKind.TOWNSHIP_CENTRE
    assert line.identifiers[IdentifierKind.SOCIAL_CREDIT_CODE] == "91110000600037341L"
    assert line.departments == ("全科", "中医科")
    wrong = PLACES + "甲,诊所,91110000600037342L,x,\n甲,村卫生室,,,\n甲,村卫生室,,,\n"
    assert {(fault.row, fault.column, fault.code) for fault in parse_institutions(wrong.encode()).faults} == {
        (2, "类别", "import/unknown-kind"),
        (2, "统一社会信用代码", "institution/credit-code-invalid"),
        (2, "医保编码", "institution/identifier-invalid"),
        (4, "机构名称", "import/row-twice"),
    }


def test_a_shift_is_read_in_the_countys_time() -> None:
    table = SHIFTS + "人民医院,心内科,LiMing,一线,2026/6/1 8:00,2026/6/1 17:30\n"
    [line] = parse_shifts(table.encode(), CHINA).lines
    assert (line.username, line.tier, line.ends_at - line.starts_at) == ("liming", 1, timedelta(hours=9.5))
    wrong = SHIFTS + "人民医院,心内科,liming,四线,6月1日,2026/6/1\n"
    assert [fault.code for fault in parse_shifts(wrong.encode(), CHINA).faults] == [
        "import/unknown-tier",
        "import/moment",
        "import/moment",
    ]


def test_the_words_of_a_column_are_those_that_people_here_use() -> None:
    assert words_of("role") == list(ROLE_WORDS)
    assert words_of("tier") == ["一线", "二线", "三线", "总值班"]
    assert words_of("name") == []


heads = st.sampled_from([",".join(column.heading for column in columns) for columns in COLUMNS.values()])
cells = st.sampled_from(
    ["", "王芳", "li", "=1", "一线", "县级专家", "2030-1-1", "2026-6-1 8:00", '"', "村卫生室"]
)
tables = st.tuples(
    heads, st.lists(st.lists(cells | st.text(max_size=8), max_size=9).map(",".join), max_size=4)
).map(lambda found: "\n".join([found[0], *found[1]]).encode("utf-8", "replace"))


@given(tables | st.binary(max_size=200), st.sampled_from(ImportKind))
def test_any_table_gives_lines_or_typed_faults(content: bytes, kind: ImportKind) -> None:
    columns = {column.heading for column in COLUMNS[kind]}
    parse = {
        ImportKind.INSTITUTIONS: parse_institutions,
        ImportKind.PEOPLE: parse_people,
        ImportKind.SHIFTS: lambda content: parse_shifts(content, CHINA),
    }[kind]
    try:
        parsed = parse(content)
    except Problem as problem:
        refused = problem.code
    else:
        refused = None
    if refused is not None:
        assert refused.startswith("import/")
        return
    faulty = {fault.row for fault in parsed.faults}
    assert len(parsed.lines) == parsed.rows or parsed.faults
    for fault in parsed.faults:
        assert fault.code.split("/")[0] in ("import", "institution")
        assert (
            fault.column is None or fault.column in columns or fault.code == "import/unknown-column" or faulty
        )
