"""The little HTTP that the DICOMweb routes need, on bare ASGI: no routing layer outweighs a 60 µs frame."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from imaging.errors import bad_request

Headers = Sequence[tuple[bytes, bytes]]

NOSNIFF = (b"x-content-type-options", b"nosniff")
NEVER_CHANGES = (b"cache-control", b"private, max-age=31536000, immutable")
"""An instance's bytes never change under its UID; `VARY` keeps one login's copy from another's eyes."""
REVALIDATE = (b"cache-control", b"private, no-cache")
VARY = (b"vary", b"accept, accept-encoding, cookie, authorization")
EXPOSED = (b"access-control-expose-headers", b"content-range, etag, warning")


class Request:
    """One request: what was asked, and its body as it comes."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._scope = scope
        self._receive = receive

    @cached_property
    def headers(self) -> dict[bytes, bytes]:
        """Header fields by lower-case name; repeated ones joined by commas (RFC 9110 §5.2)."""
        joined: dict[bytes, bytes] = {}
        for name, value in self._scope["headers"]:
            joined[name] = joined[name] + b", " + value if name in joined else value
        return joined

    def header(self, name: bytes) -> str:
        """Return a header field as text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs, decoded."""
        raw: bytes = self._scope.get("query_string", b"")
        try:
            return parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise bad_request("the query has too many fields or is not encoded") from error

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    @cached_property
    def base(self) -> str:
        """The address of the service, as the client knows it: scheme, host and the mount's prefix."""
        scheme: str = self._scope.get("scheme", "http")
        host = self.header(b"host") or "localhost"
        address, port = self._scope.get("server") or ("", None)
        # Some clients (dicomweb-client) leave the port out of Host. Where the address is plainly this very socket's,
        # and no proxy's name for it, the port is put back.
        if host == address or (host == "localhost" and address in ("127.0.0.1", "::1")):
            host += f":{port}" if port not in (None, 80, 443) else ""
        return f"{scheme}://{host}/dicomweb"

    def cookie(self, name: str) -> str | None:
        """Return a cookie's value."""
        try:
            morsel = SimpleCookie(self.header(b"cookie")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None

    async def body(self) -> AsyncIterator[bytes]:
        """Yield the body's pieces.

        Raises:
            ConnectionError: the client went away.
        """
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            if message.get("body"):
                yield message["body"]
            more = message.get("more_body", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; a body of pieces is sent as they come."""

    status: int = 200
    media_type: str = "application/octet-stream"
    headers: Headers = ()
    body: bytes | AsyncIterator[bytes] = b""
    length: int | None = field(default=None)
    """Of a body of pieces, when it is known."""

    async def send(self, send: Send, *, head_only: bool = False) -> None:
        """Send it."""
        headers = [*self.headers, NOSNIFF]
        if self.media_type and self.status != 204:
            headers.append((b"content-type", self.media_type.encode("latin-1")))
        length = len(self.body) if isinstance(self.body, bytes) else self.length
        if length is not None and self.status not in (204, 304):
            headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if head_only or isinstance(self.body, bytes):
            await send({"type": "http.response.body", "body": b"" if head_only else self.body})
            return
        async for piece in self.body:  # pyright: ignore[reportUnknownVariableType]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def with_range(request: Request, answer: Answer) -> Answer:
    """Cut a whole answer to the range asked for (RFC 9110 §14); one range only, others get the whole."""
    body = answer.body
    if not isinstance(body, bytes):
        return answer
    headers = [*answer.headers, (b"accept-ranges", b"bytes"), EXPOSED]
    whole = Answer(media_type=answer.media_type, headers=headers, body=body)
    unit, _, ranges = request.header(b"range").partition("=")
    first, dash, last = ranges.partition("-")
    if unit.strip() != "bytes" or not dash or "," in ranges:
        return whole
    if not (first.strip() + last.strip()).isdecimal() or not first.strip() + last.strip():
        return whole
    size = len(body)
    if first.strip():
        start, end = int(first), min(int(last) + 1 if last.strip() else size, size)
    else:
        start, end = max(size - int(last), 0), size
    if start >= size or start >= end:
        return Answer(
            status=416, media_type="", headers=[*headers, (b"content-range", f"bytes */{size}".encode())]
        )
    place = f"bytes {start}-{end - 1}/{size}".encode()
    return Answer(
        status=206,
        media_type=answer.media_type,
        headers=[*headers, (b"content-range", place)],
        body=body[start:end],
    )


def unchanged(request: Request, etag: str) -> bool:
    """Tell whether the client holds this version already (RFC 9110 §13.1.2)."""
    held = request.header(b"if-none-match")
    return bool(held) and etag in [part.strip().removeprefix("W/") for part in held.split(",")]


def not_modified(etag: str, *headers: tuple[bytes, bytes]) -> Answer:
    """Answer that nothing changed."""
    return Answer(status=304, media_type="", headers=[(b"etag", etag.encode()), *headers])
