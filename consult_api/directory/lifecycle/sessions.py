"""Logging in and out. A session is an opaque random value in a cookie; the database keeps only its SHA-256.

Failed tries slow down the pair of name and address, then the address, and hardly the name alone: nobody can keep
a doctor out by guessing at the doctor's password from elsewhere.
"""

import hashlib
import secrets as random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from consult_api import errors
from consult_api.database import AUDIT
from consult_api.directory import queries
from consult_api.directory.lifecycle import secrets
from consult_api.directory.rules import AttemptLimit
from consult_api.directory.schemas import Login, Me, Membership, MembershipChoice
from consult_api.directory.tables import PERSONS, SESSIONS
from consult_api.request import COUNTY, Call, Surroundings
from runtime.audit import AuditEntry, record
from runtime.database import Transaction

_WINDOW = timedelta(minutes=15)
_PAIR = AttemptLimit(free=5, window=_WINDOW, pause=timedelta(seconds=2), longest_pause=timedelta(minutes=5))
_ADDRESS = AttemptLimit(
    free=50, window=_WINDOW, pause=timedelta(seconds=1), longest_pause=timedelta(minutes=1)
)
_NAME = AttemptLimit(free=20, window=_WINDOW, pause=timedelta(seconds=1), longest_pause=timedelta(seconds=2))


def sha256(secret: str) -> str:
    """How the database knows a cookie's or a token's value."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _limits(username: str, address: str) -> dict[str, AttemptLimit]:
    pair = sha256(f"{username}\n{address}")
    return {
        f"pair:{pair}": _PAIR,
        f"address:{sha256(address)}": _ADDRESS,
        f"name:{sha256(username)}": _NAME,
    }


async def log_in(
    surroundings: Surroundings, login: Login, address: str, old_credential: str | None
) -> tuple[str, Me]:
    """Check a name and a password; return the new session's secret and who it is. The old session ends.

    Raises:
        Problem: `session/wrong-credentials`, `session/too-many-attempts`.
    """
    database, now = surroundings.database, surroundings.clock.now()
    username = login.username.strip().lower()
    limits = _limits(username, address)
    if wait := await secrets.wait_for(database, limits, now):
        raise errors.too_many_attempts(-(-int(wait.total_seconds() * 1000) // 1000))
    query = select(PERSONS.c.id, PERSONS.c.name, PERSONS.c.password_hash).where(
        PERSONS.c.username == username, PERSONS.c.disabled_at.is_(None)
    )
    async with database.read() as connection:
        person = (await connection.execute(query)).mappings().one_or_none()
        memberships = await queries.memberships_of(connection, person["id"]) if person else []
    right = await secrets.is_right(person["password_hash"] if person else None, login.password)
    if person is None or not right or not memberships:
        await secrets.note_failure(database, limits, now)
        raise errors.wrong_credentials()
    async with database.write() as transaction:
        await _end(transaction, old_credential, now)
        token = await _begin(transaction, person["id"], memberships[0], now)
    first = memberships[0].id
    return token, Me(
        person_id=person["id"], name=person["name"], active_membership_id=first, memberships=memberships
    )


async def log_out(surroundings: Surroundings, credential: str | None) -> None:
    """End a session; nothing happens when there is none."""
    now = surroundings.clock.now()
    async with surroundings.database.write() as transaction:
        await _end(transaction, credential, now)


async def choose_membership(call: Call, choice: MembershipChoice, credential: str | None) -> tuple[str, Me]:
    """Go on in another role, in a new session.

    Raises:
        Problem: `membership/not-found` when it isn't one of the person's present roles.
    """
    memberships = await queries.memberships_of(call.connection, call.actor.actor_id)
    chosen = next((membership for membership in memberships if membership.id == choice.membership_id), None)
    if chosen is None or call.actor.is_machine:
        raise errors.not_found("membership")
    await _end(call.transaction, credential, call.now)
    token = await _begin(call.transaction, call.actor.actor_id, chosen, call.now)
    return token, Me(
        person_id=call.actor.actor_id,
        name=call.actor.name,
        active_membership_id=chosen.id,
        memberships=memberships,
    )


async def end_all(transaction: Transaction, person_ids: Sequence[str], now: datetime) -> None:
    """End every session of these people."""
    await transaction.connection.execute(
        update(SESSIONS)
        .where(SESSIONS.c.person_id.in_(person_ids), SESSIONS.c.ended_at.is_(None))
        .values(ended_at=now)
    )


async def end_all_but(
    transaction: Transaction, person_id: str, credential: str | None, now: datetime
) -> None:
    """End every session of somebody except the one with this credential's SHA-256."""
    await transaction.connection.execute(
        update(SESSIONS)
        .where(
            SESSIONS.c.person_id == person_id, SESSIONS.c.ended_at.is_(None), SESSIONS.c.sha256 != credential
        )
        .values(ended_at=now)
    )


async def _begin(transaction: Transaction, person_id: str, membership: Membership, now: datetime) -> str:
    token = random.token_urlsafe(32)
    await transaction.connection.execute(
        insert(SESSIONS).values(
            sha256=sha256(token),
            person_id=person_id,
            membership_id=membership.id,
            created_at=now,
            seen_at=now,
        )
    )
    entry = AuditEntry(
        institution_id=membership.institution_id or COUNTY,
        actor_id=person_id,
        action="E",
        subtype="session.begin",
        entity_type="membership",
        entity_id=membership.id,
    )
    await record(transaction, AUDIT, entry, now)
    return token


async def _end(transaction: Transaction, credential: str | None, now: datetime) -> None:
    if credential is not None:
        await transaction.connection.execute(
            update(SESSIONS)
            .where(SESSIONS.c.sha256 == credential, SESSIONS.c.ended_at.is_(None))
            .values(ended_at=now)
        )
