import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.audit import Checkpoint
from server import checkpoints
from wire.problems import Problem

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FIRST = Checkpoint(institution_id="a", count=3, head="f" * 64)
SECOND = Checkpoint(institution_id="b", count=7, head="e" * 64)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    key = checkpoints.signing_key(tmp_path)
    checkpoints.append(tmp_path / "copy", [FIRST], key, NOW)
    checkpoints.append(tmp_path / "copy", [FIRST, SECOND], key, NOW)
    return tmp_path / "copy"


def test_every_line_is_read_with_the_public_key_alone(file: Path) -> None:
    key = checkpoints.public_key(file.parent / "audit-key.public.json")
    assert checkpoints.read(file, key) == [FIRST, FIRST, SECOND]
    assert "d" not in json.loads((file.parent / "audit-key.public.json").read_text())


def test_the_key_is_made_once_and_is_its_owners_alone(file: Path) -> None:
    kept = file.parent / "audit-key.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (
        checkpoints.signing_key(file.parent).thumbprint() == checkpoints.signing_key(file.parent).thumbprint()
    )


@pytest.mark.parametrize("line", ["nonsense", "a.b.c", ""])
def test_a_line_of_something_else_is_refused_by_its_number(file: Path, line: str) -> None:
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(Problem, match="line 3"):
        checkpoints.read(file, checkpoints.signing_key(file.parent))


def test_a_line_that_somebody_changed_is_refused(file: Path, tmp_path: Path) -> None:
    head, payload, signature = file.read_text().splitlines()[0].split(".")
    changed = payload[:-2] + ("AA" if payload[-2:] != "AA" else "BB")
    file.write_text(".".join((head, changed, signature)) + "\n")
    with pytest.raises(Problem) as refusal:
        checkpoints.read(file, checkpoints.signing_key(tmp_path))
    assert refusal.value.code == "audit/checkpoint-unreadable"


def test_a_line_of_another_key_is_refused(file: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(Problem):
        checkpoints.read(file, checkpoints.signing_key(tmp_path / "other"))


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("{}")
    for path in (tmp_path / "key", tmp_path / "missing"):
        with pytest.raises(Problem) as refusal:
            checkpoints.public_key(path)
        assert refusal.value.code == "audit/key-unreadable"
