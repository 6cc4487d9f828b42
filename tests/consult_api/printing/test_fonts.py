from pathlib import Path

import pytest

from consult_api.printing.fonts import CHINESE, Typeface, find, installed, load
from wire.problems import Problem

RARE = "\U0002b5af"  # a character of names that Debian's usual Chinese fonts lack


def test_without_a_chinese_font_the_problem_says_so(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refusal:
        load([tmp_path])
    assert refusal.value.code == "printing/no-chinese-font"


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "wqy-microhei.ttc").write_bytes(b"not a font")
    with pytest.raises(Problem) as refusal:
        load([tmp_path])
    assert refusal.value.code == "printing/no-chinese-font"


def test_the_first_folder_and_the_first_name_win(tmp_path: Path) -> None:
    for path in ("a/wqy/wqy-microhei.ttc", "b/wqy-microhei.ttc", "b/uming.ttc"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found = find(CHINESE, [tmp_path / "a", tmp_path / "b"])
    assert found == [(tmp_path / "a/wqy/wqy-microhei.ttc", 0), (tmp_path / "b/uming.ttc", 0)]


def test_the_fonts_of_this_machine_draw_both_languages_and_the_signs_of_findings() -> None:
    assert installed().missing("患者王小明，ST 段抬高≥0.2 mV。℃ µmol/L ①→□ abc") == []


def test_what_no_font_has_is_a_run_of_its_own() -> None:
    face = installed()
    runs = list(face.runs(f"王{RARE}{RARE}明"))
    assert [(run.text, run.font is None) for run in runs] == [
        ("王", False),
        (RARE, True),
        (RARE, True),
        ("明", False),
    ]
    assert face.missing(f"王{RARE}{RARE}明") == [RARE]
    assert face.width(RARE, 10) == 10


def test_a_typeface_without_fonts_misses_everything() -> None:
    assert Typeface([]).missing("王a") == ["王", "a"]
