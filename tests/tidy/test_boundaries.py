"""What import contracts can't see: who catches everything, commits, reads the environment, decides access."""

# pyright: basic

import ast

import pytest

# Where a fault of any kind must be answered rather than end the process.
CATCH_ALL: dict[str, str] = {
    "runtime/outbox.py": "one message's fault is its own verdict: a poisoned one becomes a dead letter",
    "runtime/supervision.py": "restarts a background loop whatever ended it",
    "signaling/socket.py": "the request edge of a WebSocket: one message's fault ends neither room nor line",
    "runtime/bus/answering.py": "the far end of an ask: the asker gets a problem without details",
}
# Queries that reach a patient without an Actor. Each takes what its caller has just read as an actor.
WITHOUT_ACTOR: dict[str, str] = {
    "consult_api/beds/queries.py::newest_hold": "a part of a referral that was read as an actor",
    "consult_api/consults/queries/invitations.py::invitations_of": "a part of a consult that was read as an actor",
    "consult_api/consults/queries/invitations.py::attestations_of": "a part of reports that were read as an actor",
    "consult_api/consults/queries/slots.py::slots_of": "a part of a consult that was read as an actor",
    "consult_api/consults/queries/page.py::studies_of": "a part of consults that were read as an actor",
    "consult_api/consults/queries/page.py::reports_of": "a part of consults that were read as an actor",
    "consult_api/consults/queries/rows.py::offers_of": "a part of a consult that was read as an actor",
    "consult_api/health_record/queries.py::county_patient": "names, for the audit, whose resource was just reached",
}

CODECS = {"av", "aiortc", "imagecodecs", "PIL", "cv2", "numpy", "pylibjpeg", "soundfile"}
# Where models are defined, besides wire.
PYDANTIC_FILES = {"schemas.py", "server/settings.py"}
MODELS_ELSEWHERE: dict[str, str] = {
    "runtime/problem_responses.py": "the one shape of a refusal, described to OpenAPI where it is made",
    "consult_api/live.py": "one route with one message",
    "signaling/socket.py": "finds the number of a frame whose message can't be read; nothing to send",
}
WIRE_IMPORTS = {"pydantic", "pydantic_core", "wire"}
STANDARD_LIBRARY_OF_WIRE = {
    *("collections", "dataclasses", "datetime", "enum", "types", "typing", "uuid", "re", "secrets"),
    *("time", "threading", "os", "http", "decimal", "abc", "functools", "hashlib", "json"),
}
# Parameters by which a query reaches a patient.
PATIENT_KEYS = {
    *("patient_id", "patient_ids", "episode_id", "consult_id", "consult_ids", "referral_id"),
    *("study_uid", "resident_id"),
}


def imported_modules(tree):
    """Yield (line, full name) of everything a module imports; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node):
    """Return `a.b.c` for a chain of attributes, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (front := dotted(node.value)):
        return f"{front}.{node.attr}"
    return ""


def catch_all(source):
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        everything = any(kind is None or dotted(kind) in {"Exception", "BaseException"} for kind in caught)
        reraises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        if everything and not reraises:
            yield node.lineno, "catches everything: name the exceptions, or let supervision see them"


def reads_environment(source):
    for node in ast.walk(source.tree):
        named = {"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"}
        if isinstance(node, ast.expr) and dotted(node) in named:
            yield node.lineno, f"{dotted(node)} outside server/settings.py"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                if alias.name in {"environ", "getenv"}:
                    yield node.lineno, f"os.{alias.name} outside server/settings.py"


def commits(source):
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        method = node.func
        # A database's commit takes nothing; one that commits something in particular is of the domain.
        if isinstance(method, ast.Attribute) and method.attr in {"commit", "rollback"} and not node.args:
            yield node.lineno, f"{method.attr}() belongs to runtime.database: one request, one transaction"


def is_queries(source):
    """Say whether it is a capability's `queries.py`, or a part of its package `queries`."""
    parts = source.pure_path.parts
    return parts[0] == "consult_api" and "queries" in {part.removesuffix(".py") for part in parts[2:]}


