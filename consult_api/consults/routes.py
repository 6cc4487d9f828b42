"""Asking for a consult, answering it, and what belongs to it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request

from consult_api.access import Action, demand
from consult_api.consults.lifecycle import drafting, inviting, reports, rooms, stepping, studies
from consult_api.consults.queries.invitations import experts
from consult_api.consults.queries.lists import summaries
from consult_api.consults.queries.page import require_consult
from consult_api.consults.rules.invitations import transition_rows as invitation_rows
from consult_api.consults.rules.machine import transition_rows
from consult_api.consults.schemas.consult import (
    Consult,
    ConsultSummary,
    ConsultTransition,
    Report,
    ReportDraft,
    RoomTicket,
    StudyLink,
)
from consult_api.consults.schemas.events import ConsultEvent, CorrectConsult, SignConsult
from consult_api.consults.schemas.inputs import (
    ConsultChanges,
    ConsultDraft,
    ReportDraftChanges,
    StudyAttachment,
)
from consult_api.consults.schemas.invitations import (
    CountersignReport,
    DissentFromReport,
    Expert,
    InvitationEvent,
    InvitationTransitionRow,
    NewInvitation,
)
from consult_api.directory.lifecycle.pins import PinProof, prove
from consult_api.errors import not_found
from consult_api.request import Call, Permitted, credential_of, identify, surroundings_of
from wire.imaging import StudyDescription, StudyQuestion
from wire.problems import Kind, Problem

router = APIRouter(tags=["consults"], prefix="/consults")

Reading = Annotated[Call, Depends(Permitted(Action.READ_CONSULTS), scope="function")]
StudyUidInPath = Annotated[str, Path(pattern=r"^[0-9.]{1,64}$")]


@router.get("/transitions")
async def list_consult_transitions(
    _call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> list[ConsultTransition]:
    """Serve the transition table: who may do what in which state, and where it leads."""
    return [
        ConsultTransition(from_state=row.from_state, event=row.event, to=list(row.to), roles=list(row.by))
        for row in transition_rows()
    ]


@router.get("/invitations/transitions")
async def list_invitation_transitions(
    _call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> list[InvitationTransitionRow]:
    """Serve the transition table of an expert's invitation."""
    return [
        InvitationTransitionRow(from_state=row.from_state, event=row.event, to=row.to, roles=list(row.by))
        for row in invitation_rows()
    ]


@router.get("/experts")
async def list_experts(
    call: Annotated[Call, Depends(Permitted(Action.INVITE_EXPERTS), scope="function")],
) -> list[Expert]:
    """List who may be invited to a consult, those on duty first."""
    return await experts(call.connection, call.now)


@router.post("", status_code=201)
async def draft_consult(
    body: ConsultDraft,
    call: Annotated[Call, Depends(Permitted(Action.REQUEST_CONSULTS), scope="function")],
) -> Consult:
    """Begin a consult; nobody is rung before it is submitted."""
    return await call.once(Consult, body, lambda: drafting.draft(call, body))


