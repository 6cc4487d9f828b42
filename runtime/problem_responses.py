"""Problems as HTTP answers: application/problem+json (RFC 9457), the same shape from every service."""

from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from wire.problems import HTTP_STATUS, Kind, Problem

MEDIA_TYPE = "application/problem+json"
_METHOD_NOT_ALLOWED = 405
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

log = structlog.get_logger()


class ProblemBody(BaseModel):
    """The body of every answer that says no. `code` is stable; `detail` is for developers."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    parameters: dict[str, str | int] = {}


def problem_response(problem: Problem, *, status: int | None = None) -> Response:
    """Turn a problem into its answer, with its own status or a more exact one of the same kind."""
    status = status or problem.http_status
    if problem.kind in (Kind.INTERNAL, Kind.UNAVAILABLE, Kind.STORAGE_FULL):
        log.warning("problem", code=problem.code, **problem.context)
    body = ProblemBody(
        type=f"urn:lianzhen:problem:{problem.code}",
        title=problem.kind.value.replace("_", " "),
        status=status,
        code=problem.code,
        detail=problem.detail,
        parameters=problem.parameters,
    )
    headers = {"Retry-After": "5"} if problem.kind in (Kind.UNAVAILABLE, Kind.TOO_MANY) else None
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


def validation_problem(error: RequestValidationError) -> Problem:
    """Say which fields are wrong, without repeating what was sent: it may be a patient's."""
    faults = cast("list[dict[str, Any]]", error.errors())
    fields = ", ".join(sorted({".".join(str(part) for part in fault["loc"][1:]) for fault in faults}))
    kinds = ", ".join(sorted({str(fault["type"]) for fault in faults}))
    return Problem(
        "request/invalid",
        Kind.UNPROCESSABLE,
        "Some fields are missing or wrong.",
        parameters={"fields": fields, "reasons": kinds},
    )


def _methods(app: FastAPI, request: Request) -> list[str]:
    """The methods that the address serves; an answer with 405 owes them (RFC 9110 §15.5.6)."""
    asked = ({**request.scope, "method": method} for method in _METHODS)
    return [
        scope["method"]
        for scope in asked
        if any(route.matches(scope)[0] is Match.FULL for route in app.routes)
    ]


def install(app: FastAPI) -> None:
    """Make every failure of the application answer in this shape."""

    async def problem(_request: Request, error: Exception) -> Response:
        return problem_response(cast("Problem", error))

    async def validation(_request: Request, error: Exception) -> Response:
        return problem_response(validation_problem(cast("RequestValidationError", error)))

    async def http(request: Request, error: Exception) -> Response:
        refused = cast("HTTPException", error)
        status = refused.status_code
        kind = next((kind for kind, value in HTTP_STATUS.items() if value == status), Kind.INVALID)
        answer = problem_response(
            Problem(f"http/{status}", kind, "The address or method is not served."), status=status
        )
        if status == _METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(_methods(app, request))
        return answer

    async def accident(_request: Request, error: Exception) -> Response:
        log.error("request_failed", error=type(error).__name__, exc_info=error)
        return problem_response(
            Problem("server/failed", Kind.INTERNAL, "The server failed; nothing was changed.")
        )

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, accident)
