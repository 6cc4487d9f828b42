"""What the tidy tests read: every file of the project, parsed once.

A rule is a function from one source to the lines it objects to. It knows nothing of files or pytest, so each
test module also shows its rules a text that breaks them: a rule that can't fail is a defect.
"""

import ast
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("wire", "runtime", "signaling", "media", "imaging", "consult_api", "server")


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root of the repository, with forward slashes, and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def pure_path(self) -> PurePosixPath:
        return PurePosixPath(self.path)


type_of_rule = Callable[[Source], Iterable[tuple[int, str]]]


@pytest.fixture(scope="session")
def paths() -> list[str]:
    """Every file that git keeps or would keep, relative to the root."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    )
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def texts(paths: list[str]) -> list[Source]:
    """Every file that is text, the lock files aside: those are written by package managers."""
    found: list[Source] = []
    for path in paths:
        if PurePosixPath(path).name in {"uv.lock", "package-lock.json"}:
            continue
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8192]:
            found.append(Source(path, content.decode("utf-8", "replace")))
    return found


@pytest.fixture(scope="session")
def python(texts: list[Source]) -> list[Source]:
    """Every Python file of the repository."""
    return [source for source in texts if source.path.endswith(".py")]


@pytest.fixture(scope="session")
def product(python: list[Source]) -> list[Source]:
    """The Python files that are delivered: the seven packages, without tests and benchmarks."""
    return [source for source in python if source.pure_path.parts[0] in PACKAGES]


@pytest.fixture(scope="session")
def tests(python: list[Source]) -> list[Source]:
    """The Python files under tests/, those that check tidiness aside: they spell out what they forbid."""
    return [
        source
        for source in python
        if source.pure_path.parts[0] == "tests" and source.pure_path.parts[1] != "tidy"
    ]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def parse() -> Callable[..., Source]:
    """Make a source from a text, for showing a rule what it should object to."""

    def make(text: str, path: str = "consult_api/example.py") -> Source:
        return Source(path, text)

    return make


@pytest.fixture(scope="session")
def uphold() -> Callable[..., None]:
    """Fail with every line that a rule objects to, named with the rule.

    `allowed` maps a path, or `path::name` for one definition, to the reason why the rule makes the code worse
    there. A reason whose case is gone fails too, so the list can't outlive what it excuses.
    """

    def check(
        rule_name: str,
        rule: type_of_rule,
        sources: Sequence[Source],
        allowed: Mapping[str, str] | None = None,
    ) -> None:
        excused = dict(allowed or {})
        used: set[str] = set()
        complaints: list[str] = []
        for source in sources:
            for line, message in rule(source):
                keys = {source.path, f"{source.path}::{message.split(' ')[0]}"} & set(excused)
                if keys:
                    used |= keys
                else:
                    complaints.append(f"{source.path}:{line}: {rule_name}: {message}")
        complaints += [
            f"{key}: {rule_name}: the exception is no longer needed ({excused[key]})"
            for key in sorted(set(excused) - used)
        ]
        if complaints:
            pytest.fail("\n".join(complaints), pytrace=False)

    return check
