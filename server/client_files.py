"""The built web client: every file held in memory, compressed once, with the headers that a browser needs.

Names under `/assets/` carry a hash of their content and never change; everything else is asked for again. An
address that is no file is a page of the client, so it gets `index.html`.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self' blob:",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/wasm", "image/svg+xml")
LEAST_COMPRESSED_BYTES = 1000


@dataclass(slots=True)
class _File:
    body: bytes
    media_type: str
    etag: str
    immutable: bool
    encoded: dict[str, bytes]

    def encoding_for(self, accepted: str) -> str:
        worthwhile = len(self.body) >= LEAST_COMPRESSED_BYTES and self.media_type.startswith(COMPRESSIBLE)
        if not worthwhile:
            return ""
        return next((name for name in ("br", "gzip") if name in accepted), "")

    def encode(self, encoding: str) -> bytes:
        if not encoding:
            return self.body
        if encoding not in self.encoded:
            self.encoded[encoding] = (
                brotli.compress(self.body, quality=5) if encoding == "br" else gzip.compress(self.body, 6)
            )
        return self.encoded[encoding]


class ClientFiles:
    """An ASGI application that serves one folder of built files, read once."""

    def __init__(self, folder: Path) -> None:
        """Read the folder; it may be missing, as in a process that serves no pages."""
        self._files = {
            "/" + path.relative_to(folder).as_posix(): _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a file, or the client's first page for an address that is one of its pages."""
        await self._respond(scope)(scope, receive, send)

    def _respond(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"Allow": "GET, HEAD"})
        path: str = scope["path"]
        file = self._files.get(path)
        if file is None and not path.startswith("/assets/") and "." not in path.rsplit("/", 1)[-1]:
            file = self._files.get("/index.html")
        if file is None:
            return Response(
                "Not found. Is the web client built? (make setup)\n", 404, media_type="text/plain"
            )
        request = Headers(scope=scope)
        headers = {
            "ETag": file.etag,
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if file.immutable else "no-cache",
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Permissions-Policy": PERMISSIONS_POLICY,
        }
        if file.etag in request.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        encoding = file.encoding_for(request.get("accept-encoding", ""))
        if encoding:
            headers["Content-Encoding"] = encoding
        body = file.encode(encoding)
        headers["Content-Length"] = str(len(body))
        return Response(
            b"" if scope["method"] == "HEAD" else body, headers=headers, media_type=file.media_type
        )


def _read(path: Path, folder: Path) -> _File:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix in (".js", ".mjs"):
        media_type = "text/javascript"
    if path.suffix == ".webmanifest":
        media_type = "application/manifest+json"
    return _File(
        body=body,
        media_type=media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        immutable=path.relative_to(folder).parts[0] == "assets",
        encoded={},
    )