@router.get("")
async def list_consults(
    call: Reading,
    view: Annotated[
        Literal["mine", "worklist"],
        Query(description="`mine`: asked by my institution; `worklist`: to answer by me or my department"),
    ] = "mine",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[ConsultSummary]:
    """List consults, open ones first, the nearest deadline on top."""
    listed = await summaries(call.connection, call.actor, call.now, view=view, limit=limit)
    await call.audit("R", "consult.list", ("consult", view))
    return listed


@router.get("/{consult_id}")
async def read_consult(consult_id: str, call: Reading) -> Consult:
    """Read one consult."""
    consult = await require_consult(call.connection, call.actor, consult_id, call.now)
    await call.audit("R", "consult.read", ("consult", consult_id), patient_id=consult.patient.id)
    return consult


@router.patch("/{consult_id}")
async def change_consult_draft(
    consult_id: str,
    body: ConsultChanges,
    call: Annotated[Call, Depends(Permitted(Action.REQUEST_CONSULTS), scope="function")],
) -> Consult:
    """Change a draft."""
    return await call.once(Consult, body, lambda: drafting.change(call, consult_id, body))


async def _proof(pin: str | None, request: Request) -> PinProof:
    """Check the PIN before the transaction begins: hashing takes its time, and a failure must be counted."""
    return (
        PinProof(None) if pin is None else await prove(surroundings_of(request), credential_of(request), pin)
    )


async def _signer(body: ConsultEvent, request: Request) -> PinProof:
    return await _proof(body.pin if isinstance(body, SignConsult | CorrectConsult) else None, request)


async def _attester(body: InvitationEvent, request: Request) -> PinProof:
    signs = isinstance(body, CountersignReport | DissentFromReport)
    return await _proof(body.pin if signs else None, request)


@router.post("/{consult_id}/events")
async def move_consult(
    consult_id: str,
    body: ConsultEvent,
    proof: Annotated[PinProof, Depends(_signer)],
    call: Annotated[Call, Depends(Permitted(Action.ACT_ON_CONSULTS), scope="function")],
) -> Consult:
    """Do the next step of a consult."""
    return await call.once(Consult, body, lambda: stepping.move(call, consult_id, body, proof))


@router.post("/{consult_id}/invitations", status_code=201)
async def invite_expert(
    consult_id: str,
    body: NewInvitation,
    call: Annotated[Call, Depends(Permitted(Action.INVITE_EXPERTS), scope="function")],
) -> Consult:
    """Invite an expert, who joins or declines and later countersigns the report or dissents."""
    return await call.once(Consult, body, lambda: inviting.invite(call, consult_id, body))


@router.post("/{consult_id}/invitations/{invitation_id}/events")
async def answer_invitation(
    consult_id: str,
    invitation_id: str,
    body: InvitationEvent,
    proof: Annotated[PinProof, Depends(_attester)],
    call: Annotated[Call, Depends(Permitted(Action.INVITE_EXPERTS), scope="function")],
) -> Consult:
    """Do the next step of an invitation."""
    return await call.once(
        Consult, body, lambda: inviting.answer(call, consult_id, invitation_id, body, proof)
    )


@router.get("/{consult_id}/report-draft")
async def read_report_draft(
    consult_id: str,
    call: Annotated[Call, Depends(Permitted(Action.WRITE_REPORTS), scope="function")],
) -> ReportDraft:
    """Read the report as written so far; only its author may."""
    return await reports.read_draft(call, consult_id)


@router.put("/{consult_id}/report-draft")
async def save_report_draft(
    consult_id: str,
    body: ReportDraftChanges,
    call: Annotated[Call, Depends(Permitted(Action.WRITE_REPORTS), scope="function")],
) -> ReportDraft:
    """Save the report as written so far."""
    return await call.once(ReportDraft, body, lambda: reports.save_draft(call, consult_id, body))


@router.get("/{consult_id}/reports")
async def list_reports(consult_id: str, call: Reading) -> list[Report]:
    """List the signed versions of the report, newest last."""
    consult = await require_consult(call.connection, call.actor, consult_id, call.now)
    await call.audit("R", "report.read", ("consult", consult_id), patient_id=consult.patient.id)
    return consult.reports


async def _images(body: StudyAttachment, request: Request) -> StudyDescription:
    """Ask the imaging service before the transaction begins: another service's answer may take its time."""
    surroundings = surroundings_of(request)
    async with surroundings.database.read() as connection:
        demand(await identify(request, connection, touch=False), Action.LINK_STUDIES)
    try:
        return await surroundings.bus.ask(StudyQuestion(study_uid=body.study_uid), StudyDescription)
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            raise not_found("study") from problem
        raise


@router.post("/{consult_id}/studies")
async def attach_study(
    consult_id: str,
    body: StudyAttachment,
    images: Annotated[StudyDescription, Depends(_images)],
    call: Annotated[Call, Depends(Permitted(Action.LINK_STUDIES), scope="function")],
) -> StudyLink:
    """Show a study in the consult.

    When the images name another patient, 409 `study/patient-differs` asks for confirmation.
    """
    return await call.once(StudyLink, body, lambda: studies.attach(call, consult_id, body, images))


@router.delete("/{consult_id}/studies/{study_uid}", status_code=204)
async def detach_study(
    consult_id: str,
    study_uid: StudyUidInPath,
    call: Annotated[Call, Depends(Permitted(Action.LINK_STUDIES), scope="function")],
) -> None:
    """Take a study out of the consult; its images stay where they are."""
    await studies.detach(call, consult_id, study_uid)


@router.post("/{consult_id}/room-ticket")
async def issue_room_ticket(
    consult_id: str,
    call: Annotated[Call, Depends(Permitted(Action.JOIN_ROOMS), scope="function")],
) -> RoomTicket:
    """Get a one-time ticket into the consult's room; only participants of a consult that meets get one."""
    return await rooms.issue_ticket(call, consult_id)
