"""Every step of a consult goes through here: one locked row, the table, the guards, the effects, the trail."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, insert, update

from consult_api import errors
from consult_api.consults.lifecycle import coordination, effects, inviting, reports, scheduling
from consult_api.consults.lifecycle.credentials import demand_credential
from consult_api.consults.lifecycle.steps import Step, clock_step, planned_by
from consult_api.consults.queries import messages
from consult_api.consults.queries.page import require_consult
from consult_api.consults.queries.rows import offers_of, parties_of, require_row, rings
from consult_api.consults.rules import states as e
from consult_api.consults.rules.machine import (
    FINAL_STATES,
    NAMES,
    TRANSITIONS,
    NobodyToRing,
    NotAllowedNow,
    Situation,
    step,
)
from consult_api.consults.rules.states import (
    ConsultEventName,
    ConsultParty,
    ConsultState,
    Event,
    Mode,
    Urgency,
)
from consult_api.consults.schemas import events as s
from consult_api.consults.schemas.consult import Consult
from consult_api.consults.tables import ACKNOWLEDGEMENTS, CONSULT_HISTORY, CONSULTS, OFFERS
from consult_api.directory.lifecycle.pins import PinProof
from consult_api.directory.queries import require_department
from consult_api.request import Call
from wire.clinical import Changed, ReportAcknowledged
from wire.problems import Kind, Problem

_SIGNED = frozenset({ConsultState.REPORTED, ConsultState.ACKNOWLEDGED, ConsultState.CLOSED})
# These change what the record shows even where the state stays.
_ALWAYS_RECORDED = frozenset({ConsultEventName.SCHEDULE.value, ConsultEventName.ROUTE.value})
_NEED_CREDENTIAL = (e.Accept, e.Sign, e.Correct)


async def move(call: Call, consult_id: str, body: s.ConsultEvent, proof: PinProof) -> Consult:
    """Do what the actor asked for.

    Raises:
        Problem: `consult/not-found`, `consult/stale-version`, `consult/already-signed`,
            `consult/not-allowed-now`, `consult/not-yours`, `credential/not-valid` and the guards' own.
    """
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=True)
    state = ConsultState(row["state"])
    if isinstance(body, s.SignConsult) and state in _SIGNED:
        raise Problem("consult/already-signed", Kind.CONFLICT, "This report has been signed already.")
    if row["version"] != body.version:
        raise errors.stale_version("consult")
    row = await advance(call, row, await _found_out(call, row, body))
    await _followed_up(call, row, body, proof)
    return await require_consult(call.connection, call.actor, consult_id, call.now)


async def _found_out(call: Call, row: RowMapping, body: s.ConsultEvent) -> Step:
    """The step that the actor asks for, with what has to be looked up for it."""
    planned = planned_by(call, body)
    if isinstance(body, s.RouteConsult | s.RingForConsult | s.ScheduleConsult):
        _demand_allowed(call, row, await offers_of(call.connection, row["id"]), planned.event)
    match body:
        case s.RouteConsult():
            department = await require_department(call.connection, body.department_id)
            planned.columns["institution_id"] = department.institution_id
        case s.RingForConsult():
            await coordination.demand_expert(call, body.person_id)
        case s.ScheduleConsult():
            planned.columns["scheduled_minutes"] = await scheduling.agreed_minutes(call, row, body.at)
        case _:
            pass
    return planned


async def _followed_up(call: Call, row: RowMapping, body: s.ConsultEvent, proof: PinProof) -> None:
    """What follows from the step in the same transaction. `row` is the consult's row after it."""
    match body:
        case s.SubmitConsult():
            await advance(call, row, clock_step(e.Offer()))
        case s.AcceptConsult():
            await inviting.replace_by_chair(call, row, call.actor.actor_id)
        case s.ProposeTimes():
            await scheduling.propose(call, row, body)
        case s.ScheduleConsult() | s.RouteConsult():
            await scheduling.forget_slots(call, row["id"])
        case s.SignConsult():
            await reports.sign(call, row, proof, None)
        case s.CorrectConsult():
            await reports.sign(call, row, proof, body.reason)
            await inviting.ask_again(call, row)
        case s.AcknowledgeConsult():
            await _acknowledge(call, row, body)
        case _:
            pass


def _demand_allowed(call: Call, row: RowMapping, offers: list[RowMapping], event: Event) -> bool:
    """Refuse what the table has no cell for, or not for this actor; return whether it is the clock's alone.

    Raises:
        Problem: `consult/not-allowed-now`, `consult/not-yours`.
    """
    name = NAMES[type(event)].value
    cell = TRANSITIONS.get((ConsultState(row["state"]), type(event)))
    if cell is None:
        raise errors.not_allowed_now("consult", row["state"], name)
    if cell.by == (ConsultParty.CLOCK,):
        return True
    ringing = frozenset(offer["person_id"] for offer in offers if offer["status"] == "ringing")
    if not parties_of(call.actor, row, ringing) & set(cell.by):
        raise errors.not_yours("consult", name)
    return False


