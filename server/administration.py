"""What an administrator does from the command line, on the databases directly; the server may be running."""

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from consult_api.access import Scope
from consult_api.database import AUDIT
from consult_api.directory.lifecycle.enrolment import (
    create_administrator,
    create_institution,
    create_machine_token,
)
from consult_api.directory.rules import InstitutionKind
from consult_api.directory.tables import INSTITUTIONS
from imaging.index.sites import allow_site
from runtime.audit import ChainFault, Checkpoint, heads, verify
from runtime.clock import SystemClock
from runtime.database import Database
from server import checkpoints
from server.settings import Settings
from wire.problems import Kind, Problem

CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """An institution as listed."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Login:
    """A new login; the password is kept nowhere else."""

    username: str
    password: str


@asynccontextmanager
async def open_database(settings: Settings, service: str) -> AsyncGenerator[Database]:
    """Open a service's database for one command."""
    database = Database.open(settings.databases, service)
    try:
        yield database
    finally:
        await database.close()


async def create_token(
    settings: Settings, *, name: str, scopes: Sequence[str], institution_id: str | None
) -> str:
    """Make a machine token and return its secret.

    Raises:
        Problem: `token/unknown-scope`, `institution/not-found`.
    """
    unknown = sorted(set(scopes) - {scope.value for scope in Scope})
    if unknown:
        raise Problem("token/unknown-scope", Kind.INVALID, f"There is no scope {', '.join(unknown)}.")
    async with open_database(settings, "consult_api") as database, database.write() as transaction:
        return await create_machine_token(
            transaction,
            name=name,
            scopes=[Scope(scope) for scope in scopes],
            now=CLOCK.now(),
            institution_id=institution_id,
        )


async def list_institutions(settings: Settings) -> list[InstitutionRow]:
    """List every institution, oldest first."""
    query = select(INSTITUTIONS).order_by(INSTITUTIONS.c.created_at)
    async with open_database(settings, "consult_api") as database, database.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [InstitutionRow(row["id"], row["name"], row["kind"]) for row in rows]


async def create_first_administrator(settings: Settings) -> Login:
    """Begin a real county: its first institution and that one's administrator.

    Raises:
        Problem: `county/not-empty` when there is an institution already.
    """
    login = Login("admin", secrets.token_urlsafe(12))
    if await list_institutions(settings):
        raise Problem("county/not-empty", Kind.CONFLICT, "This county has been set up already.")
    async with open_database(settings, "consult_api") as database, database.write() as transaction:
        now = CLOCK.now()
        institution_id = await create_institution(
            transaction, name="县级医院", kind=InstitutionKind.COUNTY_HOSPITAL, now=now
        )
        await create_administrator(
            transaction,
            institution_id=institution_id,
            name="系统管理员",
            username=login.username,
            password=login.password,
            now=now,
        )
    return login


async def add_site(settings: Settings, *, ae_title: str, address: str, institution_id: str) -> None:
    """Let a DICOM device send images for an institution.

    Raises:
        Problem: `institution/not-found`, or what imaging says of the title or the address.
    """
    if institution_id not in {row.id for row in await list_institutions(settings)}:
        raise Problem("institution/not-found", Kind.NOT_FOUND, "There is no such institution.")
    async with open_database(settings, "imaging") as database, database.write() as transaction:
        await allow_site(transaction, ae_title=ae_title, address=address, institution_id=institution_id)


async def verify_audit(
    settings: Settings, *, file: Path | None = None, key: Path | None = None
) -> tuple[int, list[ChainFault]]:
    """Walk every chain, through the checkpoints in `file` if there is one; return the rows read and what doesn't hold.

    Without `key` the signatures are checked with the key beside the data.

    Raises:
        Problem: `audit/key-unreadable`, `audit/checkpoint-unreadable`.
    """
    noted: list[Checkpoint] = []
    if file is not None:
        known = checkpoints.public_key(key) if key else checkpoints.signing_key(settings.data_dir)
        noted = checkpoints.read(file, known)
    async with open_database(settings, "consult_api") as database, database.read() as connection:
        return await verify(connection, AUDIT, noted)


async def note_audit(settings: Settings, file: Path) -> tuple[int, str]:
    """Add a signed checkpoint to a file; return how many chains it names, and the thumbprint of the key (RFC 7638)."""
    key = checkpoints.signing_key(settings.data_dir)
    async with open_database(settings, "consult_api") as database, database.read() as connection:
        ends = await heads(connection, AUDIT)
    checkpoints.append(file, ends, key, CLOCK.now())
    return len(ends), key.thumbprint()
