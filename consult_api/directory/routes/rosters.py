"""Who is rung when: a department's week, changing it, and one's own shifts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from consult_api.access import Action
from consult_api.directory.lifecycle import rosters
from consult_api.directory.queries.rosters import my_shifts, roster_week
from consult_api.directory.schemas import Day, MyShift, NewShift, RosterCopied, RosterCopy, RosterWeek, Shift
from consult_api.request import Call, Permitted

router = APIRouter(tags=["rosters"], prefix="/rosters")

Reading = Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")]
Planning = Annotated[Call, Depends(Permitted(Action.PLAN_ROSTERS), scope="function")]


@router.get("")
async def read_roster(department_id: str, week: Day, call: Reading) -> RosterWeek:
    """Show a department's roster in the week of a day, and the hours in which nobody is on it."""
    zone = call.surroundings.settings.county_time
    return await roster_week(call.connection, call.actor, department_id, week, call.now, zone)


@router.get("/mine")
async def list_my_shifts(call: Reading) -> list[MyShift]:
    """List one's own shifts from now on, five weeks ahead."""
    return await my_shifts(call.connection, call.actor, call.now)


@router.post("/shifts", status_code=201)
async def add_shift(body: NewShift, call: Planning) -> Shift:
    """Put somebody on a department's roster."""
    return await call.once(Shift, body, lambda: rosters.add(call, body))


@router.delete("/shifts/{shift_id}", status_code=204)
async def remove_shift(shift_id: str, call: Planning) -> None:
    """Take a shift off its roster; one that has begun ends now, one that is over stays."""
    await rosters.take_off(call, shift_id)


@router.post("/copies", status_code=201)
async def copy_roster_week(body: RosterCopy, call: Planning) -> RosterCopied:
    """Repeat a week's shifts in another week."""
    return await call.once(RosterCopied, body, lambda: rosters.copy_week(call, body))
