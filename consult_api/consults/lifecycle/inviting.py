"""Inviting experts to a consult, and their yes or no to its signed report.

An expert sees the patient through a grant of the invitation's own, so that it ends with the invitation.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import RowMapping, insert, select, update

from consult_api import errors
from consult_api.access import Grant, end_grants, write_grant
from consult_api.consults.lifecycle.credentials import demand_credential
from consult_api.consults.queries import messages
from consult_api.consults.queries.invitations import (
    INVITING,
    invitations_of,
    parties_to,
    post_of_expert,
)
from consult_api.consults.queries.page import reports_of, require_consult
from consult_api.consults.queries.rows import parties_of, require_row
from consult_api.consults.rules.invitations import (
    OPEN,
    InvitationEventName,
    InvitationState,
    InvitationTransition,
    NotAllowedNow,
    Stance,
    step,
)
from consult_api.consults.rules.machine import UNANSWERED_STATES
from consult_api.consults.rules.states import ConsultState
from consult_api.consults.schemas import invitations as s
from consult_api.consults.schemas.consult import Consult, Report
from consult_api.consults.tables import ATTESTATIONS, INVITATIONS
from consult_api.directory.lifecycle.pins import PinProof
from consult_api.request import Call
from wire.clinical import Changed
from wire.identifiers import new_id
from wire.problems import Kind, Problem

_CLOSED_TO_EXPERTS = UNANSWERED_STATES | {ConsultState.DRAFT}


async def invite(call: Call, consult_id: str, body: s.NewInvitation) -> Consult:
    """Invite an expert.

    Raises:
        Problem: `consult/not-found`, `consult/not-yours`, `consult/not-allowed-now`,
            `invitation/not-an-expert`, `invitation/takes-part-already`.
    """
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=True)
    if not parties_of(call.actor, row) & INVITING:
        raise errors.not_yours("consult", "invite")
    if ConsultState(row["state"]) in _CLOSED_TO_EXPERTS:
        raise errors.not_allowed_now("consult", row["state"], "invite")
    post = await post_of_expert(call.connection, body.person_id)
    if post is None:
        raise Problem("invitation/not-an-expert", Kind.UNPROCESSABLE, "This person answers no consults.")
    there = {
        each["person_id"]
        for each in await invitations_of(call.connection, consult_id)
        if InvitationState(each["state"]) in OPEN
    }
    if body.person_id in there | {row["specialist_id"]}:
        raise Problem("invitation/takes-part-already", Kind.CONFLICT, "This expert takes part already.")
    invitation_id = new_id()
    await call.connection.execute(
        insert(INVITATIONS).values(
            id=invitation_id,
            version=1,
            consult_id=consult_id,
            person_id=post.person_id,
            institution_id=post.institution_id,
            department_id=post.department_id,
            state=InvitationState.INVITED.value,
            message=body.message,
            invited_by=call.actor.actor_id,
            invited_at=call.now,
        )
    )
    await write_grant(
        call.connection,
        Grant(
            patient_id=row["patient_id"],
            institution_id=post.institution_id,
            department_id=post.department_id,
            person_id=post.person_id,
            because_kind="invitation",
            because_id=invitation_id,
            valid_from=call.now,
        ),
    )
    await call.audit("C", "invitation.invite", ("invitation", invitation_id), patient_id=row["patient_id"])
    _tell(call, row, "invited", post.person_id)
    return await require_consult(call.connection, call.actor, consult_id, call.now)


async def answer(
    call: Call, consult_id: str, invitation_id: str, body: s.InvitationEvent, proof: PinProof
) -> Consult:
    """Do what the actor asked for with an invitation.

    Raises:
        Problem: `consult/not-found`, `invitation/not-found`, `invitation/stale-version`,
            `invitation/not-allowed-now`, `invitation/not-yours`, `credential/not-valid`, `consult/wrong-pin`.
    """
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=True)
    invitation = await _require(call, consult_id, invitation_id)
    if invitation["version"] != body.version:
        raise errors.stale_version("invitation")
    event = InvitationEventName(body.event)
    match body:
        case s.JoinConsult():
            await demand_credential(call)
            await _move(call, row, invitation, event, {"answered_at": call.now})
        case s.DeclineInvitation():
            await _move(call, row, invitation, event, {"answered_at": call.now, "reason": body.reason})
        case s.WithdrawInvitation():
            await _move(call, row, invitation, event, {})
        case s.CountersignReport():
            await _move(call, row, invitation, event, {})
            await _attest(call, row, invitation, proof, (Stance.COUNTERSIGNED, None))
        case s.DissentFromReport():
            await _move(call, row, invitation, event, {})
            await _attest(call, row, invitation, proof, (Stance.DISSENTED, body.reason))
        case _:
            assert_never(body)
    if row["submitted_at"] is not None and event in _CHANGES_WHO_TAKES_PART:
        message = await messages.recorded(call.connection, call.actor, row, call.now)
        await call.announce(f"consult/{consult_id}", message)
    return await require_consult(call.connection, call.actor, consult_id, call.now)


_CHANGES_WHO_TAKES_PART = frozenset(
    {InvitationEventName.JOIN, InvitationEventName.DECLINE, InvitationEventName.WITHDRAW}
)


async def _require(call: Call, consult_id: str, invitation_id: str) -> RowMapping:
    query = select(INVITATIONS).where(
        INVITATIONS.c.id == invitation_id, INVITATIONS.c.consult_id == consult_id
    )
    row = (await call.connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("invitation")
    return row


async def _move(
    call: Call, row: RowMapping, invitation: RowMapping, event: InvitationEventName, columns: dict[str, Any]
) -> None:
    reports = await reports_of(call.connection, [row["id"]])
    try:
        cell = step(InvitationState(invitation["state"]), event, is_signed=bool(reports))
    except NotAllowedNow as error:
        raise errors.not_allowed_now("invitation", invitation["state"], event.value) from error
    if not parties_to(call.actor, invitation, parties_of(call.actor, row)) & set(cell.by):
        raise errors.not_yours("invitation", event.value)
    await _store(call, row, invitation, cell, columns)


async def _store(
    call: Call,
    row: Mapping[Any, Any],
    invitation: RowMapping,
    cell: InvitationTransition,
    columns: dict[str, Any],
) -> None:
    seen = (INVITATIONS.c.id == invitation["id"]) & (INVITATIONS.c.version == invitation["version"])
    values = columns | {"state": cell.to.value, "version": invitation["version"] + 1}
    result = await call.connection.execute(update(INVITATIONS).where(seen).values(**values))
    if result.rowcount != 1:
        raise errors.stale_version("invitation")
    if cell.to not in OPEN:
        ends = call.now + call.surroundings.settings.access_after_refusal
        await end_grants(call.connection, ("invitation", invitation["id"]), ends)
    subtype = f"invitation.{cell.event.value}"
    await call.audit("U", subtype, ("invitation", invitation["id"]), patient_id=row["patient_id"])
    _tell(call, row, subtype.replace(".", "_"), invitation["person_id"])


async def _attest(
    call: Call, row: RowMapping, invitation: RowMapping, proof: PinProof, said: tuple[Stance, str | None]
) -> None:
    """Keep what an expert said to the newest version of the report, and hand it to the shared health record."""
    if proof.person_id != call.actor.actor_id:
        raise Problem("consult/wrong-pin", Kind.FORBIDDEN, "The PIN is somebody else's.")
    await demand_credential(call)
    report = (await reports_of(call.connection, [row["id"]]))[-1]
    stance, reason = said
    await call.connection.execute(
        insert(ATTESTATIONS).values(
            report_id=report.id,
            report_version=report.version,
            person_id=invitation["person_id"],
            consult_id=row["id"],
            institution_id=invitation["institution_id"],
            department_id=invitation["department_id"],
            stance=stance.value,
            reason=reason,
            signed_at=call.now,
            content_sha256=_content_sha256(call, report, stance, reason),
        )
    )
    entity = ("report", f"{report.id}/{report.version}")
    await call.audit("C", f"report.{stance.value}", entity, patient_id=row["patient_id"])
    report = (await reports_of(call.connection, [row["id"]]))[-1]
    message = await messages.attested(call.connection, call.actor, row, report)
    await call.announce(f"consult/{row['id']}", message)


def _content_sha256(call: Call, report: Report, stance: Stance, reason: str | None) -> str:
    said = {
        "report_sha256": report.content_sha256,
        "stance": stance.value,
        "reason": reason,
        "signed_by": call.actor.actor_id,
        "signed_at": call.now.isoformat(),
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def _by_platform(
    call: Call, row: Mapping[Any, Any], event: InvitationEventName, *, of: str | None = None
) -> None:
    """Take a step of every invitation that knows it now, or of one person's."""
    is_signed = bool(await reports_of(call.connection, [row["id"]]))
    for invitation in await invitations_of(call.connection, row["id"]):
        if of is not None and invitation["person_id"] != of:
            continue
        try:
            cell = step(InvitationState(invitation["state"]), event, is_signed=is_signed)
        except NotAllowedNow:
            continue
        await _store(call, row, invitation, cell, {})


