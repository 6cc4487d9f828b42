"""Who may do what, and which patients they see. Nothing else in the service decides that.

A role or a scope permits actions; what is not listed is denied. A patient is seen through a grant: a row that
a registration, a consult, a referral or broken glass wrote, that says why, and that may end. The same rule is
given as a decision for one grant (`covers`) and as a filter for queries (`visible_patients`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    String,
    Table,
    and_,
    exists,
    false,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.database import METADATA
from runtime.database import UtcDateTime
from wire.identifiers import new_id
from wire.problems import Kind, Problem


class Role(StrEnum):
    """What a person is at an institution."""

    TOWNSHIP_DOCTOR = "township_doctor"
    VILLAGE_DOCTOR = "village_doctor"
    COORDINATOR = "coordinator"
    SPECIALIST = "specialist"
    DIRECTOR = "director"
    EMERGENCY_COORDINATOR = "emergency_coordinator"
    BED_OFFICE = "bed_office"
    RADIOGRAPHER = "radiographer"
    ADMINISTRATOR = "administrator"
    REGULATOR = "regulator"


class Scope(StrEnum):
    """What a machine's token is good for."""

    DICOMWEB = "dicomweb"
    FHIR = "fhir"
    WHIP = "whip"
    API = "api"
    REGULATOR = "regulator"


class Action(StrEnum):
    """What a route does, as far as permission is concerned."""

    READ_DIRECTORY = "read_directory"
    PLAN_ROSTERS = "plan_rosters"
    MANAGE_PEOPLE = "manage_people"
    READ_PATIENTS = "read_patients"
    REGISTER_PATIENTS = "register_patients"
    READ_CONSULTS = "read_consults"
    REQUEST_CONSULTS = "request_consults"
    ACT_ON_CONSULTS = "act_on_consults"
    INVITE_EXPERTS = "invite_experts"
    WRITE_REPORTS = "write_reports"
    LINK_STUDIES = "link_studies"
    JOIN_ROOMS = "join_rooms"
    READ_REFERRALS = "read_referrals"
    REQUEST_REFERRALS = "request_referrals"
    ACT_ON_REFERRALS = "act_on_referrals"
    READ_BEDS = "read_beds"
    CONFIRM_BEDS = "confirm_beds"
    LISTEN = "listen"
    VIEW_STUDIES = "view_studies"
    STORE_STUDIES = "store_studies"
    DELETE_STUDIES = "delete_studies"
    USE_RECORD = "use_record"
    REPAIR_RECORD = "repair_record"
    READ_FEED = "read_feed"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    READ_AUDIT = "read_audit"
    READ_INDICATORS = "read_indicators"


