"""A county whose record also goes to another county's, which lives through every kill and counts.

The short variant runs with every check; the long one is `pytest tests/faults/test_kill_while_consulting.py --kills 500
--consults 1000`.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lianzhen_server import LianzhenServer, embedded

sys.path.insert(0, str(Path(__file__).parent))

from serving_process import QuickProcess


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the county is tormented."""
    group = parser.getgroup("faults")
    group.addoption("--kills", type=int, default=SHORT["kills"], help="how often a process is killed")
    group.addoption("--consults", type=int, default=SHORT["consults"], help="while so many consults run")


SHORT = {"kills": 12, "consults": 24}


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("--kills", SHORT["kills"])


@pytest.fixture
def consults(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("--consults", SHORT["consults"])


def quick(server: LianzhenServer) -> LianzhenServer:
    """Let the county's processes start quickly, since they will do so often."""
    server.processes = [QuickProcess(one.folder, one.environment, one.arguments) for one in server.processes]
    return server


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the fork server where it finds what it loads."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.fixture
def witness(tmp_path: Path, county_template: Path, forking: None) -> Iterator[LianzhenServer]:
    folder = tmp_path / "witness"
    folder.mkdir()
    with quick(embedded(folder, county_template)) as server:
        yield server


@pytest.fixture
def record_token(witness: LianzhenServer) -> str:
    return witness.command("admin", "token", "create", "--scope", "fhir").strip()


@pytest.fixture
def county(
    tmp_path: Path, county_template: Path, witness: LianzhenServer, record_token: str
) -> Iterator[LianzhenServer]:
    folder = tmp_path / "county"
    folder.mkdir()
    record = {"RECORD_URL": f"{witness.base_url}/fhir", "RECORD_TOKEN": record_token}
    with quick(embedded(folder, county_template, **record)) as server:
        yield server
