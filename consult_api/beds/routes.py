"""How many beds there are."""

from typing import Annotated

from fastapi import APIRouter, Depends

from consult_api.access import Action
from consult_api.beds import lifecycle, queries
from consult_api.beds.schemas import BedCount, BedPool
from consult_api.request import Call, Permitted

router = APIRouter(tags=["beds"], prefix="/beds")


@router.get("")
async def list_beds(
    call: Annotated[Call, Depends(Permitted(Action.READ_BEDS), scope="function")],
) -> list[BedPool]:
    """List the bed pools of the county."""
    return await queries.pools(call.connection, call.now)


@router.put("/{pool_id}")
async def confirm_beds(
    pool_id: str,
    body: BedCount,
    call: Annotated[Call, Depends(Permitted(Action.CONFIRM_BEDS), scope="function")],
) -> BedPool:
    """Say how many beds there are and how many are occupied, as counted now."""
    return await call.once(BedPool, body, lambda: lifecycle.confirm(call, pool_id, body))