_EVERYBODY = frozenset({Action.READ_DIRECTORY, Action.LISTEN})
_CLINICAL = _EVERYBODY | {
    Action.READ_PATIENTS,
    Action.READ_CONSULTS,
    Action.READ_REFERRALS,
    Action.READ_BEDS,
    Action.VIEW_STUDIES,
}
_REQUESTING = _CLINICAL | {
    Action.REGISTER_PATIENTS,
    Action.REQUEST_CONSULTS,
    Action.ACT_ON_CONSULTS,
    Action.INVITE_EXPERTS,
    Action.LINK_STUDIES,
    Action.JOIN_ROOMS,
    Action.REQUEST_REFERRALS,
    Action.ACT_ON_REFERRALS,
    Action.STORE_STUDIES,
    Action.BREAK_GLASS,
}
_ANSWERING = _CLINICAL | {
    Action.REGISTER_PATIENTS,
    Action.ACT_ON_CONSULTS,
    Action.INVITE_EXPERTS,
    Action.WRITE_REPORTS,
    Action.LINK_STUDIES,
    Action.JOIN_ROOMS,
    Action.REQUEST_REFERRALS,
    Action.ACT_ON_REFERRALS,
    Action.STORE_STUDIES,
    Action.BREAK_GLASS,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Action]] = {
    Role.TOWNSHIP_DOCTOR: _REQUESTING,
    Role.VILLAGE_DOCTOR: _REQUESTING,
    Role.SPECIALIST: _ANSWERING,
    Role.DIRECTOR: _ANSWERING
    | {Action.CONFIRM_BEDS, Action.PLAN_ROSTERS, Action.REVIEW_BREAK_GLASS, Action.READ_INDICATORS},
    Role.COORDINATOR: _CLINICAL
    | {Action.REGISTER_PATIENTS, Action.ACT_ON_CONSULTS, Action.INVITE_EXPERTS, Action.JOIN_ROOMS}
    | {Action.ACT_ON_REFERRALS, Action.REPAIR_RECORD},
    Role.EMERGENCY_COORDINATOR: _CLINICAL | {Action.REGISTER_PATIENTS, Action.JOIN_ROOMS, Action.BREAK_GLASS},
    Role.BED_OFFICE: _CLINICAL | {Action.ACT_ON_REFERRALS, Action.CONFIRM_BEDS},
    Role.RADIOGRAPHER: _EVERYBODY
    | {Action.READ_PATIENTS, Action.REGISTER_PATIENTS, Action.VIEW_STUDIES, Action.STORE_STUDIES},
    Role.ADMINISTRATOR: _EVERYBODY | {Action.REPAIR_RECORD, Action.PLAN_ROSTERS, Action.MANAGE_PEOPLE},
    Role.REGULATOR: _CLINICAL | {Action.REVIEW_BREAK_GLASS, Action.READ_AUDIT, Action.READ_INDICATORS},
}

SCOPE_PERMISSIONS: Mapping[Scope, frozenset[Action]] = {
    Scope.API: _CLINICAL | {Action.REGISTER_PATIENTS},
    Scope.DICOMWEB: frozenset({Action.VIEW_STUDIES, Action.STORE_STUDIES, Action.DELETE_STUDIES}),
    Scope.FHIR: frozenset({Action.USE_RECORD}),
    Scope.WHIP: frozenset(),
    Scope.REGULATOR: frozenset({Action.READ_FEED}),
}

