"""The record on a real database, reached as a client reaches it, and the events that it is written from."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from record_store import RecordStore, opened_store

from runtime.clock import Clock


@pytest.fixture
async def store(database_url: str, clock: Clock) -> AsyncIterator[RecordStore]:
    """An empty record on each kind of database."""
    async with opened_store(database_url, clock) as store:
        yield store


@pytest.fixture
async def record(store: RecordStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a token of the county, without a network between."""
    async with store.client() as client:
        yield client
