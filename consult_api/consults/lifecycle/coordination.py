"""What the consult centre's coordinator does: ask elsewhere, ring somebody by name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update

from consult_api.access import Grant, write_grant
from consult_api.consults.queries.invitations import post_of_expert
from consult_api.consults.queries.rows import offers_of
from consult_api.consults.tables import OFFERS
from consult_api.request import Call
from wire.clinical import Changed
from wire.problems import Kind, Problem


async def demand_expert(call: Call, person_id: str) -> None:
    """Refuse whoever answers no consults.

    Raises:
        Problem: `invitation/not-an-expert`.
    """
    if await post_of_expert(call.connection, person_id) is None:
        raise Problem("invitation/not-an-expert", Kind.UNPROCESSABLE, "This person answers no consults.")


async def ring_person(call: Call, row: Mapping[Any, Any], person_id: str, version: int) -> None:
    """Offer the consult to somebody by name, also to whoever has declined it before."""
    values = {
        "rung": max(1, row["rung"]),
        "is_director": False,
        "by_phone": True,
        "status": "ringing",
        "called_by": call.actor.actor_id,
        "offered_at": call.now,
        "answered_at": None,
        "reason": None,
    }
    known = {offer["person_id"] for offer in await offers_of(call.connection, row["id"])}
    if person_id in known:
        theirs = (OFFERS.c.consult_id == row["id"]) & (OFFERS.c.person_id == person_id)
        await call.connection.execute(update(OFFERS).where(theirs).values(**values))
    else:
        await call.connection.execute(
            insert(OFFERS).values(consult_id=row["id"], person_id=person_id, **values)
        )
    await write_grant(
        call.connection,
        Grant(
            patient_id=row["patient_id"],
            institution_id=row["institution_id"],
            department_id=row["department_id"],
            person_id=person_id,
            because_kind="consult",
            because_id=row["id"],
            valid_from=call.now,
        ),
    )
    call.tell(
        Changed(
            kind="consult",
            id=row["id"],
            version=version,
            reason="offered",
            institution_ids=(row["institution_id"],),
            person_ids=(person_id,),
        )
    )
