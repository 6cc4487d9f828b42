"""What the pages say of the code is true: settings, commands, paths, tests, links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from consult_api.api import build_app
from server.cli import app
from server.settings import Settings

# What the built client, the environment and a running system make; pages name it before it exists.
MADE_LATER = ("data", "dist", ".venv", "benchmarks/RESULTS.md", "node_modules")
NAMED_PATH = re.compile(
    r"`((?:wire|runtime|signaling|media|imaging|consult_api|server|web_client|tests|benchmarks|docs|scripts)"
    r"/[\w./-]*)(?:::(\w+))?`"
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.fixture(scope="module")
def pages(texts):
    return [source for source in texts if source.path.endswith(".md")]


@pytest.fixture(scope="module")
def operate(root):
    return (root / "docs" / "operate.md").read_text()


def rows(page, heading):
    """Yield the cells of the first table under a heading."""
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        cells = re.split(r"\s*\|\s*", line.strip("| "))
        if line.startswith("| `"):
            yield cells


def test_the_page_lists_every_setting_with_its_default(operate):
    told = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(operate, "Settings")}
    true = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert set(told) == set(true)
    for name, default in true.items():
        if isinstance(default, Path):
            assert Path(told[name]) == default
        elif name != "MEDIA_ADDRESSES":
            assert told[name] == str(default), name


def commands(group, prefix=()):
    """Yield every command of the command line as a tuple of words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*prefix, name))
        else:
            yield (*prefix, name)


def test_the_page_lists_every_command(operate):
    told = {tuple(cells[0].strip("`").split()[1:]) for cells in rows(operate, "The command line")}
    assert told == set(commands(typer.main.get_command(app)))


def test_the_drawn_state_machines_are_the_tables(root):
    drawing = subprocess.run(
        [sys.executable, str(root / "scripts" / "state_diagrams.py")],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (root / "docs" / "states.md").read_text() == drawing.stdout


def test_every_command_in_a_page_is_one(pages):
    known = {" ".join(command) for command in commands(typer.main.get_command(app))}
    wrong = [
        f"{page.path}: lianzhen {words}"
        for page in pages
        if page.path != "CHANGELOG.md"
        for words in re.findall(r"\blianzhen ((?:[a-z]+ ?)+)", code(page.text))
        if not any(f"{words} ".startswith(f"{command} ") for command in known)
    ]
    assert not wrong


def code(text):
    """Return what stands in backticks or fences, a line each."""
    fenced = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*fenced, *inline])


def test_every_path_of_the_api_in_a_page_is_served(pages):
    served = [
        re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$")
        for path in [*build_app().openapi()["paths"], "/api/openapi.json"]
    ]
    named = {
        (page.path, path)
        for page in pages
        for path in re.findall(r"(?:GET|POST|PUT|PATCH|DELETE) (/api[\w/{}-]*)", code(page.text))
    }
    assert named
    assert not [name for name in named if not any(pattern.match(name[1]) for pattern in served)]


def test_every_problem_in_a_page_is_one_that_the_code_raises(pages, product):
    raised = {code for source in product for code in re.findall(r'"([a-z]+/[a-z-]+)"', source.text)}
    told = {
        (page.path, name)
        for page in pages
        if page.path.startswith("docs/")
        for name in re.findall(
            r"`((?:request|session|storage|patient|consult|study|access)/[a-z-]+)`", page.text
        )
    }
    assert not sorted(name for name in told if name[1] not in raised)


def test_every_file_and_test_in_a_page_exists(pages, root):
    missing = []
    for page in pages:
        for path, name in NAMED_PATH.findall(page.text):
            if any(part in path for part in MADE_LATER):
                continue
            found = root / path.rstrip("/")
            if not found.exists() or (name and f"def {name}(" not in found.read_text()):
                missing.append(f"{page.path}: {path} {name}")
    assert not missing


def test_every_link_between_pages_leads_somewhere(pages, root):
    broken = [
        f"{page.path}: {target}"
        for page in pages
        for target in LINK.findall(page.text)
        if not ((root / page.path).parent / target).exists()
    ]
    assert not broken


def test_every_invariant_names_what_proves_it(root):
    section = (root / "ARCHITECTURE.md").read_text().partition("## Invariants\n")[2].partition("\n## ")[0]
    invariants = re.split(r"\n(?=\d+\. )", section)[1:]
    assert len(invariants) >= 9
    unproved = [text[:60] for text in invariants if "`tests/" not in text and "`.importlinter`" not in text]
    assert not unproved
