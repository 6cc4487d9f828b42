"""Breaking the glass, and judging it the next day."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from consult_api.access import Action, demand
from consult_api.directory.lifecycle.pins import PinProof, prove
from consult_api.oversight.lifecycle import break_glass as lifecycle
from consult_api.oversight.queries import break_glass as queries
from consult_api.oversight.schemas import BreakGlass, BreakGlassOpening, BreakGlassReview
from consult_api.request import Call, Permitted, credential_of, identify, surroundings_of

router = APIRouter(tags=["oversight"], prefix="/break-glass")

Breaking = Annotated[Call, Depends(Permitted(Action.BREAK_GLASS), scope="function")]
Reviewing = Annotated[Call, Depends(Permitted(Action.REVIEW_BREAK_GLASS), scope="function")]


async def _pin_proof(body: BreakGlassOpening, request: Request) -> PinProof:
    """Check the PIN before the transaction begins: hashing takes its time, and a failure must be counted."""
    surroundings = surroundings_of(request)
    async with surroundings.database.read() as connection:
        demand(await identify(request, connection, touch=False), Action.BREAK_GLASS)
    return await prove(surroundings, credential_of(request), body.pin, area="break-glass")


@router.post("", status_code=201)
async def open_break_glass(
    body: BreakGlassOpening, proof: Annotated[PinProof, Depends(_pin_proof)], call: Breaking
) -> BreakGlass:
    """See a patient for four hours without taking part in their care; those who judge it are told at once."""
    return await call.once(BreakGlass, body, lambda: lifecycle.break_open(call, body, proof))


@router.get("/mine")
async def list_my_break_glass(call: Breaking) -> list[BreakGlass]:
    """List one's own accesses that still last."""
    return await queries.opened_by(call.connection, call.actor, call.now)


@router.post("/{glass_id}/end")
async def end_break_glass(glass_id: str, call: Breaking) -> BreakGlass:
    """Give one's own access back before its time."""
    return await lifecycle.give_back(call, glass_id)


@router.get("")
async def list_break_glass(
    call: Reviewing,
    waiting: Annotated[bool, Query(description="only what nobody has judged yet")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> list[BreakGlass]:
    """List what one judges: a director their institution's patients, a regulator the county's."""
    listed = await queries.to_review(call.connection, call.actor, call.now, waiting=waiting, limit=limit)
    await call.audit("R", "break_glass.list", ("break_glass", "waiting" if waiting else "all"))
    return listed


@router.post("/{glass_id}/review")
async def review_break_glass(glass_id: str, body: BreakGlassReview, call: Reviewing) -> BreakGlass:
    """Say whether it was justified."""
    return await call.once(BreakGlass, body, lambda: lifecycle.review(call, glass_id, body))
