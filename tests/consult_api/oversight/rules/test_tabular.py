import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from consult_api.oversight.rules.tabular import csv_bytes

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))


@given(st.lists(st.tuples(TEXTS, st.integers()), min_size=1))
def test_a_spreadsheet_reads_what_was_written_and_runs_nothing(rows: list[tuple[str, int]]) -> None:
    table = csv_bytes(("text", "number"), rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(table)))
    assert read[0] == ["text", "number"]
    for (text, number), (read_text, read_number) in zip(rows, read[1:], strict=True):
        assert read_text in (text, f"'{text}")
        assert not read_text.startswith(("=", "+", "-", "@", "\t"))
        assert int(read_number) == number
