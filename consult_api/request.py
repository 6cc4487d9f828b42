"""The request edge that all routes share: who asks, one transaction, the audit, and requests sent twice.

A route asks for `Depends(Permitted(action), scope="function")`. It gets a `Call` whose transaction has been
committed before the answer leaves, and rolled back when the route raised.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from fastapi import Header, Request
from pydantic import BaseModel
from sqlalchemy import Column, String, Table, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Action, Actor, demand
from consult_api.database import AUDIT, METADATA, OUTBOX
from consult_api.settings import ConsultApiSettings
from runtime import outbox
from runtime.audit import AuditEntry, record
from runtime.blobs import BlobStore
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.database import Database, Transaction, UtcDateTime
from wire.clinical import Changed
from wire.envelope import Message
from wire.problems import Kind, Problem

SESSION_COOKIE = "lianzhen_session"
KEPT_FOR = timedelta(days=1)  # how long an answer can be asked for again
COUNTY = "county"  # the audit chain of what belongs to no institution

T = TypeVar("T", bound=BaseModel)

ANSWERED_REQUESTS = Table(
    "answered_requests",
    METADATA,
    Column("actor_id", String(36), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)


class Identify(Protocol):
    """Turns a credential's SHA-256 into its holder; with `touch`, the session counts as used now."""

    async def __call__(
        self, connection: AsyncConnection, credential_sha256: str, now: datetime, *, touch: bool
    ) -> Actor | None:
        """Return None for what is unknown, ended or revoked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every request is served with."""

    database: Database
    bus: Bus
    blobs: BlobStore
    clock: Clock
    settings: ConsultApiSettings
    identify: Identify
    record_subscribers: tuple[str, ...] = ("record",)
    nudge_couriers: Callable[[], None] = lambda: None
    closing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: its transaction, its actor, and one present time for all that it does."""

    transaction: Transaction
    actor: Actor
    now: datetime
    surroundings: Surroundings
    idempotency_key: str | None = None
    path: str = ""
    hints: list[Changed] = field(default_factory=list[Changed])

    @property
    def connection(self) -> AsyncConnection:
        """The transaction's connection."""
        return self.transaction.connection

    async def audit(
        self,
        action: Literal["C", "R", "U", "D", "E"],
        subtype: str,
        entity: tuple[str, str],
        *,
        patient_id: str | None = None,
        detail: str = "",
    ) -> None:
        """Write who did it into the audit, in this transaction. `entity` is its type and id."""
        entry = AuditEntry(
            institution_id=self.actor.institution_id or COUNTY,
            actor_id=self.actor.actor_id,
            action=action,
            subtype=subtype,
            entity_type=entity[0],
            entity_id=entity[1],
            patient_id=patient_id,
            detail=detail,
        )
        await record(self.transaction, AUDIT, entry, self.now)

    def tell(self, hint: Changed) -> None:
        """Send a hint to the browsers once this is committed."""
        self.transaction.after_commit(lambda: self.surroundings.bus.publish(hint))

    async def announce(self, aggregate: str, message: Message) -> None:
        """Hand a message for the shared health record to the outbox, in this transaction."""
        await outbox.append(
            self.transaction,
            OUTBOX,
            aggregate=aggregate,
            message=message,
            subscribers=self.surroundings.record_subscribers,
            now=self.now,
        )
        self.hurry_couriers()

    def hurry_couriers(self) -> None:
        """Have the couriers look at the outbox once this is committed, instead of at their next turn."""
        self.transaction.after_commit(self._nudge)

    async def _nudge(self) -> None:
        self.surroundings.nudge_couriers()

    async def once(self, answer: type[T], body: BaseModel, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`, or give the answer of the request that came with the same Idempotency-Key before.

        Raises:
            Problem: `request/idempotency-key-reused` when the key came with another request.
        """
        if self.idempotency_key is None:
            return await work()
        request_sha256 = hashlib.sha256(
            f"{self.path}\n{body.model_dump_json(exclude={'pin'})}".encode()
        ).hexdigest()
        mine = (ANSWERED_REQUESTS.c.actor_id == self.actor.actor_id) & (
            ANSWERED_REQUESTS.c.key == self.idempotency_key
        )
        if not await self._claim_key(request_sha256):
            row = (await self.connection.execute(select(ANSWERED_REQUESTS).where(mine))).mappings().one()
            if row["request_sha256"] != request_sha256:
                raise errors.idempotency_key_reused()
            return answer.model_validate_json(row["body"])
        result = await work()
        await self.connection.execute(
            update(ANSWERED_REQUESTS).where(mine).values(body=result.model_dump_json(by_alias=True))
        )
        return result

    async def _claim_key(self, request_sha256: str) -> bool:
        await self.connection.execute(
            delete(ANSWERED_REQUESTS).where(ANSWERED_REQUESTS.c.at < self.now - KEPT_FOR)
        )
        build = postgresql.insert if self.surroundings.database.dialect == "postgresql" else sqlite.insert
        result = await self.connection.execute(
            build(ANSWERED_REQUESTS)
            .values(
                actor_id=self.actor.actor_id,
                key=self.idempotency_key,
                request_sha256=request_sha256,
                body="",
                at=self.now,
            )
            .on_conflict_do_nothing()
            .returning(ANSWERED_REQUESTS.c.key)
        )
        return result.first() is not None


def call_within(surroundings: Surroundings, transaction: Transaction, actor: Actor) -> Call:
    """What the platform itself does, or sets up for somebody, outside any request."""
    return Call(transaction=transaction, actor=actor, now=surroundings.clock.now(), surroundings=surroundings)


def surroundings_of(request: Request) -> Surroundings:
    """What the application was built with."""
    return cast("Surroundings", request.app.state.surroundings)


def credential_of(request: Request) -> str | None:
    """The SHA-256 of the Bearer token or, failing that, of the session cookie."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    secret = token.strip() if scheme.lower() == "bearer" else request.cookies.get(SESSION_COOKIE)
    return hashlib.sha256(secret.encode()).hexdigest() if secret else None


def refuse_foreign_origin(request: Request) -> None:
    """Let a browser change something only from our own pages (the cookie is SameSite=Strict as well).

    Raises:
        Problem: `request/foreign-origin`.
    """
    origin = request.headers.get("origin")
    if request.method in ("GET", "HEAD", "OPTIONS") or origin is None:
        return
    allowed = surroundings_of(request).settings.allowed_origins
    if urlsplit(origin).netloc != request.headers.get("host") and origin not in allowed:
        raise errors.foreign_origin()


async def identify(request: Request, connection: AsyncConnection, *, touch: bool) -> Actor:
    """Find out who asks.

    Raises:
        Problem: `session/expired`.
    """
    surroundings = surroundings_of(request)
    credential = credential_of(request)
    now = surroundings.clock.now()
    actor = await surroundings.identify(connection, credential, now, touch=touch) if credential else None
    if actor is None:
        raise errors.session_expired()
    return actor


async def received(request: Request, action: Action, *, area: str, largest_bytes: int) -> bytes:
    """Read a file that is sent as the whole body, before any transaction waits for it.

    Args:
        request: whose body nobody has read.
        action: what the sender must be permitted; strangers send nothing.
        area: the problem's area, `evidence` or `import`.
        largest_bytes: what is longer is refused as soon as that shows.

    Raises:
        Problem: `session/expired`, `access/denied`, `request/foreign-origin`, `AREA/too-large`, `AREA/empty`.
    """
    refuse_foreign_origin(request)
    async with surroundings_of(request).database.read() as connection:
        demand(await identify(request, connection, touch=False), action)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > largest_bytes:
            raise Problem(
                f"{area}/too-large",
                Kind.TOO_LARGE,
                "The file is too large.",
                parameters={"megabytes": largest_bytes // (1024 * 1024)},
            )
    if not content:
        raise Problem(f"{area}/empty", Kind.UNPROCESSABLE, "The file is empty.")
    return bytes(content)


class Permitted:
    """The dependency of a route: logged in, permitted, and one transaction around it all."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(
        self,
        request: Request,
        idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None,
    ) -> AsyncGenerator[Call]:
        """Open the transaction; what the route raises rolls it back, and a denial is audited then."""
        surroundings = surroundings_of(request)
        refuse_foreign_origin(request)
        actor: Actor | None = None
        try:
            async with surroundings.database.write() as transaction:
                actor = await identify(request, transaction.connection, touch=True)
                demand(actor, self.action)
                yield Call(
                    transaction=transaction,
                    actor=actor,
                    now=surroundings.clock.now(),
                    surroundings=surroundings,
                    idempotency_key=idempotency_key,
                    path=f"{request.method} {request.url.path}",
                )
        except Problem as problem:
            if actor is not None and problem.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                await _audit_denial(surroundings, actor, request, problem)
            raise


async def _audit_denial(surroundings: Surroundings, actor: Actor, request: Request, problem: Problem) -> None:
    entity_id = next(iter(request.path_params.values()), "-")
    entry = AuditEntry(
        institution_id=actor.institution_id or COUNTY,
        actor_id=actor.actor_id,
        action="E" if request.method != "GET" else "R",
        subtype="denied",
        entity_type=problem.code.partition("/")[0],
        entity_id=str(entity_id)[:80],
        outcome=problem.code,
    )
    async with surroundings.database.write() as transaction:
        await record(transaction, AUDIT, entry, surroundings.clock.now())
