"""Reading rosters: a department's week, what is uncovered in it, who may be put on it; one's own shifts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import ROLE_PERMISSIONS, Action, Actor
from consult_api.directory.queries import (
    credentials_by_person,
    department_summaries,
    directors_of,
    people,
    require_department,
)
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.rules import credential_fault
from consult_api.directory.rules.rosters import WEEK, Duty, gaps, monday_of, week_span
from consult_api.directory.schemas import (
    DepartmentSummary,
    MyShift,
    RosterCandidate,
    RosterGap,
    RosterWeek,
    Shift,
)
from consult_api.directory.tables import MEMBERSHIPS, PERSONS, SHIFTS

ANSWERING_ROLES = tuple(
    role.value for role, actions in ROLE_PERMISSIONS.items() if Action.WRITE_REPORTS in actions
)
OWN_WEEKS = 5


async def shifts_within(
    connection: AsyncConnection, department_id: str, starts_at: datetime, ends_at: datetime
) -> Sequence[RowMapping]:
    """The shifts of a department that share any time with a span, the earliest first."""
    query = (
        select(SHIFTS)
        .where(
            SHIFTS.c.department_id == department_id,
            SHIFTS.c.starts_at < ends_at,
            SHIFTS.c.ends_at > starts_at,
        )
        .order_by(SHIFTS.c.starts_at, SHIFTS.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def require_shift(connection: AsyncConnection, shift_id: str) -> RowMapping:
    """Read a shift's row, locked.

    Raises:
        Problem: `roster/not-found`.
    """
    query = select(SHIFTS).where(SHIFTS.c.id == shift_id).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("roster")
    return row


async def candidates(
    connection: AsyncConnection, department: DepartmentSummary, today: date
) -> list[RosterCandidate]:
    """Who may be put on a department's roster: those who answer consults at its institution, its own first."""
    query = (
        select(PERSONS.c.id, PERSONS.c.name, MEMBERSHIPS.c.department_id)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.person_id == PERSONS.c.id)
        .where(
            MEMBERSHIPS.c.institution_id == department.institution_id,
            MEMBERSHIPS.c.role.in_(ANSWERING_ROLES),
            MEMBERSHIPS.c.ended_at.is_(None),
            PERSONS.c.disabled_at.is_(None),
        )
        .order_by(PERSONS.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    own = {row["id"] for row in rows if row["department_id"] == department.id}
    names = {row["id"]: row["name"] for row in rows}
    held = await credentials_by_person(connection, names)
    return [
        RosterCandidate(
            person_id=person_id,
            name=names[person_id],
            in_department=person_id in own,
            credential_fault=credential_fault(held.get(person_id, []), today),
        )
        for person_id in sorted(names, key=lambda person_id: (person_id not in own, person_id))
    ]


async def roster_week(
    connection: AsyncConnection, actor: Actor, department_id: str, day: date, now: datetime, zone: tzinfo
) -> RosterWeek:
    """Show the week of a day, as planned for a department.

    Raises:
        Problem: `department/not-found`.
    """
    department = await require_department(connection, department_id)
    monday = monday_of(day)
    starts_at, ends_at = week_span(monday, zone)
    rows = await shifts_within(connection, department_id, starts_at, ends_at)
    reach = await reach_of(connection, actor)
    may_edit = reach.covers_department(department.institution_id, department_id)
    directors = await people(connection, await directors_of(connection, department_id))
    today = now.astimezone(zone).date()
    shifts = await shifts_of(connection, rows, today)
    duties = [
        Duty(tier=shift.tier, starts_at=shift.starts_at, ends_at=shift.ends_at)
        for shift in shifts
        if not shift.is_disabled
    ]
    return RosterWeek(
        department=department,
        monday=monday,
        starts_at=starts_at,
        ends_at=ends_at,
        may_edit=may_edit,
        shifts=shifts,
        gaps=[
            RosterGap(tier=gap.tier, starts_at=gap.starts_at, ends_at=gap.ends_at)
            for gap in gaps(duties, max(starts_at, now), ends_at)
        ],
        directors_by_role=list(directors.values()),
        candidates=await candidates(connection, department, today) if may_edit else [],
    )


async def _gone(connection: AsyncConnection, rows: Sequence[RowMapping]) -> Collection[str]:
    query = select(PERSONS.c.id).where(
        PERSONS.c.id.in_({row["person_id"] for row in rows}), PERSONS.c.disabled_at.is_not(None)
    )
    return set((await connection.execute(query)).scalars())


async def shifts_of(connection: AsyncConnection, rows: Sequence[RowMapping], today: date) -> list[Shift]:
    """Describe shifts that were read, with whoever is on them."""
    ids = {row["person_id"] for row in rows}
    names = await people(connection, ids)
    held = await credentials_by_person(connection, ids)
    gone = await _gone(connection, rows)
    return [
        Shift(
            id=row["id"],
            person=names[row["person_id"]],
            tier=row["tier"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            is_disabled=row["person_id"] in gone,
            credential_fault=credential_fault(held.get(row["person_id"], []), today),
        )
        for row in rows
    ]


async def my_shifts(connection: AsyncConnection, actor: Actor, now: datetime) -> list[MyShift]:
    """One's own shifts from now on, five weeks ahead."""
    query = (
        select(SHIFTS)
        .where(
            SHIFTS.c.person_id == actor.actor_id,
            SHIFTS.c.ends_at > now,
            SHIFTS.c.starts_at < now + OWN_WEEKS * WEEK,
        )
        .order_by(SHIFTS.c.starts_at, SHIFTS.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    departments = await department_summaries(connection, {row["department_id"] for row in rows})
    return [
        MyShift(
            id=row["id"],
            department=departments[row["department_id"]],
            tier=row["tier"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
        )
        for row in rows
    ]
