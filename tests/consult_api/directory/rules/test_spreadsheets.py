"""Tables as spreadsheets write them: any bytes give cells or typed faults, and every fault names its place."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.directory.rules.spreadsheets import (
    MOST_ROWS,
    Column,
    Fault,
    cell_fault,
    decoded,
    read_sheet,
    template,
)
from wire.problems import Problem

COLUMNS = (
    Column(key="name", heading="姓名", required=True),
    Column(key="phone", heading="电话"),
)


def faults(text: str) -> list[tuple[int, str | None, str]]:
    found = read_sheet(text.encode(), COLUMNS).faults
    return [(fault.row, fault.column, fault.code) for fault in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_excels_encodings_are_read(encoding: str) -> None:
    sheet = read_sheet("姓名,电话\r\n王芳,139\r\n㐂医生,\r\n".encode(encoding), COLUMNS)
    assert [line.cells["name"] for line in sheet.lines] == ["王芳", "㐂医生"]
    assert sheet.faults == []


def test_columns_may_stand_in_any_order_under_either_name_and_optional_ones_be_left_out() -> None:
    sheet = read_sheet(b"phone,name\n139,Wang\n", COLUMNS)
    assert dict(sheet.lines[0].cells) == {"name": "Wang", "phone": "139"}
    assert dict(read_sheet(b"name\nWang\n", COLUMNS).lines[0].cells) == {"name": "Wang", "phone": ""}


def test_rows_count_as_the_spreadsheet_counts_them() -> None:
    text = '姓名,电话\n\n"王\n芳",\n,,\n李,=1+1\n'
    assert faults(text) == [(3, "姓名", "import/control-character"), (6, "电话", "import/formula")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, None, "import/no-heading")),
        ("姓名,电话\n", (1, None, "import/no-rows")),
        ("电话\n1\n", (1, "姓名", "import/column-missing")),
        ("姓名,姓名\na,b\n", (1, "姓名", "import/column-twice")),
        ("姓名,生日\na,b\n", (1, "生日", "import/unknown-column")),
        ("姓名,电话\n,139\n", (2, "姓名", "import/cell-missing")),
        ("姓名,电话\na,b,c\n", (2, None, "import/cell-without-column")),
    ],
)
def test_a_table_that_is_not_as_asked_says_where(text: str, expected: tuple[int, str | None, str]) -> None:
    assert expected in faults(text)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "import/formula"),
        ('=HYPERLINK("http://x")', "import/formula"),
        ("@SUM(A1)", "import/formula"),
        ("+cmd|' /C calc'!A0", "import/formula"),
        ("-2+3+cmd", "import/formula"),
        ("1.1036E+14", "import/rounded-number"),
        ("x" * 201, "import/cell-too-long"),
        ("a\tb", "import/control-character"),
        ("+86 0792-1234567", None),
        ("110360000000001", None),
        ("", None),
    ],
)
def test_what_a_spreadsheet_would_run_or_has_rounded_is_refused(cell: str, code: str | None) -> None:
    assert cell_fault(cell) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04workbook", "import/not-csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "import/not-csv"),
        (b"\xff\xfe\xff", "import/encoding"),
        ('姓名\n"王芳\n'.encode(), "import/unreadable"),
        (("姓名\n" + "a\n" * (MOST_ROWS + 1)).encode(), "import/too-many-rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        read_sheet(content, COLUMNS)
    assert refused.value.code == code


def test_the_template_is_read_back_without_complaint_but_for_its_emptiness() -> None:
    content = template(COLUMNS)
    assert content.startswith(b"\xef\xbb\xbf")
    assert faults(decoded(content)) == [(1, None, "import/no-rows")]


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_sheet_or_a_typed_problem(content: bytes) -> None:
    try:
        sheet = read_sheet(content, COLUMNS)
    except Problem as problem:
        refused = problem.code
    else:
        refused = None
    if refused is not None:
        assert refused.startswith("import/")
        return
    assert all(fault.row >= 1 and fault.code.startswith("import/") for fault in sheet.faults)
    assert sheet.lines or sheet.faults


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=8), st.sampled_from(["utf-8-sig", "gb18030"]))
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: list[tuple[str, str]], encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("姓名", "电话"), *rows])
    sheet = read_sheet(out.getvalue().encode(encoding), COLUMNS)
    read = [(line.cells["name"], line.cells["phone"]) for line in sheet.lines]
    assert read == [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    assert all(fault.code in CELL_CODES for fault in sheet.faults)


CELL_CODES = {
    *("import/cell-missing", "import/formula", "import/rounded-number", "import/no-rows"),
}


def test_a_fault_shows_no_more_than_the_beginning_of_a_cell() -> None:
    [fault] = read_sheet(("姓名\n=" + "x" * 100 + "\n").encode(), COLUMNS).faults
    assert fault == Fault(row=2, column="姓名", code="import/formula", text="=" + "x" * 39)
