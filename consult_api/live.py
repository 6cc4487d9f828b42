"""Live hints for the browser: something changed that the actor may see, so ask for it again."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel

from consult_api.access import Action, Actor, demand
from consult_api.request import identify, surroundings_of
from wire.clinical import Changed
from wire.problems import Problem

router = APIRouter(tags=["live"])


class LiveHint(BaseModel):
    """Something changed. `reason` says what: `offered` rings, everything else only refreshes."""

    kind: Literal["consult", "referral", "patient", "bed", "break_glass"]
    id: str
    version: int
    reason: str


def hint_for(actor: Actor, changed: Changed) -> LiveHint | None:
    """Say whether and as what a change concerns this actor. Whoever it rings by name is told so."""
    named = actor.actor_id in changed.person_ids
    here = actor.institution_id in changed.institution_ids
    if here and changed.department_ids and not actor.sees_whole_institution:
        here = actor.department_id in changed.department_ids
    if not named and not here:
        return None
    reason = changed.reason if named or not changed.person_ids else "changed"
    return LiveHint(kind=changed.kind, id=changed.id, version=changed.version, reason=reason)


async def _listener(request: Request) -> Actor:
    async with surroundings_of(request).database.read() as connection:
        actor = await identify(request, connection, touch=False)
    demand(actor, Action.LISTEN)
    return actor


async def _until(closing: asyncio.Event, changes: AsyncIterator[Changed]) -> AsyncGenerator[Changed]:
    """Pass changes on until the service closes; an open stream would hold up its end."""
    closed = asyncio.create_task(closing.wait())
    coming = asyncio.ensure_future(anext(changes))
    try:
        while True:
            await asyncio.wait({closed, coming}, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():
                return
            try:
                changed = coming.result()
            except StopAsyncIteration:  # the bus closes
                return
            yield changed
            coming = asyncio.ensure_future(anext(changes))
    finally:
        closed.cancel()
        coming.cancel()


@router.get("/events", response_class=EventSourceResponse)
async def listen(request: Request, actor: Annotated[Actor, Depends(_listener)]) -> AsyncIterable[LiveHint]:
    """Stream hints as they come; the stream ends with the login. A lost hint loses nothing: ask again."""
    surroundings = surroundings_of(request)
    async with surroundings.bus.subscribe(Changed) as changes:
        async for changed in _until(surroundings.closing, changes):
            if (hint := hint_for(actor, changed)) is None:
                continue
            try:
                await _listener(request)
            except Problem:
                return
            yield hint
