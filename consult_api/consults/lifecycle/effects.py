"""Running what the pure machine asks for, in the transaction of the step."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from consult_api import timers
from consult_api.access import Grant, end_grants, write_grant
from consult_api.consults.lifecycle import coordination, inviting
from consult_api.consults.queries.rows import offers_of, rings
from consult_api.consults.rules.ladder import Rung, Tier
from consult_api.consults.rules.machine import (
    CloseOffers,
    Effect,
    EndAccess,
    ReleaseSpecialist,
    RingPerson,
    RingTier,
    StartTimer,
    StopTimers,
    TimerKind,
)
from consult_api.consults.rules.states import Urgency
from consult_api.consults.tables import OFFERS
from consult_api.request import Call
from consult_api.timers import Timer
from wire.clinical import Changed

_COLUMNS = {
    TimerKind.ESCALATE: "escalate_at",
    TimerKind.BREACH: "breach_at",
    TimerKind.REPORT_DUE: "report_due_at",
    TimerKind.ACKNOWLEDGE_DUE: "acknowledge_due_at",
}


async def run(call: Call, row: Mapping[Any, Any], effects: Sequence[Effect], version: int) -> dict[str, Any]:
    """Run the effects; return the columns of the consult that change with them.

    Args:
        call: the request, or the clock's own call.
        row: the consult before the step, with what the step itself changes.
        effects: in the order the machine gave them.
        version: the consult's version after the step.
    """
    changed: dict[str, Any] = {}
    aggregate = f"consult/{row['id']}"
    for effect in effects:
        match effect:
            case RingTier(rung):
                await _ring(call, row, rung, version)
            case RingPerson(person):
                await coordination.ring_person(call, row, person, version)
            case CloseOffers():
                await _set_status(call, row["id"], "ringing", "withdrawn")
            case ReleaseSpecialist():
                await _set_status(call, row["id"], "accepted", "withdrawn")
            case StartTimer(kind, due_at):
                await timers.stop(call.transaction, aggregate, [kind.value], call.now)
                timer = Timer(aggregate=aggregate, kind=kind.value, epoch=version)
                await timers.start(call.transaction, timer, due_at)
                changed |= {_COLUMNS[kind]: due_at} if kind in _COLUMNS else {}
            case StopTimers(kinds):
                await timers.stop(call.transaction, aggregate, [kind.value for kind in kinds], call.now)
                changed |= {_COLUMNS[kind]: None for kind in kinds if kind in _COLUMNS}
            case EndAccess(refused):
                ends_at = _access_ends(call, refused=refused)
                await end_grants(call.connection, ("consult", row["id"]), ends_at)
                await inviting.end(call, row, ends_at)
            case _:
                assert_never(effect)
    return changed


def _access_ends(call: Call, *, refused: bool) -> datetime:
    settings = call.surroundings.settings
    return call.now + (settings.access_after_refusal if refused else settings.access_after_close)


async def _ring(call: Call, row: Mapping[Any, Any], rung: Rung, version: int) -> None:
    offers = await offers_of(call.connection, row["id"])
    declined = {offer["person_id"] for offer in offers if offer["status"] == "declined"}
    ladder = await rings(
        call.connection, row["department_id"], Urgency(row["urgency"]), call.now, without=declined
    )
    people = ladder.get(rung, [])
    if people:
        await _offer(call, row["id"], rung, people)
    await _let_see(call, row, people)
    call.tell(
        Changed(
            kind="consult",
            id=row["id"],
            version=version,
            reason="offered",
            institution_ids=(row["institution_id"],),
            department_ids=(row["department_id"],),
            person_ids=tuple(people),
        )
    )


async def _offer(call: Call, consult_id: str, rung: Rung, people: Sequence[str]) -> None:
    offered = {
        "rung": rung.number,
        "is_director": rung.tier is Tier.DIRECTOR,
        "by_phone": rung.by_phone,
        "status": "ringing",
        "called_by": None,
        "offered_at": call.now,
        "answered_at": None,
        "reason": None,
    }
    build = postgresql.insert if call.surroundings.database.dialect == "postgresql" else sqlite.insert
    await call.connection.execute(
        build(OFFERS).on_conflict_do_update(
            index_elements=[OFFERS.c.consult_id, OFFERS.c.person_id], set_=offered
        ),
        [{"consult_id": consult_id, "person_id": person, **offered} for person in people],
    )


async def _let_see(call: Call, row: Mapping[Any, Any], people: Sequence[str]) -> None:
    grant = Grant(
        patient_id=row["patient_id"],
        institution_id=row["institution_id"],
        department_id=row["department_id"],
        because_kind="consult",
        because_id=row["id"],
        valid_from=call.now,
    )
    await write_grant(call.connection, grant, *(replace(grant, person_id=person) for person in people))


async def _set_status(call: Call, consult_id: str, was: str, becomes: str) -> None:
    await call.connection.execute(
        update(OFFERS)
        .where(OFFERS.c.consult_id == consult_id, OFFERS.c.status == was)
        .values(status=becomes, answered_at=call.now)
    )
