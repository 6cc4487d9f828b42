"""Finding a time: one side proposes, the other agrees to one of the proposals."""

from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, insert, select

from consult_api.consults.queries.rows import parties_of
from consult_api.consults.rules.states import ConsultParty, ConsultState, Side
from consult_api.consults.schemas.events import ProposeTimes
from consult_api.consults.tables import CONSULTS, SLOTS
from consult_api.request import Call
from wire.problems import Kind, Problem

LATEST = timedelta(days=90)
"""No meeting is planned further ahead than this."""


def _side(call: Call, row: RowMapping) -> Side:
    is_requester = ConsultParty.REQUESTER in parties_of(call.actor, row)
    return Side.REQUESTER if is_requester else Side.SPECIALIST


async def propose(call: Call, row: RowMapping, body: ProposeTimes) -> None:
    """Keep when the actor's side could meet, instead of what it proposed before.

    Raises:
        Problem: `consult/slot-not-possible` for a time that is over or too far away.
    """
    side = _side(call, row)
    if any(not call.now < at <= call.now + LATEST for at in body.slots):
        raise Problem(
            "consult/slot-not-possible", Kind.UNPROCESSABLE, "A proposed time is over or too far away."
        )
    mine = (SLOTS.c.consult_id == row["id"]) & (SLOTS.c.side == side.value)
    await call.connection.execute(delete(SLOTS).where(mine))
    for at in sorted(set(body.slots)):
        await call.connection.execute(
            insert(SLOTS).values(
                consult_id=row["id"],
                side=side.value,
                at=at,
                minutes=body.minutes,
                proposed_by=call.actor.actor_id,
            )
        )


async def agreed_minutes(call: Call, row: RowMapping, at: datetime) -> int:
    """How long the other side proposed to meet at this time.

    Raises:
        Problem: `consult/not-proposed`, `consult/slot-not-possible` when it is over, `consult/slot-taken` when the
            specialist meets somebody else then.
    """
    query = select(SLOTS.c.minutes).where(
        SLOTS.c.consult_id == row["id"], SLOTS.c.side != _side(call, row).value, SLOTS.c.at == at
    )
    minutes: int | None = await call.connection.scalar(query)
    if minutes is None:
        raise Problem("consult/not-proposed", Kind.CONFLICT, "The other side hasn't proposed this time.")
    if at <= call.now:
        raise Problem("consult/slot-not-possible", Kind.UNPROCESSABLE, "This time is over.")
    elsewhere = select(CONSULTS.c.scheduled_for, CONSULTS.c.scheduled_minutes).where(
        CONSULTS.c.specialist_id == row["specialist_id"],
        CONSULTS.c.state == ConsultState.SCHEDULED.value,
        CONSULTS.c.id != row["id"],
    )
    ends = at + timedelta(minutes=minutes)
    for begins, length in await call.connection.execute(elsewhere):
        if begins < ends and at < begins + timedelta(minutes=length):
            raise Problem("consult/slot-taken", Kind.CONFLICT, "The specialist meets somebody else then.")
    return minutes


async def forget_slots(call: Call, consult_id: str) -> None:
    """Forget all proposals: one was agreed to, or another side is asked now."""
    await call.connection.execute(delete(SLOTS).where(SLOTS.c.consult_id == consult_id))
