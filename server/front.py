"""The door of a process: health, origin check, the services' own applications, and the built client behind them.

Each mount gets its requests untouched. Only what every service needs is decided here: a write or a WebSocket from
a page of another origin is refused (the session cookie would go with it), and every answer forbids sniffing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.problem_responses import problem_response
from wire.problems import Kind, Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

FOREIGN_ORIGIN = Problem(
    "request/foreign-origin", Kind.FORBIDDEN, "This was asked by a page of another site and was not done."
)
NOT_SERVED = Problem("http/404", Kind.NOT_FOUND, "This process does not serve this address.")


class Front:
    """An ASGI application over the services' applications."""

    def __init__(
        self,
        mounts: Mapping[str, ASGIApp],
        readiness: Sequence[Callable[[], Awaitable[None]]],
        *,
        origins: frozenset[str] = frozenset(),
        fallback: ASGIApp | None = None,
    ) -> None:
        """Join the mounts.

        Args:
            mounts: path prefix without a trailing slash → application; the longest match wins.
            readiness: what `/readyz` asks; each raises a `Problem` when it isn't ready.
            origins: allowed beside the request's own host.
            fallback: takes whatever no mount takes: the web client.
        """
        self._mounts = sorted(mounts.items(), key=lambda mount: -len(mount[0]))
        self._readiness = readiness
        self._origins = origins
        self._fallback = fallback
        self.stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or WebSocket."""
        if scope["type"] == "lifespan":
            return
        if not self._origin_allowed(scope):
            await self._refuse(FOREIGN_ORIGIN, scope, receive, send)
            return
        path: str = scope["path"]
        if path in ("/healthz", "/readyz") and scope["type"] == "http":
            response = await self._ready() if path == "/readyz" else PlainTextResponse("alive\n")
            await response(scope, receive, send)
            return
        for prefix, app in self._mounts:
            if path == prefix or path.startswith(prefix + "/"):
                await app(scope, receive, _hardened(send))
                return
        if self._fallback is not None and scope["type"] == "http":
            await self._fallback(scope, receive, _hardened(send))
            return
        await self._refuse(NOT_SERVED, scope, receive, send)

    def _origin_allowed(self, scope: Scope) -> bool:
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return True
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or origin in self._origins:
            return True
        return urlsplit(origin).netloc == headers.get("host", "")

    async def _ready(self) -> Response:
        if self.stopping:
            return JSONResponse({"ready": False, "missing": ["server/stopping"]}, 503)
        missing: list[str] = []
        for ready in self._readiness:
            try:
                await ready()
            except Problem as problem:
                missing.append(problem.code)
        return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": problem.close_code, "reason": problem.code})
            return
        await problem_response(problem)(scope, receive, send)


def _hardened(send: Send) -> Send:
    async def send_hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        await send(message)

    return send_hardened
