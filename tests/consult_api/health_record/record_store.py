"""A record for tests: its tables in an empty database, its application, and tokens that it knows."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import GRANTS, Actor, Scope
from consult_api.database import AUDIT, METADATA, OUTBOX
from consult_api.health_record.edge import RecordSurroundings
from consult_api.health_record.routes import build_record_app
from consult_api.health_record.tables import (
    DISPATCHES,
    HELD,
    INDEX,
    MISMATCHES,
    RECONCILIATIONS,
    RESOURCES,
    VERSIONS,
)
from runtime.clock import Clock
from runtime.database import Database
from wire.problems import Kind, Problem

NEEDED = [
    *(DISPATCHES, HELD, INDEX, MISMATCHES, RECONCILIATIONS, RESOURCES, VERSIONS, GRANTS),
    *(AUDIT.entry, AUDIT.head, OUTBOX.outbox, OUTBOX.delivery, OUTBOX.inbox),
]
PATIENT_SYSTEM = "urn:lianzhen:county:patient"
COUNTY_TOKEN = "county-token"
TOKENS: Mapping[str, Actor] = {
    COUNTY_TOKEN: Actor(
        actor_id="machine-county", name="County platform", is_machine=True, scopes=frozenset({Scope.FHIR})
    ),
    "township-token": Actor(
        actor_id="machine-township",
        name="Township system",
        is_machine=True,
        institution_id="township-1",
        scopes=frozenset({Scope.FHIR}),
    ),
    "images-token": Actor(
        actor_id="machine-images", name="Archive", is_machine=True, scopes=frozenset({Scope.DICOMWEB})
    ),
}


async def authenticate(request: Request, _connection: AsyncConnection) -> Actor:
    """Know the tokens above and nobody else."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token not in TOKENS:
        raise Problem("session/expired", Kind.UNAUTHENTICATED, "Please log in again.")
    return TOKENS[token]


@dataclass(frozen=True)
class RecordStore:
    """The database and the application on it."""

    database: Database
    app: FastAPI

    @asynccontextmanager
    async def client(self, token: str = COUNTY_TOKEN) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(self.app)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://record.test/fhir/", headers=headers
        ) as client:
            yield client


@asynccontextmanager
async def opened_store(database_url: str, clock: Clock) -> AsyncIterator[RecordStore]:
    """Open a record on an empty database."""
    database = Database.open(database_url, "consult_api")
    async with database.write() as transaction:
        if database.dialect == "postgresql":
            await transaction.connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS consult_api")
        await transaction.connection.run_sync(lambda sync: METADATA.create_all(sync, tables=NEEDED))
    surroundings = RecordSurroundings(
        database=database,
        audit_tables=AUDIT,
        clock=clock,
        authenticate=authenticate,
        patient_system=PATIENT_SYSTEM,
        software_version="0.1.0",
    )
    try:
        yield RecordStore(database, build_record_app(surroundings))
    finally:
        await database.close()
