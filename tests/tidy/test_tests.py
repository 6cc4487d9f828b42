"""Tests neither sleep, skip nor pretend, and stand where their subject stands."""

import ast
import re
from pathlib import PurePosixPath

import pytest

# Folders of tests that don't mirror one module each, by what they are.
NOT_MIRRORED = {"tidy", "adapters", "conformance", "journeys", "faults", "vectors"}
# Tests of a whole package from outside, in the package's folder.
OF_A_WHOLE = {
    "tests/media/test_browsers.py": "the relay between real browsers",
    "tests/media/test_no_decoding.py": "the relay's process, watched for what it loads",
    "tests/consult_api/health_record/delivery/test_killed_writer.py": "the writer's process, killed",
    "tests/consult_api/consults/test_life_cycle.py": "a consult's whole life, over the whole service",
    "tests/consult_api/test_logs.py": "what the whole service writes into its logs",
    "tests/imaging/ingest/test_crash.py": "a storing process, killed",
}
# Packages whose every module is pure and so has a test of its own.
PURE = ("media/rtp/", "media/bandwidth/", "signaling/room/", "imaging/dicom/")

SLEEPS: dict[str, str] = {
    "tests/lianzhen_server.py": "asks a real process whether it is ready; it has no clock that we could move",
}
WAITING = {"time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep", "sleep"}
SKIPPING = {
    *("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.xfail"),
    *("pytest.importorskip", "unittest.skip", "unittest.SkipTest"),
}


def dotted(node):
    """Return `a.b.c` for a chain of attributes, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


def sleeping(source):
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        # asyncio.sleep(0) only lets others run.
        yields = node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
        if (name in WAITING and not yields) or name.endswith(".wait_for_timeout"):
            yield node.lineno, f"{name} waits for time to pass: wait for what should happen"


def skipping(source):
    for node in ast.walk(source.tree):
        if dotted(node) in SKIPPING:
            yield node.lineno, f"{dotted(node)}: a skipped test proves nothing"


def pretending(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = []
        if any(name.startswith(("unittest.mock", "mock", "pytest_mock")) for name in names):
            yield node.lineno, "mocks: use the real part, or one side of a Protocol"
        if isinstance(node, ast.Call) and dotted(node.func) in {"monkeypatch.setattr", "mocker.patch"}:
            yield node.lineno, f"{dotted(node.func)} puts something else in our code's place"


def client_pretending(source):
    for number, line in enumerate(source.lines, 1):
        if re.search(r"\bvi\.(mock|doMock)\(|\b(it|test|describe)\.(skip|only|todo|fails)\b", line):
            yield number, "the client's tests neither mock our code nor skip"


def subject_of(test_path, sources):
    """Say whether a test stands where its subject stands: in the module's place, or the package's.

    `tests/media/rtp/test_munger.py` is about `media/rtp/munger.py`; a second file about the same module
    carries its name and an aspect, `test_munger_wraps.py`.
    """
    inner = PurePosixPath(*PurePosixPath(test_path).parts[1:])
    words = inner.stem.removeprefix("test_").split("_")
    folder = "" if str(inner.parent) == "." else f"{inner.parent}/"
    names = ["_".join(words[: count + 1]) for count in range(len(words))]
    modules = {f"{folder}{name}.py" for name in names}
    folders = tuple(f"{folder}{name}/" for name in names)
    if modules & sources or any(source.startswith(folders) for source in sources):
        return True
    return f"{folder}__init__.py" in sources and inner.parent.name in names


def test_no_test_waits_for_time_to_pass(tests, uphold):
    uphold("no sleeps", sleeping, tests, SLEEPS)


def test_no_test_is_skipped(tests, uphold):
    uphold("no skips", skipping, tests)


def test_no_test_puts_a_mock_in_our_codes_place(tests, uphold):
    uphold("no mocks", pretending, tests)


def test_the_clients_tests_neither_mock_nor_skip(texts, uphold):
    suites = [source for source in texts if re.search(r"\.(test|spec)\.tsx?$", source.path)]
    uphold("client tests", client_pretending, suites)


def test_every_test_stands_where_its_subject_stands(tests, python):
    sources = {source.path for source in python}
    lost = [
        source.path
        for source in tests
        if source.pure_path.name.startswith("test_")
        and source.pure_path.parts[1] not in NOT_MIRRORED
        and source.path not in OF_A_WHOLE
        and not subject_of(source.path, sources)
    ]
    assert not lost, f"these tests mirror no module: {lost}"
    assert not set(OF_A_WHOLE) - {source.path for source in tests}


def test_every_pure_module_has_its_own_test(tests, product):
    about = {source.path for source in tests}
    untested = [
        source.path
        for source in product
        if source.pure_path.name != "__init__.py"
        and (source.path.startswith(PURE) or source.pure_path.name == "rules.py")
        and not any(
            path.startswith(f"tests/{source.pure_path.parent}/test_{source.pure_path.stem}") for path in about
        )
    ]
    assert not untested, f"pure modules without a test at their mirror: {untested}"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (sleeping, "import time\ntime.sleep(1)"),
        (sleeping, "async def f():\n    await asyncio.sleep(0.1)"),
        (sleeping, "page.wait_for_timeout(500)"),
        (skipping, "@pytest.mark.skipif(True, reason='')\ndef test_a(): ..."),
        (skipping, "x = pytest.importorskip('x')"),
        (pretending, "from unittest.mock import patch"),
        (pretending, "def f(monkeypatch):\n    monkeypatch.setattr('media.peer.x', 1)"),
        (client_pretending, "vi.mock('../api/client')"),
        (client_pretending, "it.skip('rings', () => {})"),
    ],
)
def test_each_rule_on_tests_sees_its_fault(rule, text, parse):
    assert list(rule(parse(text)))


def test_letting_others_run_is_not_sleeping(parse):
    assert not list(sleeping(parse("async def f():\n    await asyncio.sleep(0)")))


@pytest.mark.parametrize(
    ("test_path", "found"),
    [
        ("tests/media/rtp/test_munger.py", True),
        ("tests/media/rtp/test_munger_wraps.py", True),
        ("tests/media/test_rtp.py", True),
        ("tests/media/rtp/test_mixer.py", False),
    ],
)
def test_a_subject_is_found_by_its_mirror(test_path, found):
    sources = {"media/__init__.py", "media/rtp/__init__.py", "media/rtp/munger.py"}
    assert subject_of(test_path, sources) is found
