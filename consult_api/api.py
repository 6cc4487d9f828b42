"""The HTTP application under `/api`, and its description in OpenAPI."""

from typing import Any, cast

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from consult_api import live
from consult_api.beds import routes as beds
from consult_api.chart import routes as chart
from consult_api.consults import routes as consults
from consult_api.directory import routes as directory
from consult_api.oversight.routes import audit, break_glass, indicators
from consult_api.patients import routes as patients
from consult_api.referrals import routes as referrals
from consult_api.regulator import routes as regulator
from consult_api.request import SESSION_COOKIE
from consult_api.write_back import routes as write_back
from runtime import problem_responses
from runtime.problem_responses import MEDIA_TYPE, ProblemBody

VERSION = "1.0.0"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/ProblemBody"}
SECURITY_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    "machine": {"type": "http", "scheme": "bearer"},
}


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Describe the interface, with every refusal as application/problem+json (RFC 9457)."""
        if self.openapi_schema is None:
            description = super().openapi()
            description["components"]["securitySchemes"] = SECURITY_SCHEMES
            description["security"] = [{"session": []}, {"machine": []}]
            for path in cast("dict[str, dict[str, Any]]", description["paths"]).values():
                for operation in path.values():
                    operation["responses"]["default"]["content"] = {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}
            stream = description["paths"]["/api/events"]["get"]["responses"]["200"]["content"]
            items = stream["text/event-stream"].pop("itemSchema")  # OpenAPI 3.2; ours is 3.1
            stream["text/event-stream"] |= {"schema": {"type": "string"}, "x-item-schema": items}
        return super().openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name


def build_app() -> FastAPI:
    """Put the features' routes together; `app.state.surroundings` is still to be set."""
    app = _Application(
        title="Lianzhen",
        version=VERSION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=_operation_id,
    )
    api = APIRouter(
        prefix="/api", responses={"default": {"model": ProblemBody, "description": "It was refused."}}
    )
    for feature in (directory, patients, chart, consults, referrals, beds, write_back, regulator, live):
        api.include_router(feature.router)
    for part in (break_glass, audit, indicators):
        api.include_router(part.router)
    app.include_router(api)
    problem_responses.install(app)
    return app
