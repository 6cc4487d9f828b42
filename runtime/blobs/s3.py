"""Blobs in an S3-compatible object store, through obstore."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import S3Store

from wire.problems import Kind, Problem

MULTIPART_BYTES = 16 << 20


class S3Blobs:
    """A `BlobStore` in a bucket. A put returns when the store has acknowledged it."""

    def __init__(
        self, bucket: str, spool: Path, *, prefix: str = "", endpoint: str = "", region: str = ""
    ) -> None:
        """Prepare the store; the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the instance.

        Args:
            bucket: the bucket's name; it must exist.
            spool: a local folder for files on their way.
            prefix: put before every key.
            endpoint: the store's URL, for others than Amazon's.
            region: the bucket's region; most others than Amazon's take any.
        """
        region = region or "us-east-1"
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=endpoint or f"https://s3.{region}.amazonaws.com",
            region=region,
            client_options={"allow_http": endpoint.startswith("http://")},
        )
        self._spool = spool
        self._spool.mkdir(parents=True, exist_ok=True)

    async def put_file(self, path: Path, sha256: str) -> None:
        """Upload the file and remove it."""
        try:
            await self._store.put_async(_key(sha256), path, chunk_size=MULTIPART_BYTES)
        except BaseError as error:
            raise _storage_problem(error) from error
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            await self._store.put_async(_key(digest), data)
        except BaseError as error:
            raise _storage_problem(error) from error
        return digest

    async def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """Return a range of the blob."""
        try:
            if start == 0 and length is None:
                whole = await self._store.get_async(_key(sha256))
                return bytes(await whole.bytes_async())
            size = (await self._store.head_async(_key(sha256)))["size"]
            end = size if length is None else min(size, start + length)
            if start >= end:
                return b""
            return bytes(await self._store.get_range_async(_key(sha256), start=start, end=end))
        except FileNotFoundError:
            raise Problem("storage/missing", Kind.NOT_FOUND, "The stored bytes are not here.") from None
        except BaseError as error:
            raise _storage_problem(error) from error

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """Yield the blob in pieces."""
        try:
            whole = await self._store.get_async(_key(sha256))
            async for piece in whole.stream():
                yield bytes(piece)
        except FileNotFoundError:
            raise Problem("storage/missing", Kind.NOT_FOUND, "The stored bytes are not here.") from None
        except BaseError as error:
            raise _storage_problem(error) from error

    async def exists(self, sha256: str) -> bool:
        """Say whether the blob is there."""
        try:
            await self._store.head_async(_key(sha256))
        except FileNotFoundError:
            return False
        return True

    def local_path(self, sha256: str) -> Path | None:
        """There is no local file."""
        return None

    def spool(self) -> Path:
        """Return the local folder for unfinished files."""
        return self._spool


def _key(sha256: str) -> str:
    return f"cas/{sha256[:2]}/{sha256}"


def _storage_problem(error: Exception) -> Problem:
    return Problem(
        "storage/failed",
        Kind.UNAVAILABLE,
        "The object store could not do this.",
        context={"error": type(error).__name__},
    )
