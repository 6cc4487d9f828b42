"""The county that the clinical tests live in, on SQLite and on PostgreSQL, made once and copied for each test."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from manual_clock import ManualClock
from postgresql import PostgreSQL

from runtime.bus import Bus

sys.path.insert(0, str(Path(__file__).parent))

from county import County, Running, prepare, running

# How long an example takes says more about the machine's load than about the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, County]:
    """A folder with the county's database, to be copied."""
    folder = tmp_path_factory.mktemp("county")
    return folder, asyncio.run(prepare(f"sqlite:{folder}"))


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql: PostgreSQL) -> Iterator[tuple[str, County]]:
    """A database with the county, to be used as a template."""
    url = postgresql.new_database()
    yield url, asyncio.run(prepare(url))
    postgresql.drop_database(url)


@pytest.fixture
def county_sqlite(prepared_sqlite: tuple[Path, County], tmp_path: Path) -> tuple[str, County]:
    """The county on SQLite."""
    folder, county = prepared_sqlite
    shutil.copytree(folder, tmp_path / "database")
    return f"sqlite:{tmp_path / 'database'}", county


@pytest.fixture
def county_postgresql(
    prepared_postgresql: tuple[str, County], postgresql: PostgreSQL
) -> Iterator[tuple[str, County]]:
    """The county on PostgreSQL."""
    template, county = prepared_postgresql
    url = f"{template}_copy"
    with psycopg.connect(template.rsplit("/", 1)[0] + "/template1", autocommit=True) as connection:
        names = url.rsplit("/", 1)[1], template.rsplit("/", 1)[1]
        connection.execute(f'CREATE DATABASE "{names[0]}" TEMPLATE "{names[1]}"')  # pyright: ignore
    yield url, county
    postgresql.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def county_database(request: pytest.FixtureRequest) -> tuple[str, County]:
    """The county on each kind of database in turn."""
    return request.getfixturevalue(f"county_{request.param}")


@pytest.fixture
async def service(
    county_database: tuple[str, County], clock: ManualClock, bus: Bus, tmp_path: Path
) -> AsyncIterator[Running]:
    """The clinical service, running."""
    url, county = county_database
    async with running(url, county, clock, bus, tmp_path) as service:
        yield service


@pytest.fixture
async def embedded(
    county_sqlite: tuple[str, County], clock: ManualClock, bus: Bus, tmp_path: Path
) -> AsyncIterator[Running]:
    """The clinical service on SQLite alone, for what doesn't depend on the database."""
    url, county = county_sqlite
    async with running(url, county, clock, bus, tmp_path) as service:
        yield service
