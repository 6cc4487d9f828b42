"""Every step of a consult goes through here: one locked row, the table, the guards, the effects, the trail."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from sqlalchemy import RowMapping, insert, update

from consult_api import errors
from consult_api.consults.lifecycle import effects, reports
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
from consult_api.consults.rules.states import ConsultParty, ConsultState, Event, Mode, Urgency, Verdict
from consult_api.consults.schemas import events as s
from consult_api.consults.schemas.consult import Consult
from consult_api.consults.tables import ACKNOWLEDGEMENTS, CONSULT_HISTORY, CONSULTS, OFFERS
from consult_api.directory.lifecycle.pins import PinProof
from consult_api.directory.queries import credentials_of
from consult_api.directory.rules import credential_fault
from consult_api.request import Call
from wire.clinical import Changed, ReportAcknowledged
from wire.problems import Kind, Problem

_SIGNED = frozenset({ConsultState.REPORTED, ConsultState.ACKNOWLEDGED, ConsultState.CLOSED})
_NEED_CREDENTIAL = (e.Accept, e.Sign, e.Correct)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """An event, and what comes with it: a note for the history, columns of the consult."""

    event: Event
    note: str | None = None
    columns: dict[str, Any] = field(default_factory=dict[str, Any])


def clock_step(event: Event) -> _Step:
    """A step that the clock takes, without words."""
    return _Step(event=event)


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
    planned = _planned(call, body)
    row = await advance(call, row, planned)
    if isinstance(body, s.SignConsult | s.CorrectConsult):
        reason = body.reason if isinstance(body, s.CorrectConsult) else None
        await reports.sign(call, row, proof, reason)
    if isinstance(body, s.AcknowledgeConsult):
        await _acknowledge(call, row, body)
    if isinstance(body, s.SubmitConsult):
        await advance(call, row, clock_step(e.Offer()))
    return await require_consult(call.connection, call.actor, consult_id, call.now)


def _planned(call: Call, body: s.ConsultEvent) -> _Step:  # noqa: C901 - one branch an event
    match body:
        case s.SubmitConsult():
            return _Step(event=e.Submit(), columns={"submitted_at": call.now})
        case s.AcceptConsult():
            return _Step(event=e.Accept(), columns={"specialist_id": call.actor.actor_id})
        case s.DeclineConsult():
            return _Step(event=e.Decline(call.actor.actor_id), note=body.reason)
        case s.AskBackConsult():
            return _Step(event=e.AskBack(), note=body.question)
        case s.AnswerBackConsult():
            return _Step(event=e.AnswerBack(), note=body.answer)
        case s.ScheduleConsult():
            return _Step(event=e.Schedule(body.at), columns={"scheduled_for": body.at})
        case s.NoShowConsult():
            return _Step(event=e.NoShow(body.side), note=body.side.value)
        case s.StartConsultSession():
            return _Step(event=e.StartSession(), columns={"session_started_at": call.now})
        case s.InterruptConsultSession():
            return _Step(event=e.Interrupt())
        case s.ResumeConsultSession():
            return _Step(event=e.Resume())
        case s.FinishConsultSession():
            return _Step(event=e.Finish(), columns={"session_ended_at": call.now})
        case s.SignConsult():
            return _Step(event=e.Sign())
        case s.CorrectConsult():
            return _Step(event=e.Correct(), note=body.reason)
        case s.AcknowledgeConsult():
            if body.verdict is not Verdict.ADOPTED and body.reason is None:
                raise Problem(
                    "consult/reason-needed", Kind.UNPROCESSABLE, "Say why the advice isn't adopted in full."
                )
            return _Step(event=e.Acknowledge(body.verdict), note=body.reason)
        case s.CancelConsult():
            return _Step(event=e.Cancel(), note=body.reason)
        case s.CloseConsult():
            return _Step(event=e.Close(), note=body.outcome, columns={"outcome": body.outcome})
        case _:
            assert_never(body)


async def advance(call: Call, row: RowMapping, planned: _Step) -> RowMapping:
    """Take one step of the table for whoever acts in this call; return the consult's row after it.

    Raises:
        Problem: as `move`.
    """
    offers = await offers_of(call.connection, row["id"])
    ringing = frozenset(offer["person_id"] for offer in offers if offer["status"] == "ringing")
    event, name = planned.event, NAMES[type(planned.event)]
    cell = TRANSITIONS.get((ConsultState(row["state"]), type(event)))
    if cell is None:
        raise errors.not_allowed_now("consult", row["state"], name.value)
    is_clocks = cell.by == (ConsultParty.CLOCK,)
    if not is_clocks and not parties_of(call.actor, row, ringing) & set(cell.by):
        raise errors.not_yours("consult", name.value)
    if isinstance(event, _NEED_CREDENTIAL):
        await _demand_credential(call)
    situation = await _situation(call, row, offers, ringing, event)
    try:
        after, wanted = step(situation, event, call.now)
    except NotAllowedNow as error:
        raise errors.not_allowed_now("consult", row["state"], name.value) from error
    except NobodyToRing as error:
        raise errors.nobody_on_duty() from error
    await _answer_offer(call, row["id"], event, planned.note)
    version = row["version"] + 1
    columns = planned.columns | await effects.run(call, row, wanted, version)
    columns |= {"state": after.state.value, "is_over": after.state in FINAL_STATES}
    await _store(call, row, columns | {"rung": after.rung, "version": version})
    by = None if is_clocks else call.actor.actor_id
    await _trail(call, row, name.value, after.state, planned.note, by)
    updated = await require_row(call.connection, call.actor, row["id"], call.now)
    _tell(call, row, updated, name.value)
    return updated


async def _situation(
    call: Call, row: RowMapping, offers: list[RowMapping], ringing: frozenset[str], event: Event
) -> Situation:
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
        ringing=ringing,
        staffed=frozenset(rung.number for rung in ladder),
        submitted_at=row["submitted_at"],
        zone=call.surroundings.settings.county_time,
    )


async def _demand_credential(call: Call) -> None:
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    if fault := credential_fault(await credentials_of(call.connection, call.actor.actor_id), today):
        raise errors.credential_not_valid(fault.value)


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
    if after["state"] != before["state"] and after["submitted_at"] is not None:
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
