"""Receives one file's bytes: hashed while they come, in memory while small, on disk beyond that."""

import asyncio
import hashlib
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from imaging.errors import too_large
from wire.identifiers import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole file, in memory or in the spool."""

    sha256: str
    size_bytes: int
    data: bytes | None = None
    path: Path | None = None

    def view(self) -> memoryview:
        """Return the bytes without reading them all in; a spilled file is mapped."""
        if self.data is not None:
            return memoryview(self.data)
        if self.path is None or not self.size_bytes:
            return memoryview(b"")
        with self.path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def discard(self) -> None:
        """Remove what is in the spool."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


class Receiver:
    """Collects one file."""

    def __init__(self, spool: Path, *, memory_bytes: int, most_bytes: int) -> None:
        self._spool = spool
        self._memory_bytes = memory_bytes
        self._most_bytes = most_bytes
        self._hash = hashlib.sha256()
        self._pieces: list[bytes] = []
        self._held = 0
        self._size = 0
        self._path: Path | None = None
        self._file: IO[bytes] | None = None

    async def write(self, piece: bytes) -> None:
        """Take the next bytes.

        Raises:
            DicomProblem: `dicom/too-large`.
        """
        self._size += len(piece)
        if self._size > self._most_bytes:
            raise too_large("bytes", self._most_bytes)
        self._hash.update(piece)
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held > self._memory_bytes or (self._file and self._held > 1 << 20):
            await asyncio.to_thread(self._spill)

    async def finish(self) -> Received:
        """Return the file received."""
        if self._file is None:
            return Received(sha256=self._hash.hexdigest(), size_bytes=self._size, data=b"".join(self._pieces))
        await asyncio.to_thread(self._spill)
        self._file.close()
        return Received(sha256=self._hash.hexdigest(), size_bytes=self._size, path=self._path)

    def abandon(self) -> None:
        """Remove what was received so far."""
        self._pieces.clear()
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        if self._file is None:
            self._path = self._spool / f"dicom-{new_id()}"
            self._file = self._path.open("wb")
        self._file.writelines(self._pieces)
        self._file.flush()
        self._pieces.clear()
        self._held = 0


def in_memory(data: bytes) -> Received:
    """Wrap bytes that are here already."""
    return Received(sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data), data=data)
