"""Modules say what they are, stay small, import at the top and leave no loose ends."""

import ast
import re

import pytest

MODULE_LINES = 400
FUNCTION_LINES = 60

# Longer for a reason. `path` for a module, `path::function` for a function.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {
    "tests/consult_api/health_record/delivery/test_killed_writer.py"
    "::test_a_writer_killed_around_every_sending_is_taken_over_without_a_second_effect": "one story, in order",
}

# Written in pieces, since this file is read by its own rule.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def module_without_docstring(source):
    if source.tree.body and not ast.get_docstring(source.tree):
        yield 1, "the module doesn't say what it decides"


def function_level_import(source):
    for function in ast.walk(source.tree):
        if isinstance(function, FUNCTIONS):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, f"{function.name} imports: needing that means the layer is wrong"


def type_checking_block(source):
    for node in ast.walk(source.tree):
        names = {getattr(node, "id", None), getattr(node, "attr", None)}
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
        if "TYPE_CHECKING" in names:
            yield getattr(node, "lineno", 1), "TYPE_CHECKING hides an import from the layers"


def long_module(source):
    if (length := len(source.lines)) > MODULE_LINES:
        yield 1, f"{length} lines, over {MODULE_LINES}: split it, or name the reason in LONG_MODULES"


def long_function(source):
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTIONS) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines, over {FUNCTION_LINES}"


def unfinished_work(source):
    for number, line in enumerate(source.lines, 1):
        if UNFINISHED.search(line):
            yield number, "unfinished work belongs in an issue, not in the tree"


def test_every_module_says_what_it_is(python, uphold):
    # A test module is told by its path: it is about the module that it mirrors.
    delivered = [source for source in python if source.pure_path.parts[0] != "tests"]
    uphold("module docstring", module_without_docstring, delivered)


def test_no_function_imports(python, uphold):
    uphold("function-level import", function_level_import, python)


def test_no_import_hides_from_the_layers(python, uphold):
    uphold("TYPE_CHECKING", type_checking_block, [s for s in python if "/tidy/" not in s.path])


def unwritten(source):
    """Say whether nobody wrote it by hand: alembic did, and what has run once is never edited again."""
    return "/migrations/versions/" in source.path


def test_modules_stay_small(python, uphold):
    uphold("module size", long_module, [s for s in python if not unwritten(s)], LONG_MODULES)


def test_functions_stay_small(python, uphold):
    uphold("function size", long_function, [s for s in python if not unwritten(s)], LONG_FUNCTIONS)


def test_nothing_is_left_for_later(texts, uphold):
    uphold("unfinished work", unfinished_work, texts)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (module_without_docstring, "x = 1"),
        (function_level_import, '"""M."""\ndef f():\n    import os'),
        (function_level_import, '"""M."""\nclass C:\n    async def f(self):\n        from a import b'),
        (type_checking_block, '"""M."""\nfrom typing import TYPE_CHECKING'),
        (type_checking_block, '"""M."""\nimport typing\nif typing.TYPE_CHECKING: pass'),
        (long_module, "\n" * (MODULE_LINES + 1)),
        (long_function, "def f():\n" + "    x = 1\n" * FUNCTION_LINES),
        (unfinished_work, "# TO" + "DO: later"),
    ],
)
def test_each_rule_on_shape_sees_its_fault(rule, text, parse):
    assert list(rule(parse(text)))


def test_a_module_at_the_limit_is_small_enough(parse):
    assert not list(long_module(parse("\n" * MODULE_LINES)))
    assert not list(long_function(parse("def f():\n" + "    x = 1\n" * (FUNCTION_LINES - 1))))
