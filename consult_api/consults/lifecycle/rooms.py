"""Tickets into a consult's room (ES256, one use, a minute), for its participants while it meets."""

from consult_api import errors
from consult_api.consults.queries.invitations import experts_among, invitations_of
from consult_api.consults.queries.rows import parties_of, require_row
from consult_api.consults.rules.machine import MEETING_STATES
from consult_api.consults.rules.states import ConsultParty, ConsultState
from consult_api.consults.schemas.consult import RoomTicket
from consult_api.directory.lifecycle.ticket_keys import sign_ticket
from consult_api.request import Call
from wire.problems import Kind, Problem
from wire.tickets import RoomRole

SIGNALING_URL = "/signaling"


async def issue_ticket(call: Call, consult_id: str) -> RoomTicket:
    """Sign a ticket for the actor.

    Raises:
        Problem: `consult/not-found`, `consult/not-yours`, `consult/no-meeting-now`.
    """
    row = await require_row(call.connection, call.actor, consult_id, call.now)
    experts = experts_among(await invitations_of(call.connection, consult_id))
    parties = parties_of(call.actor, row, experts=experts)
    if parties & {ConsultParty.SPECIALIST, ConsultParty.EXPERT}:
        role: RoomRole = "specialist"
    elif ConsultParty.REQUESTER in parties:
        role = "requester"
    else:
        raise errors.not_yours("consult", "join_room")
    if ConsultState(row["state"]) not in MEETING_STATES:
        raise Problem(
            "consult/no-meeting-now",
            Kind.CONFLICT,
            "There is no meeting in this state.",
            parameters={"state": row["state"]},
        )
    ticket = await sign_ticket(
        call.transaction,
        room_id=row["room_id"],
        person_id=call.actor.actor_id,
        name=call.actor.name,
        role=role,
        now=call.now,
    )
    await call.audit("E", "consult.room_ticket", ("consult", consult_id), patient_id=row["patient_id"])
    return RoomTicket(ticket=ticket, room_id=row["room_id"], url=SIGNALING_URL)