_INSTITUTION_WIDE = frozenset(
    {Role.COORDINATOR, Role.EMERGENCY_COORDINATOR, Role.BED_OFFICE, Role.DIRECTOR, Role.RADIOGRAPHER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a person in one of their roles, or a machine.

    A machine without an institution belongs to the county and sees every patient its scopes allow; so does a
    regulator, who is permitted to read and to judge, never to treat. The platform
    itself is the actor of what the clock does; it is permitted nothing by a route and sees what it moves.
    """

    actor_id: str
    name: str
    is_machine: bool = False
    is_platform: bool = False
    role: Role | None = None
    membership_id: str | None = None
    institution_id: str | None = None
    department_id: str | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset[Scope])

    @property
    def permissions(self) -> frozenset[Action]:
        """All that this actor's role or scopes permit."""
        if self.is_machine:
            return frozenset[Action]().union(*(SCOPE_PERMISSIONS[scope] for scope in self.scopes))
        return frozenset() if self.role is None else ROLE_PERMISSIONS[self.role]

    @property
    def sees_whole_institution(self) -> bool:
        """Whether grants to one department of the institution reach this actor too."""
        return self.is_machine or self.role in _INSTITUTION_WIDE

    @property
    def sees_whole_county(self) -> bool:
        """Whether no grant is needed: a machine of the county, or a regulator."""
        return self.role is Role.REGULATOR or (self.is_machine and self.institution_id is None)


PLATFORM = Actor(actor_id="platform", name="platform", is_machine=True, is_platform=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Why somebody may see a patient, and how long. `person_id` narrows it to one person."""

    patient_id: str
    institution_id: str
    department_id: str | None = None
    person_id: str | None = None
    because_kind: str
    because_id: str
    valid_from: datetime
    valid_to: datetime | None = None


GRANTS = Table(
    "grants",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("patient_id", String(36), nullable=False),
    Column("institution_id", String(36), nullable=False),
    Column("department_id", String(36)),
    Column("person_id", String(36)),
    Column("because_kind", String(20), nullable=False),
    Column("because_id", String(36), nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_to", UtcDateTime),
    Index("ix_grants_patient", "patient_id"),
    Index("ix_grants_institution", "institution_id", "patient_id"),
    Index("ix_grants_because", "because_kind", "because_id"),
)


def permits(actor: Actor, action: Action) -> bool:
    """Whether the actor's role or scopes permit the action at all."""
    return action in actor.permissions


def demand(actor: Actor, action: Action) -> None:
    """Refuse what isn't permitted.

    Raises:
        Problem: `access/denied`.
    """
    if not permits(actor, action):
        raise Problem(
            "access/denied",
            Kind.FORBIDDEN,
            "Your role doesn't allow this.",
            parameters={"action": action.value},
        )


def covers(grant: Grant, actor: Actor, now: datetime) -> bool:
    """Whether this grant lets this actor see its patient now."""
    if actor.is_platform:
        return True
    if not permits(actor, Action.READ_PATIENTS) and not permits(actor, Action.USE_RECORD):
        return False
    if actor.sees_whole_county:
        return True
    if now < grant.valid_from or (grant.valid_to is not None and now >= grant.valid_to):
        return False
    if grant.person_id is not None:
        return grant.person_id == actor.actor_id
    if grant.institution_id != actor.institution_id:
        return False
    return (
        grant.department_id is None
        or actor.sees_whole_institution
        or (grant.department_id == actor.department_id)
    )


def visible_patients(actor: Actor, patient_id: ColumnElement[str], now: datetime) -> ColumnElement[bool]:
    """The filter that `covers` describes: true for rows whose `patient_id` this actor may see now."""
    if actor.is_platform:
        return true()
    if not permits(actor, Action.READ_PATIENTS) and not permits(actor, Action.USE_RECORD):
        return false()
    if actor.sees_whole_county:
        return true()
    here: ColumnElement[bool] = and_(
        GRANTS.c.person_id.is_(None), GRANTS.c.institution_id == actor.institution_id
    )
    if not actor.sees_whole_institution:
        mine = GRANTS.c.department_id == actor.department_id if actor.department_id else false()
        here = and_(here, or_(GRANTS.c.department_id.is_(None), mine))
    # Asked for each row that is read, by ix_grants_patient: a list of all visible patients grows with the county.
    return exists().where(
        GRANTS.c.patient_id == patient_id,
        GRANTS.c.valid_from <= now,
        or_(GRANTS.c.valid_to.is_(None), GRANTS.c.valid_to > now),
        or_(GRANTS.c.person_id == actor.actor_id, here),
    )


async def write_grant(connection: AsyncConnection, *grants: Grant) -> None:
    """Let people see patients, where the same reason doesn't let them for as long already."""
    reasons = {(grant.because_kind, grant.because_id) for grant in grants}
    query = select(GRANTS).where(tuple_(GRANTS.c.because_kind, GRANTS.c.because_id).in_(reasons))
    known = [
        Grant(**{name: row[name] for name in Grant.__dataclass_fields__})
        for row in (await connection.execute(query)).mappings()
    ]
    fresh: list[Grant] = []
    for grant in grants:
        if not any(_lets_already(other, grant) for other in (*known, *fresh)):
            fresh.append(grant)
    if fresh:
        await connection.execute(insert(GRANTS), [{"id": new_id(), **asdict(grant)} for grant in fresh])


def _lets_already(known: Grant, grant: Grant) -> bool:
    lasts = known.valid_to is None or (grant.valid_to is not None and known.valid_to >= grant.valid_to)
    return lasts and replace(known, valid_from=grant.valid_from, valid_to=grant.valid_to) == grant


async def end_grants(connection: AsyncConnection, because: tuple[str, str], at: datetime) -> None:
    """Let what this reason granted end at a time. `because` is its kind and id."""
    await connection.execute(
        update(GRANTS)
        .where(
            GRANTS.c.because_kind == because[0],
            GRANTS.c.because_id == because[1],
            or_(GRANTS.c.valid_to.is_(None), GRANTS.c.valid_to > at),
        )
        .values(valid_to=at)
    )