def patient_query_without_actor(source):
    if not is_queries(source):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        annotations = {
            name.id
            for argument in arguments
            if argument.annotation
            for name in ast.walk(argument.annotation)
            if isinstance(name, ast.Name)
        }
        touches = {argument.arg for argument in arguments} & PATIENT_KEYS
        if touches and "Actor" not in annotations:
            yield node.lineno, f"{node.name} takes {', '.join(sorted(touches))} and no Actor"


def relay_decodes(source):
    if not source.path.startswith("media/"):
        return
    for line, name in imported_modules(source.tree):
        if name.split(".")[0] in CODECS:
            yield line, f"{name}: the relay forwards packets and never decodes them"


def pydantic_elsewhere(source):
    if source.path.startswith("wire/") or source.path.endswith(tuple(PYDANTIC_FILES)):
        return
    if "/schemas/" in source.path:  # a capability with much to say has a folder of them
        return
    for node in ast.walk(source.tree):
        bases = {dotted(base).rpartition(".")[2] for base in getattr(node, "bases", [])}
        if isinstance(node, ast.ClassDef) and bases & {"BaseModel", "RootModel", "BaseSettings"}:
            yield node.lineno, f"{node.name}: models live in wire, schemas and server/settings.py"


def wire_imports_more(source):
    if source.path.startswith("wire/"):
        for line, name in imported_modules(source.tree):
            if name.split(".")[0] not in WIRE_IMPORTS | STANDARD_LIBRARY_OF_WIRE:
                yield line, f"{name}: wire stands on pydantic alone"


def test_only_the_edges_catch_everything(product, uphold):
    uphold("except Exception", catch_all, product, CATCH_ALL)


def test_only_the_settings_read_the_environment(product, uphold):
    inner = [source for source in product if source.path != "server/settings.py"]
    uphold("environment", reads_environment, inner)


def test_no_capability_ends_its_transaction_itself(product, uphold):
    outside = [s for s in product if not s.path.startswith("runtime/") and "/migrations/" not in s.path]
    uphold("commit", commits, outside)


def test_every_query_that_touches_a_patient_takes_the_actor(product, uphold):
    uphold("Actor", patient_query_without_actor, product, WITHOUT_ACTOR)


def test_the_relay_imports_no_codec(product, uphold):
    uphold("no codec in media", relay_decodes, product)


def test_models_live_where_messages_are_described(product, uphold):
    uphold("pydantic", pydantic_elsewhere, product, MODELS_ELSEWHERE)


def test_wire_stands_on_pydantic_alone(product, uphold):
    uphold("wire", wire_imports_more, product)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (catch_all, "imaging/ingest.py", "try: f()\nexcept Exception: pass"),
        (catch_all, "imaging/ingest.py", "try: f()\nexcept (KeyError, BaseException): pass"),
        (catch_all, "imaging/ingest.py", "try: f()\nexcept: pass"),
        (reads_environment, "imaging/ingest.py", "import os\nx = os.environ['A']"),
        (reads_environment, "imaging/ingest.py", "from os import getenv"),
        (commits, "consult_api/beds/queries.py", "async def f(c):\n    await c.commit()"),
        (
            patient_query_without_actor,
            "consult_api/patients/queries.py",
            "async def find(connection, patient_id: str): ...",
        ),
        (relay_decodes, "media/peer.py", "import av"),
        (relay_decodes, "media/peer.py", "from aiortc.mediastreams import MediaStreamTrack"),
        (pydantic_elsewhere, "imaging/index.py", "class Row(pydantic.BaseModel): ..."),
        (wire_imports_more, "wire/imaging.py", "from fastapi import FastAPI"),
    ],
)
def test_each_rule_on_boundaries_sees_its_fault(rule, path, text, parse):
    assert list(rule(parse(text, path)))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (catch_all, "imaging/ingest.py", "try: f()\nexcept BaseException:\n    g()\n    raise"),
        (catch_all, "imaging/ingest.py", "try: f()\nexcept ValueError: pass"),
        (
            patient_query_without_actor,
            "consult_api/patients/queries.py",
            "async def find(connection, actor: Actor, patient_id: str): ...",
        ),
        (relay_decodes, "media/transport/dtls.py", "from OpenSSL import SSL"),
    ],
)
def test_each_rule_on_boundaries_leaves_good_code_alone(rule, path, text, parse):
    assert not list(rule(parse(text, path)))
