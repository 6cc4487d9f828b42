"""A streaming parser for multipart/related bodies (RFC 2046 §5.1, RFC 2387), without I/O.

Bytes in, events out; a part's body is never held. Every length that the sender chooses has a cap.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from imaging.errors import bad_request
from wire.problems import Kind, Problem

MOST_BOUNDARY = 70
"""RFC 2046 §5.1.1."""
MOST_HEADER_BYTES = 8192
MOST_PREAMBLE_BYTES = 8192


@dataclass(frozen=True, slots=True)
class PartBegin:
    """A part starts; header names are lower case."""

    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PartData:
    """More of the part's body."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part is whole."""


PartEvent = PartBegin | PartData | PartEnd


class _State(Enum):
    PREAMBLE = "preamble"
    AFTER_BOUNDARY = "after boundary"
    HEADERS = "headers"
    BODY = "body"
    DONE = "done"


def content_type(value: str) -> tuple[str, dict[str, str]]:
    """Split a media type and its parameters, quoted or not (RFC 9110 §8.3.1)."""
    kind, _, rest = value.partition(";")
    parameters: dict[str, str] = {}
    for name, quoted, token in re.findall(r'\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))\s*;?', rest):
        parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else token.strip()
    return kind.strip().lower(), parameters


def unsupported_type(detail: str) -> Problem:
    """The body is of a kind that isn't served."""
    return Problem("web/unsupported-media-type", Kind.UNSUPPORTED, detail)


def boundary_of(value: str) -> bytes:
    """Return the boundary of a STOW-RS request's Content-Type.

    Raises:
        Problem: `web/unsupported-media-type`, or `web/bad-request` for a missing or impossible boundary.
    """
    kind, parameters = content_type(value)
    inner = parameters.get("type", "application/dicom").lower()
    if kind != "multipart/related" or inner != "application/dicom":
        raise unsupported_type('The body must be multipart/related; type="application/dicom".')
    boundary = parameters.get("boundary", "")
    if not 1 <= len(boundary) <= MOST_BOUNDARY or not boundary.isascii() or not boundary.isprintable():
        raise bad_request("the multipart boundary is missing or not allowed")
    return boundary.encode("ascii")


class MultipartParser:
    """Parses one body."""

    def __init__(self, boundary: bytes, *, most_parts: int) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._most_parts = most_parts
        self._parts = 0
        self._state = _State.PREAMBLE
        # RFC 2046 §5.1.1: the line break before a delimiter belongs to it; the first may stand at the very start.
        self._rest = b"\r\n"
        self._skipped = 0
        self._fresh = True

    def feed(self, data: bytes) -> Iterator[PartEvent]:
        """Take the next bytes of the body; yield what they complete.

        Raises:
            Problem: `web/bad-request` when the body isn't well formed or passes a cap.
        """
        self._rest = self._rest + data if self._rest else data
        while True:
            match self._state:
                case _State.PREAMBLE:
                    found = self._preamble()
                case _State.AFTER_BOUNDARY:
                    found = self._after_boundary()
                case _State.HEADERS:
                    headers = self._headers()
                    found = headers is not None
                    if headers is not None:
                        yield PartBegin(headers)
                case _State.BODY:
                    body, found = self._body()
                    if body:
                        yield PartData(body)
                    if found:
                        yield PartEnd()
                case _State.DONE:
                    self._rest = b""
                    return
            if not found:
                return

    def close(self) -> None:
        """Check that the body was whole.

        Raises:
            Problem: `web/bad-request` when the final boundary never came.
        """
        if self._state is not _State.DONE:
            raise bad_request("the multipart body ends before its final boundary")

    def _preamble(self) -> bool:
        at = self._rest.find(self._delimiter)
        if at >= 0:
            self._rest = self._rest[at + len(self._delimiter) :]
            self._state = _State.AFTER_BOUNDARY
            return True
        keep = len(self._delimiter) - 1
        self._skipped += max(len(self._rest) - keep, 0)
        if self._skipped > MOST_PREAMBLE_BYTES:
            raise bad_request("the multipart body does not begin with its boundary")
        self._rest = self._rest[-keep:]
        return False

    def _after_boundary(self) -> bool:
        if self._rest.startswith(b"--"):
            self._state = _State.DONE
            return True
        line, found, rest = self._rest.partition(b"\r\n")
        if not found:
            if len(self._rest) > MOST_BOUNDARY:
                raise bad_request("a multipart boundary is followed by something else than a line break")
            return False
        if line.strip(b" \t"):
            raise bad_request("a multipart boundary is followed by something else than a line break")
        self._parts += 1
        if self._parts > self._most_parts:
            raise Problem(
                "web/too-many-parts",
                Kind.TOO_LARGE,
                "The multipart body has too many parts.",
                parameters={"limit": self._most_parts},
            )
        self._rest = b"\r\n" + rest
        self._state = _State.HEADERS
        return True

    def _headers(self) -> dict[str, str] | None:
        block, found, rest = self._rest.partition(b"\r\n\r\n")
        if len(block) > MOST_HEADER_BYTES:
            raise bad_request("a part's headers are too long")
        if not found:
            return None
        headers: dict[str, str] = {}
        for line in block.split(b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            if name:
                headers[name.strip().lower()] = value.strip()
        # The blank line's break may begin the next delimiter when the body is empty.
        self._rest = b"\r\n" + rest
        self._state = _State.BODY
        self._fresh = True
        return headers

    def _body(self) -> tuple[bytes, bool]:
        at = self._rest.find(self._delimiter)
        start = 2 if self._fresh else 0
        if at >= 0:
            body = self._rest[start:at] if at >= start else b""
            self._rest = self._rest[at + len(self._delimiter) :]
            self._state = _State.AFTER_BOUNDARY
            return body, True
        keep = len(self._delimiter) - 1
        if len(self._rest) <= keep + start:
            return b"", False
        body, self._rest = self._rest[start:-keep], self._rest[-keep:]
        self._fresh = False
        return body, False
