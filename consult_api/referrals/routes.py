"""Referring a patient, and the steps of both sides."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from consult_api.access import Action
from consult_api.referrals import queries
from consult_api.referrals.lifecycle import drafting, stepping
from consult_api.referrals.rules.states import Direction
from consult_api.referrals.rules.transitions import transition_rows
from consult_api.referrals.schemas import (
    Referral,
    ReferralDraft,
    ReferralStep,
    ReferralSummary,
    ReferralTransition,
)
from consult_api.request import Call, Permitted

router = APIRouter(tags=["referrals"], prefix="/referrals")


@router.get("/transitions")
async def list_referral_transitions(
    _call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> list[ReferralTransition]:
    """Serve the tables: which side may do what in which state, and where it leads, up and down."""
    return [
        ReferralTransition(
            direction=row.direction,
            from_state=row.from_state,
            event=row.event,
            to=row.to,
            roles=list(row.by),
        )
        for direction in Direction
        for row in transition_rows(direction)
    ]


@router.post("", status_code=201)
async def draft_referral(
    body: ReferralDraft,
    call: Annotated[Call, Depends(Permitted(Action.REQUEST_REFERRALS), scope="function")],
) -> Referral:
    """Begin a referral; the other side sees it once it is submitted."""
    return await call.once(Referral, body, lambda: drafting.draft(call, body))


@router.get("")
async def list_referrals(
    call: Annotated[Call, Depends(Permitted(Action.READ_REFERRALS), scope="function")],
    view: Annotated[Literal["incoming", "outgoing"], Query()] = "incoming",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[ReferralSummary]:
    """List referrals to or from one's own institution, open ones first."""
    summaries = await queries.summaries(call.connection, call.actor, call.now, view=view, limit=limit)
    await call.audit("R", "referral.list", ("referral", view))
    return summaries


@router.get("/{referral_id}")
async def read_referral(
    referral_id: str,
    call: Annotated[Call, Depends(Permitted(Action.READ_REFERRALS), scope="function")],
) -> Referral:
    """Read one referral."""
    referral = await queries.require_referral(call.connection, call.actor, referral_id, call.now)
    await call.audit("R", "referral.read", ("referral", referral_id), patient_id=referral.patient.id)
    return referral


@router.post("/{referral_id}/events")
async def move_referral(
    referral_id: str,
    body: ReferralStep,
    call: Annotated[Call, Depends(Permitted(Action.ACT_ON_REFERRALS), scope="function")],
) -> Referral:
    """Do the next step of a referral."""
    return await call.once(Referral, body, lambda: stepping.move(call, referral_id, body))
