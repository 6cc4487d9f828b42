"""What every suite may use: a manual clock, real databases, real Redis, both buses."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lianzhen_server import LianzhenServer, embedded, separate
from manual_clock import ManualClock
from postgresql import PostgreSQL
from redis_server import RedisServer

from runtime.bus import Bus
from runtime.bus.memory import MemoryBus
from runtime.bus.redis import RedisBus


@pytest.fixture
def clock() -> ManualClock:
    """A clock that moves only when the test says so."""
    return ManualClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server for the whole run."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """An empty PostgreSQL database."""
    url = postgresql.new_database()
    yield url
    postgresql.drop_database(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty folder for SQLite files."""
    return f"sqlite:{tmp_path / 'sqlite'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server for the whole run."""
    with RedisServer() as server:
        yield server


@pytest.fixture
async def memory_bus() -> AsyncIterator[Bus]:
    """The bus of the one-process mode."""
    bus = MemoryBus()
    yield bus
    await bus.close()


@pytest.fixture
async def redis_bus(redis_server: RedisServer) -> AsyncIterator[Bus]:
    """The bus of the grown mode."""
    bus = RedisBus(redis_server.url)
    yield bus
    await bus.close()


@pytest.fixture
def bus(memory_bus: Bus) -> Bus:
    """The bus that most tests use."""
    return memory_bus


@pytest.fixture(scope="session")
def county_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a freshly seeded demonstration county, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    embedded(folder).command("seed")
    return folder / "data"


@pytest.fixture(scope="session")
def embedded_county(
    tmp_path_factory: pytest.TempPathFactory, county_template: Path
) -> Iterator[LianzhenServer]:
    """A county in one process."""
    with embedded(tmp_path_factory.mktemp("embedded"), county_template) as server:
        yield server


@pytest.fixture(scope="session")
def separate_county(
    tmp_path_factory: pytest.TempPathFactory, postgresql: PostgreSQL, redis_server: RedisServer
) -> Iterator[LianzhenServer]:
    """A county in two processes on PostgreSQL and Redis, behind nginx."""
    folder = tmp_path_factory.mktemp("separate")
    server = separate(folder, postgresql.new_database(), redis_server.url)
    server.command("seed")
    with server:
        yield server


@pytest.fixture(scope="session", params=["embedded", "separate"])
def county(request: pytest.FixtureRequest) -> LianzhenServer:
    """A running county of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_county")
