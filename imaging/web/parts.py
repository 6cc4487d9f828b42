"""Writes multipart/related answers (RFC 2387) as they come, or whole when their length is to be known."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part; its body whole or in pieces."""

    content_type: str
    body: bytes | AsyncIterator[bytes]
    location: str = ""

    def head(self, boundary: str) -> bytes:
        """Return the delimiter and the part's headers."""
        lines = [f"--{boundary}", f"Content-Type: {self.content_type}"]
        if self.location:
            lines.append(f"Content-Location: {self.location}")
        if isinstance(self.body, bytes):
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def boundary_for(sha256: str) -> str:
    """Return a boundary that can't occur in the content hashed, and is the same at every request for it."""
    return f"lz-{sha256[:40]}"


def multipart_type(part_type: str, boundary: str, transfer_syntax: str = "") -> str:
    """Return the Content-Type of the whole."""
    syntax = f"; transfer-syntax={transfer_syntax}" if transfer_syntax else ""
    return f'multipart/related; type="{part_type}"{syntax}; boundary={boundary}'


def whole(parts: Sequence[Part], boundary: str) -> bytes:
    """Join parts whose bodies are at hand."""
    out: list[bytes] = []
    for part in parts:
        if isinstance(part.body, bytes):
            out += (part.head(boundary), part.body, b"\r\n")
    out.append(f"--{boundary}--\r\n".encode())
    return b"".join(out)


async def streamed(parts: AsyncIterator[Part], boundary: str) -> AsyncIterator[bytes]:
    """Yield parts as they come."""
    async for part in parts:
        yield part.head(boundary)
        if isinstance(part.body, bytes):
            yield part.body
        else:
            async for piece in part.body:
                yield piece
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
