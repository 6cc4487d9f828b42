"""Enrolling institutions, people and machines: what `setup`, `seed` and the administration call.

Every function works in the caller's transaction and returns the new id. `by` is who does it; without, the setup does.
"""

import secrets as random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from consult_api import errors
from consult_api.access import Actor, Role, Scope
from consult_api.database import AUDIT
from consult_api.directory.lifecycle.secrets import hash_secret
from consult_api.directory.lifecycle.sessions import end_all, sha256
from consult_api.directory.rules import InstitutionKind, is_social_credit_code
from consult_api.directory.tables import (
    CREDENTIALS,
    DEPARTMENTS,
    INSTITUTIONS,
    MACHINE_TOKENS,
    MEMBERSHIPS,
    PERSONS,
    SHIFTS,
)
from consult_api.request import COUNTY
from runtime.audit import AuditEntry, record
from runtime.database import Transaction
from wire.identifiers import new_id
from wire.problems import Kind, Problem

SETUP = "setup"


async def _audited(
    transaction: Transaction, subtype: str, entity: tuple[str, str], now: datetime, by: Actor | None = None
) -> None:
    entry = AuditEntry(
        institution_id=(by and by.institution_id) or COUNTY,
        actor_id=by.actor_id if by else SETUP,
        action="C",
        subtype=subtype,
        entity_type=entity[0],
        entity_id=entity[1],
    )
    await record(transaction, AUDIT, entry, now)


async def create_institution(
    transaction: Transaction,
    *,
    name: str,
    kind: InstitutionKind,
    now: datetime,
    social_credit_code: str | None = None,
    by: Actor | None = None,
) -> str:
    """Enrol an institution.

    Raises:
        Problem: `institution/credit-code-invalid`.
    """
    if social_credit_code is not None and not is_social_credit_code(social_credit_code):
        raise Problem(
            "institution/credit-code-invalid", Kind.UNPROCESSABLE, "The social credit code is not valid."
        )
    institution_id = new_id()
    await transaction.connection.execute(
        insert(INSTITUTIONS).values(
            id=institution_id,
            name=name,
            kind=kind.value,
            social_credit_code=social_credit_code,
            created_at=now,
        )
    )
    await _audited(transaction, "institution.create", ("institution", institution_id), now, by)
    return institution_id


async def create_department(
    transaction: Transaction, *, institution_id: str, name: str, now: datetime, by: Actor | None = None
) -> str:
    """Enrol a department of an institution."""
    department_id = new_id()
    await transaction.connection.execute(
        insert(DEPARTMENTS).values(id=department_id, institution_id=institution_id, name=name, created_at=now)
    )
    await _audited(transaction, "department.create", ("department", department_id), now, by)
    return department_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """A practice certificate as shown at enrolment. `verified_at` is None until somebody saw the evidence."""

    number: str
    expires_on: date
    evidence: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMembership:
    """A role to give to a person."""

    institution_id: str
    role: Role
    department_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to enrol; without a password they can't log in, without a PIN they can't sign."""

    name: str
    memberships: tuple[NewMembership, ...]
    username: str | None = None
    password: str | None = None
    pin: str | None = None
    phone: str | None = None
    credential: NewCredential | None = None


async def create_person(
    transaction: Transaction, person: NewPerson, *, now: datetime, by: Actor | None = None
) -> str:
    """Enrol a person with roles, password, PIN and practice certificate."""
    person_id = new_id()
    await transaction.connection.execute(
        insert(PERSONS).values(
            id=person_id,
            name=person.name,
            username=person.username.strip().lower() if person.username else None,
            password_hash=await hash_secret(person.password) if person.password else None,
            pin_hash=await hash_secret(person.pin) if person.pin else None,
            phone=person.phone,
            created_at=now,
        )
    )
    for membership in person.memberships:
        await transaction.connection.execute(
            insert(MEMBERSHIPS).values(
                id=new_id(),
                person_id=person_id,
                institution_id=membership.institution_id,
                department_id=membership.department_id,
                role=membership.role.value,
            )
        )
    if person.credential is not None:
        await transaction.connection.execute(
            insert(CREDENTIALS).values(
                id=new_id(),
                person_id=person_id,
                number=person.credential.number,
                verified_at=person.credential.verified_at,
                evidence=person.credential.evidence,
                expires_on=person.credential.expires_on,
            )
        )
    await _audited(transaction, "person.create", ("person", person_id), now, by)
    return person_id


async def disable_person(
    transaction: Transaction, person_id: str, *, now: datetime, by: Actor | None = None
) -> None:
    """Keep somebody out from now on; their sessions end, what they did stays."""
    mine = PERSONS.c.id == person_id
    await transaction.connection.execute(update(PERSONS).where(mine).values(disabled_at=now))
    await end_all(transaction, [person_id], now)
    await _audited(transaction, "person.disable", ("person", person_id), now, by)


async def add_shift(
    transaction: Transaction,
    *,
    department_id: str,
    person_id: str,
    tier: int,
    starts_at: datetime,
    ends_at: datetime,
) -> str:
    """Put somebody on a department's roster. Tier 1 is rung first, then 2 and 3; tier 0 is the director."""
    shift_id = new_id()
    await transaction.connection.execute(
        insert(SHIFTS).values(
            id=shift_id,
            department_id=department_id,
            person_id=person_id,
            tier=tier,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )
    return shift_id


async def create_machine_token(
    transaction: Transaction,
    *,
    name: str,
    scopes: Collection[Scope],
    now: datetime,
    institution_id: str | None = None,
) -> str:
    """Make a token for a machine; return its secret, which is shown once and never kept.

    Raises:
        Problem: `institution/not-found`.
    """
    if institution_id is not None:
        known = select(INSTITUTIONS.c.id).where(INSTITUTIONS.c.id == institution_id)
        if await transaction.connection.scalar(known) is None:
            raise errors.not_found("institution")
    token_id, secret = new_id(), f"lz_{random.token_urlsafe(32)}"
    await transaction.connection.execute(
        insert(MACHINE_TOKENS).values(
            id=token_id,
            sha256=sha256(secret),
            name=name,
            institution_id=institution_id,
            scopes=sorted(scope.value for scope in scopes),
            created_at=now,
        )
    )
    await _audited(transaction, "machine_token.create", ("machine_token", token_id), now)
    return secret


async def create_administrator(
    transaction: Transaction, *, institution_id: str, name: str, username: str, password: str, now: datetime
) -> str:
    """Enrol an administrator of an institution."""
    role = NewMembership(institution_id=institution_id, role=Role.ADMINISTRATOR)
    person = NewPerson(name=name, username=username, password=password, memberships=(role,))
    return await create_person(transaction, person, now=now)