async def advance(call: Call, row: RowMapping, planned: Step) -> RowMapping:
    """Take one step of the table for whoever acts in this call; return the consult's row after it.

    Raises:
        Problem: as `move`.
    """
    offers = await offers_of(call.connection, row["id"])
    event, name = planned.event, NAMES[type(planned.event)]
    is_clocks = _demand_allowed(call, row, offers, event)
    if isinstance(event, _NEED_CREDENTIAL):
        await demand_credential(call)
    asked = {**row, **planned.columns}  # the department that is asked may change with the step
    situation = await _situation(call, asked, offers, event)
    try:
        after, wanted = step(situation, event, call.now)
    except NotAllowedNow as error:
        raise errors.not_allowed_now("consult", row["state"], name.value) from error
    except NobodyToRing as error:
        raise errors.nobody_on_duty() from error
    await _answer_offer(call, row["id"], event, planned.note)
    version = row["version"] + 1
    columns = planned.columns | await effects.run(call, asked, wanted, version)
    columns |= {"state": after.state.value, "is_over": after.state in FINAL_STATES}
    await _store(call, row, columns | {"rung": after.rung, "version": version})
    by = None if is_clocks else call.actor.actor_id
    await _trail(call, row, name.value, after.state, planned.note, by)
    updated = await require_row(call.connection, call.actor, row["id"], call.now)
    _tell(call, row, updated, name.value)
    return updated


async def _situation(call: Call, row: Mapping[Any, Any], offers: list[RowMapping], event: Event) -> Situation:
    declined = {offer["person_id"] for offer in offers if offer["status"] == "declined"}
    if isinstance(event, e.Decline):
        declined.add(event.by)
    urgency = Urgency(row["urgency"])
    ladder = await rings(call.connection, row["department_id"], urgency, call.now, without=declined)
    return Situation(
        state=ConsultState(row["state"]),
        mode=Mode(row["mode"]),
        urgency=urgency,
        rung=row["rung"],
        ringing=frozenset(offer["person_id"] for offer in offers if offer["status"] == "ringing"),
        staffed=frozenset(rung.number for rung in ladder),
        submitted_at=row["routed_at"] or row["submitted_at"],
        zone=call.surroundings.settings.county_time,
    )


async def _answer_offer(call: Call, consult_id: str, event: Event, note: str | None) -> None:
    if not isinstance(event, e.Accept | e.Decline):
        return
    status = "accepted" if isinstance(event, e.Accept) else "declined"
    mine = (OFFERS.c.consult_id == consult_id) & (OFFERS.c.person_id == call.actor.actor_id)
    await call.connection.execute(
        update(OFFERS).where(mine).values(status=status, answered_at=call.now, reason=note)
    )


async def _store(call: Call, row: RowMapping, columns: dict[str, Any]) -> None:
    seen = (CONSULTS.c.id == row["id"]) & (CONSULTS.c.version == row["version"])
    result = await call.connection.execute(update(CONSULTS).where(seen).values(**columns))
    if result.rowcount != 1:
        raise errors.stale_version("consult")


async def _trail(
    call: Call, row: RowMapping, event: str, to: ConsultState, note: str | None, by: str | None
) -> None:
    await call.connection.execute(
        insert(CONSULT_HISTORY).values(
            consult_id=row["id"],
            seq=row["version"] + 1,
            at=call.now,
            event=event,
            by=by,
            from_state=row["state"],
            to_state=to.value,
            note=note,
        )
    )
    await call.audit("U", f"consult.{event}", ("consult", row["id"]), patient_id=row["patient_id"])


def _tell(call: Call, before: RowMapping, after: RowMapping, reason: str) -> None:
    told = after["state"] != before["state"] or reason in _ALWAYS_RECORDED
    if told and after["submitted_at"] is not None:
        call.transaction.gather("consult.recorded", after["id"], partial(_announce, call))
    hint = Changed(
        kind="consult",
        id=after["id"],
        version=after["version"],
        reason=reason,
        institution_ids=(after["requester_institution_id"],),
    )
    call.tell(hint)
    if after["submitted_at"] is not None:
        there = {"institution_ids": (after["institution_id"],), "department_ids": (after["department_id"],)}
        call.tell(hint.model_copy(update=there))


async def _announce(call: Call, consult_ids: list[str]) -> None:
    """Tell the record how each consult stands in the end, however many steps this transaction took."""
    for consult_id in dict.fromkeys(consult_ids):
        row = await require_row(call.connection, call.actor, consult_id, call.now)
        message = await messages.recorded(call.connection, call.actor, row, call.now)
        await call.announce(f"consult/{consult_id}", message)


async def _acknowledge(call: Call, row: RowMapping, body: s.AcknowledgeConsult) -> None:
    report = (await reports.signed_versions(call, row["id"]))[-1]
    await call.connection.execute(
        insert(ACKNOWLEDGEMENTS).values(
            consult_id=row["id"],
            report_version=report.version,
            verdict=body.verdict.value,
            reason=body.reason,
            by=call.actor.actor_id,
            at=call.now,
        )
    )
    message = ReportAcknowledged(
        report_id=report.id,
        report_version=report.version,
        consult_id=row["id"],
        patient=await messages.part_of_patient(call.connection, call.actor, row["patient_id"], call.now),
        verdict=body.verdict.value,
        reason=body.reason,
        assessment=report.assessment,
        by=await messages.part_of_actor(call.connection, call.actor),
        at=call.now,
    )
    await call.announce(f"consult/{row['id']}", message)
