"""Planning who is rung: shifts are added, taken off and repeated, within one's own institution.

What has been is never changed: a shift that is over stays, one that has begun ends now.
"""

from datetime import date, timedelta

from sqlalchemy import delete, select, update

from consult_api import errors
from consult_api.directory.lifecycle.enrolment import add_shift
from consult_api.directory.queries import people, require_department
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.rosters import ANSWERING_ROLES, require_shift, shifts_of, shifts_within
from consult_api.directory.rules.rosters import LONGEST_SHIFT, monday_of, week_span
from consult_api.directory.schemas import (
    DepartmentSummary,
    NewShift,
    PersonSummary,
    RosterCopied,
    RosterCopy,
    Shift,
    ShiftLeftOut,
)
from consult_api.directory.tables import MEMBERSHIPS, PERSONS, SHIFTS
from consult_api.request import Call
from wire.problems import Kind, Problem


async def _within_reach(call: Call, department_id: str) -> DepartmentSummary:
    """Find a department whose roster the actor may change.

    Raises:
        Problem: `department/not-found`, `roster/not-yours`.
    """
    department = await require_department(call.connection, department_id)
    reach = await reach_of(call.connection, call.actor)
    if not reach.covers_department(department.institution_id, department_id):
        raise errors.not_yours("roster", "change")
    return department


async def add(call: Call, body: NewShift) -> Shift:
    """Put somebody on a roster.

    Raises:
        Problem: `department/not-found`, `roster/not-yours`, `roster/span-invalid`, `roster/over`,
            `roster/cannot-answer`, `roster/overlaps`.
    """
    department = await _within_reach(call, body.department_id)
    await _refuse(call, department, body)
    shift_id = await add_shift(call.transaction, **body.model_dump())
    await call.audit("C", "shift.add", ("shift", shift_id), detail=f"tier {body.tier}")
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    return (await shifts_of(call.connection, [await require_shift(call.connection, shift_id)], today))[0]


async def _refuse(call: Call, department: DepartmentSummary, shift: NewShift) -> None:
    if not timedelta(0) < shift.ends_at - shift.starts_at <= LONGEST_SHIFT:
        raise Problem(
            "roster/span-invalid",
            Kind.UNPROCESSABLE,
            "A shift ends after it begins, and within 31 days.",
            parameters={"days": LONGEST_SHIFT.days},
        )
    if shift.ends_at <= call.now:
        raise _over()
    answers = select(MEMBERSHIPS.c.id).where(
        MEMBERSHIPS.c.person_id == shift.person_id,
        MEMBERSHIPS.c.institution_id == department.institution_id,
        MEMBERSHIPS.c.role.in_(ANSWERING_ROLES),
        MEMBERSHIPS.c.ended_at.is_(None),
        MEMBERSHIPS.c.person_id.in_(select(PERSONS.c.id).where(PERSONS.c.disabled_at.is_(None))),
    )
    if await call.connection.scalar(answers.limit(1)) is None:
        raise Problem(
            "roster/cannot-answer", Kind.UNPROCESSABLE, "This person answers no consults at the institution."
        )
    rows = await shifts_within(call.connection, department.id, shift.starts_at, shift.ends_at)
    if any(row["person_id"] == shift.person_id for row in rows):
        raise Problem("roster/overlaps", Kind.CONFLICT, "This person is on this roster then already.")


def _over() -> Problem:
    return Problem("roster/over", Kind.CONFLICT, "This time has passed; the roster keeps what has been.")


async def take_off(call: Call, shift_id: str) -> None:
    """Take a shift off its roster; one that has begun ends now.

    Raises:
        Problem: `roster/not-found`, `roster/not-yours`, `roster/over`.
    """
    row = await require_shift(call.connection, shift_id)
    await _within_reach(call, row["department_id"])
    mine = SHIFTS.c.id == shift_id
    if row["ends_at"] <= call.now:
        raise _over()
    if row["starts_at"] >= call.now:
        await call.connection.execute(delete(SHIFTS).where(mine))
        await call.audit("D", "shift.remove", ("shift", shift_id), detail=f"tier {row['tier']}")
    else:
        await call.connection.execute(update(SHIFTS).where(mine).values(ends_at=call.now))
        await call.audit("U", "shift.end", ("shift", shift_id), detail=f"tier {row['tier']}")


async def copy_week(call: Call, body: RosterCopy) -> RosterCopied:
    """Repeat a week's shifts in another week; what would be refused by hand is left out and told.

    Raises:
        Problem: `department/not-found`, `roster/not-yours`, `roster/same-week`.
    """
    department = await _within_reach(call, body.department_id)
    source, target = monday_of(body.from_week), monday_of(body.to_week)
    if source == target:
        raise Problem("roster/same-week", Kind.UNPROCESSABLE, "A week can't be copied onto itself.")
    copied, left_out = 0, list[ShiftLeftOut]()
    for shift in await _moved(call, department.id, source, target):
        try:
            await _refuse(call, department, shift)
        except Problem as problem:
            person = (await people(call.connection, [shift.person_id]))[shift.person_id]
            left_out.append(_left_out(person, shift, problem.code))
            continue
        shift_id = await add_shift(call.transaction, **shift.model_dump())
        await call.audit("C", "shift.add", ("shift", shift_id), detail=f"tier {shift.tier}")
        copied += 1
    return RosterCopied(copied=copied, left_out=left_out)


async def _moved(call: Call, department_id: str, source: date, target: date) -> list[NewShift]:
    """The shifts that begin in a week, as they'd be in the other."""
    starts_at, ends_at = week_span(source, call.surroundings.settings.county_time)
    distance = target - source
    rows = await shifts_within(call.connection, department_id, starts_at, ends_at)
    return [
        NewShift(
            department_id=department_id,
            person_id=row["person_id"],
            tier=row["tier"],
            starts_at=row["starts_at"] + distance,
            ends_at=row["ends_at"] + distance,
        )
        for row in rows
        if row["starts_at"] >= starts_at
    ]


def _left_out(person: PersonSummary, shift: NewShift, code: str) -> ShiftLeftOut:
    return ShiftLeftOut(person=person, tier=shift.tier, starts_at=shift.starts_at, reason=code)
