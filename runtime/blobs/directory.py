"""Blobs in a folder: `cas/ab/<sha256>`, written beside, flushed, renamed, the folder flushed."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from wire.identifiers import new_id
from wire.problems import Kind, Problem

PIECE_BYTES = 1 << 20


class DirectoryBlobs:
    """A `BlobStore` on one file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "cas"
        self._spool = folder / "spool"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._spool.mkdir(parents=True, exist_ok=True)

    async def put_file(self, path: Path, sha256: str) -> None:
        """Flush the file, rename it into place, flush the folder."""
        await asyncio.to_thread(self._put_file, path, sha256)

    async def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256."""
        return await asyncio.to_thread(self._put, data)

    async def read(self, sha256: str, start: int = 0, length: int | None = None) -> bytes:
        """Return a range of the blob."""
        return await asyncio.to_thread(self._read, sha256, start, length)

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """Yield the blob in pieces of at most 1 MiB."""
        start = 0
        while piece := await self.read(sha256, start, PIECE_BYTES):
            yield piece
            start += len(piece)

    async def exists(self, sha256: str) -> bool:
        """Say whether the blob is there."""
        return self._path(sha256).exists()

    def local_path(self, sha256: str) -> Path | None:
        """Return the blob's file."""
        return self._path(sha256)

    def spool(self) -> Path:
        """Return the folder for unfinished files, on the same file system."""
        return self._spool

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _put_file(self, path: Path, sha256: str) -> None:
        try:
            with path.open("rb") as file:
                os.fsync(file.fileno())
            target = self._path(sha256)
            if not target.parent.exists():
                target.parent.mkdir(exist_ok=True)
                flush_folder(self._folder)
            path.replace(target)
            flush_folder(target.parent)
        except OSError as error:
            raise _storage_problem(error) from error

    def _put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._spool / new_id()
        try:
            path.write_bytes(data)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _storage_problem(error) from error
        self._put_file(path, digest)
        return digest

    def _read(self, sha256: str, start: int, length: int | None) -> bytes:
        try:
            with self._path(sha256).open("rb") as file:
                file.seek(start)
                return file.read() if length is None else file.read(length)
        except FileNotFoundError:
            raise Problem("storage/missing", Kind.NOT_FOUND, "The stored bytes are not here.") from None


def flush_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, so that a rename survives power loss."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _storage_problem(error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("storage/full", Kind.STORAGE_FULL, "The disk for stored files is full.")
    return Problem(
        "storage/failed",
        Kind.UNAVAILABLE,
        "The bytes could not be stored.",
        context={"errno": str(error.errno)},
    )
