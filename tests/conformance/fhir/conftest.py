"""The record behind a real web server on loopback, for clients that we didn't write."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "consult_api" / "health_record"))

from outside_server import served
from record_store import opened_store

from runtime.clock import Clock


@pytest.fixture
async def record_url(database_url: str, clock: Clock) -> AsyncIterator[str]:
    """The address of an empty record on each kind of database."""
    async with opened_store(database_url, clock) as store, served(store.app) as port:
        yield f"http://127.0.0.1:{port}/fhir"
