"""Files and classes carry names from the field, tests are sentences, and every file has its place."""

import ast
import re
from pathlib import PurePosixPath

import pytest

BANNED = {
    *("util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"),
    *("handler", "handlers", "processor", "processors", "core"),
}

TOP_LEVEL_FOLDERS = {
    *("wire", "runtime", "signaling", "media", "imaging", "consult_api", "server", "web_client"),
    *("tests", "benchmarks", "docs", "scripts", ".ci"),
}
TOP_LEVEL_FILES = {
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
    *("Makefile", "pyproject.toml", "uv.lock", "Dockerfile", "docker-compose.yml"),
    *(".gitignore", ".dockerignore", ".importlinter"),
}
CAPABILITY_FILES = {"__init__", "routes", "lifecycle", "queries", "tables", "rules", "schemas"}
# Parts of consult_api that aren't capabilities, with what they are instead.
NOT_CAPABILITIES = {
    "health_record": "a FHIR store and the courier that writes to it",
    "migrations": "alembic's folder",
    "printing": "typesetting for whoever has something to print",
}


def words(name):
    """Split `snake_case`, `kebab-case` and `CamelCase` into lower-case words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def banned_stems(source):
    for part in source.pure_path.parts:
        stem = part.split(".")[0]
        if found := BANNED & set(words(stem)):
            yield 1, f"{part} is named after {sorted(found)}, which says nothing of what is in it"


def banned_classes(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and (found := BANNED & set(words(node.name))):
            yield node.lineno, f"{node.name} is named after {sorted(found)}"


def short_test_names(source):
    for node in ast.walk(source.tree):
        is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        if is_test and len(node.name.split("_")) < 3:
            yield node.lineno, f"{node.name} is not a sentence"


def capability_files(source):
    parts = source.pure_path.parts
    if parts[0] != "consult_api" or len(parts) < 3 or parts[1] in NOT_CAPABILITIES:
        return
    # What outgrows one module becomes a package of the same name.
    if PurePosixPath(parts[2]).stem not in CAPABILITY_FILES:
        yield 1, f"a capability holds only {', '.join(sorted(CAPABILITY_FILES - {'__init__'}))}"


def test_no_file_is_named_after_nothing(texts, uphold):
    code = [source for source in texts if source.pure_path.suffix in {".py", ".ts", ".tsx", ".mjs", ".css"}]
    uphold("banned stem", banned_stems, code)


def test_no_class_is_named_after_nothing(python, uphold):
    uphold("banned class name", banned_classes, python)


def test_every_test_is_named_by_a_sentence(tests, uphold):
    uphold("test names are sentences", short_test_names, tests)


def test_capabilities_hold_only_the_six_kinds_of_file(product, uphold):
    uphold("capability files", capability_files, product)


def test_nothing_strays_at_the_top_level(paths):
    stray = sorted(
        path
        for path in paths
        if (parts := PurePosixPath(path).parts)
        if (parts[0] not in TOP_LEVEL_FOLDERS if len(parts) > 1 else path not in TOP_LEVEL_FILES)
    )
    assert not stray, f"stray top-level files, with no place in ARCHITECTURE.md: {stray}"


def test_every_top_level_python_package_is_under_the_import_contracts(python, root):
    contracted = (root / ".importlinter").read_text().split("include_external")[0].split()
    packages = {source.pure_path.parts[0] for source in python if source.pure_path.name == "__init__.py"}
    assert packages - {"benchmarks", "tests"} <= set(contracted)


@pytest.mark.parametrize(
    ("rule", "text", "path"),
    [
        (banned_stems, "", "media/rtp/rtp_utils.py"),
        (banned_stems, "", "web_client/src/api/baseClient.ts"),
        (banned_classes, "class SessionManager: pass", "media/peer.py"),
        (short_test_names, "def test_munger(): pass", "tests/media/rtp/test_munger.py"),
        (capability_files, "", "consult_api/patients/search.py"),
    ],
)
def test_each_rule_on_names_sees_its_fault(rule, text, path, parse):
    assert list(rule(parse(text, path)))


def test_ordinary_names_are_left_alone(parse):
    fine = parse("class CorePacketLoss: pass", "media/bandwidth/baseline.py")
    assert not list(banned_stems(fine))
    assert [message for _, message in banned_classes(fine)] == ["CorePacketLoss is named after ['core']"]
