"""Problems as HTTP answers: application/problem+json (RFC 9457), the same shape from every service."""

from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from wire.problems import HTTP_STATUS, Kind, Problem

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger()


class ProblemBody(BaseModel):
    """The body of every answer that says no. `code` is stable; `detail` is for developers."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    parameters: dict[str, str | int] = {}


def problem_response(problem: Problem) -> Response:
    """Turn a problem into its answer."""
    if problem.kind in (Kind.INTERNAL, Kind.UNAVAILABLE, Kind.STORAGE_FULL):
        log.warning("problem", code=problem.code, **problem.context)
    body = ProblemBody(
        type=f"urn:lianzhen:problem:{problem.code}",
        title=problem.kind.value.replace("_", " "),
        status=problem.http_status,
        code=problem.code,
        detail=problem.detail,
        parameters=problem.parameters,
    )
    headers = {"Retry-After": "5"} if problem.kind in (Kind.UNAVAILABLE, Kind.TOO_MANY) else None
    return JSONResponse(body.model_dump(), problem.http_status, headers, media_type=MEDIA_TYPE)


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


def install(app: FastAPI) -> None:
    """Make every failure of the application answer in this shape."""

    async def problem(_request: Request, error: Exception) -> Response:
        return problem_response(cast("Problem", error))

    async def validation(_request: Request, error: Exception) -> Response:
        return problem_response(validation_problem(cast("RequestValidationError", error)))

    async def http(_request: Request, error: Exception) -> Response:
        status = cast("HTTPException", error).status_code
        kind = next((kind for kind, value in HTTP_STATUS.items() if value == status), Kind.INVALID)
        answer = problem_response(Problem(f"http/{status}", kind, "The address or method is not served."))
        answer.status_code = status
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
