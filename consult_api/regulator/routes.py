"""The regulator's feed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from consult_api.access import Action
from consult_api.regulator import lifecycle
from consult_api.regulator.schemas import FeedPage
from consult_api.request import Call, Permitted

router = APIRouter(tags=["regulator"], prefix="/regulator")


@router.get("/events")
async def take_events(
    call: Annotated[Call, Depends(Permitted(Action.READ_FEED), scope="function")],
    after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> FeedPage:
    """Take the events after a number; asking so says that those up to it have been kept."""
    return await lifecycle.take(call, after=after, limit=limit)
