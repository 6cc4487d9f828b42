"""Logging in and out, choosing a role, and the county's institutions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from consult_api.access import Action
from consult_api.directory import queries
from consult_api.directory.lifecycle import own_secrets, sessions
from consult_api.directory.schemas import Institution, Login, Me, MembershipChoice, OwnPassword, OwnPin
from consult_api.request import (
    SESSION_COOKIE,
    Call,
    Permitted,
    credential_of,
    refuse_foreign_origin,
    surroundings_of,
)

router = APIRouter(tags=["directory"])

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _keep_session(request: Request, response: Response, token: str) -> None:
    settings = surroundings_of(request).settings
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(settings.session_longest.total_seconds()),
        path="/",
        secure=request.url.hostname not in _LOOPBACK,
        httponly=True,
        samesite="strict",
    )


@router.post("/session")
async def log_in(body: Login, request: Request, response: Response) -> Me:
    """Log in; the session's cookie comes with the answer."""
    refuse_foreign_origin(request)
    address = request.client.host if request.client else "unknown"
    token, me = await sessions.log_in(surroundings_of(request), body, address, credential_of(request))
    _keep_session(request, response, token)
    return me


@router.get("/session")
async def who_am_i(
    call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> Me:
    """Tell who is logged in."""
    return await queries.me(call.connection, call.actor)


@router.delete("/session", status_code=204)
async def log_out(request: Request, response: Response) -> None:
    """End the session; a second time does nothing."""
    refuse_foreign_origin(request)
    await sessions.log_out(surroundings_of(request), credential_of(request))
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")


@router.put("/session/membership")
async def choose_membership(
    body: MembershipChoice,
    request: Request,
    response: Response,
    call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> Me:
    """Go on working in another of one's roles; the session's id changes with it."""
    token, me = await sessions.choose_membership(call, body, credential_of(request))
    _keep_session(request, response, token)
    return me


@router.get("/institutions")
async def list_institutions(
    call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> list[Institution]:
    """List the county's institutions, their departments, and who is on duty now."""
    return await queries.institutions(call.connection, call.now)


async def _proven(body: OwnPassword | OwnPin, request: Request) -> None:
    await own_secrets.prove_password(surroundings_of(request), credential_of(request), body.current_password)


async def _password_proven(body: OwnPassword, request: Request) -> OwnPassword:
    await _proven(body, request)
    return body


async def _pin_proven(body: OwnPin, request: Request) -> OwnPin:
    await _proven(body, request)
    return body


@router.put("/session/password", status_code=204)
async def change_own_password(
    body: Annotated[OwnPassword, Depends(_password_proven)],
    request: Request,
    call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> None:
    """Choose a new password of one's own; one's other sessions end."""
    await own_secrets.change_password(call, body.new_password, credential_of(request))


@router.put("/session/pin", status_code=204)
async def change_own_pin(
    body: Annotated[OwnPin, Depends(_pin_proven)],
    call: Annotated[Call, Depends(Permitted(Action.READ_DIRECTORY), scope="function")],
) -> None:
    """Choose a new PIN, which signs for one."""
    await own_secrets.change_pin(call, body.new_pin)
