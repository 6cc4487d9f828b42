"""Immutable bytes under their own SHA-256: a folder on this machine, or an S3-compatible store.

Content addressing makes every write idempotent and every read checkable. What `put_file` or `put` has returned
from is durable: written, flushed to the disk, renamed, the folder flushed.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol


class BlobStore(Protocol):
    """Keeps blobs by their SHA-256 in hexadecimal."""

    async def put_file(self, path: Path, sha256: str) -> None:
        """Take over a finished local file whose hash the caller has computed; the file is consumed.

        Raises:
            Problem: `storage/full` (storage_full), `storage/failed` (unavailable).
        """
        ...

    async def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256."""
        ...

    async def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """Return a range of the blob.

        Raises:
            Problem: `storage/missing` (not_found).
        """
        ...

    def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """Yield the blob in pieces."""
        ...

    async def exists(self, sha256: str) -> bool:
        """Say whether the blob is there."""
        ...

    def local_path(self, sha256: str) -> Path | None:
        """Return the blob's file on this machine, for `pread` and `sendfile`; None when it isn't a local file."""
        ...

    def spool(self) -> Path:
        """Return the local folder in which to write a file that `put_file` will take without copying."""
        ...