async def ask_again(call: Call, row: RowMapping) -> None:
    """Ask the experts anew after a correction: what they said was of the version before."""
    await _by_platform(call, row, InvitationEventName.ASK_AGAIN)


async def replace_by_chair(call: Call, row: RowMapping, person_id: str) -> None:
    """Whoever takes the chair needs no invitation any more."""
    await _by_platform(call, row, InvitationEventName.WITHDRAW, of=person_id)


async def end(call: Call, row: Mapping[Any, Any], access_ends_at: datetime) -> None:
    """End what is unanswered, and in time everybody's access, when the consult ends."""
    await _by_platform(call, row, InvitationEventName.WITHDRAW)
    for invitation in await invitations_of(call.connection, row["id"]):
        await end_grants(call.connection, ("invitation", invitation["id"]), access_ends_at)


def _tell(call: Call, row: Mapping[Any, Any], reason: str, person_id: str) -> None:
    hint = Changed(
        kind="consult",
        id=row["id"],
        version=row["version"],
        reason=reason,
        institution_ids=(row["requester_institution_id"],),
        person_ids=(person_id,),
    )
    call.tell(hint)
    there = {"institution_ids": (row["institution_id"],), "department_ids": (row["department_id"],)}
    call.tell(hint.model_copy(update=there | {"person_ids": ()}))
