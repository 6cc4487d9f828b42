"""Finds instances and reads their bytes: places remembered, file descriptors kept open, ranges by `pread`."""

import asyncio
import mmap
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path

from imaging.dicom.files import scan
from imaging.dicom.scanner import Limits
from imaging.dicom.values import Header
from imaging.errors import too_large, unknown
from imaging.index.queries import StoredInstance, find_instances
from runtime.blobs import BlobStore
from runtime.database import Database
from wire.problems import Kind, Problem

MOST_PLACES = 4096
MOST_ENTRY_BYTES = 65_536
"""Instances with longer frame tables (slides) are looked up anew rather than let them fill the memory."""
MOST_OPEN_FILES = 256
QUICK_BYTES = 2 << 20
"""Up to this much is read at once on the event loop: from the page cache it costs less than a thread's turn."""
MOST_IN_MEMORY = 1 << 30
PIECE = 1 << 20


class Content:
    """Reads what is stored. Nothing here decides who may."""

    def __init__(self, database: Database, blobs: BlobStore, limits: Limits) -> None:
        self._database = database
        self._blobs = blobs
        self._limits = limits
        self._places: OrderedDict[str, StoredInstance] = OrderedDict()
        self._files: OrderedDict[str, int] = OrderedDict()

    async def instance(self, study_uid: str, series_uid: str, sop_uid: str) -> StoredInstance:
        """Return where an instance is; its place never changes once it is stored.

        Raises:
            DicomProblem: `instance/unknown`.
        """
        place = self._places.get(sop_uid)
        if place is None:
            async with self._database.read() as connection:
                found = await find_instances(connection, study_uid, series_uid, sop_uid)
            if not found:
                raise unknown("instance")
            place = found[0]
            if len(place.frames.entries) <= MOST_ENTRY_BYTES:
                self._places[sop_uid] = place
                if len(self._places) > MOST_PLACES:
                    self._places.popitem(last=False)
        elif place.study_uid != study_uid or place.series_uid != series_uid:
            raise unknown("instance")
        return place

    async def instances(self, study_uid: str, series_uid: str | None = None) -> list[StoredInstance]:
        """Return the places of a study's or a series' instances.

        Raises:
            DicomProblem: `study/unknown`, `series/unknown`.
        """
        async with self._database.read() as connection:
            found = await find_instances(connection, study_uid, series_uid)
        if not found:
            raise unknown("study" if series_uid is None else "series")
        return found

    async def read(self, sha256: str, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`.

        Raises:
            Problem: `storage/missing` when the blob is gone or shorter.
        """
        path = self._blobs.local_path(sha256)
        if path is None:
            data = await self._blobs.read(sha256, offset, length)
        elif length <= QUICK_BYTES:
            data = os.pread(self._descriptor(sha256, path), length, offset)
        else:
            data = await asyncio.to_thread(_read_file, path, offset, length)
        if len(data) != length:
            raise _missing()
        return data

    async def frame(self, place: StoredInstance, number: int) -> bytes:
        """Return frame `number`, counted from 1, as it lies in the file; fragments joined.

        Raises:
            DicomProblem: `frame/unknown`.
        """
        pieces = place.frames.places(number)
        if not pieces:
            raise unknown("frame")
        if len(pieces) == 1:
            return await self.read(place.sha256, *pieces[0])
        return b"".join([await self.read(place.sha256, *piece) for piece in pieces])

    async def stream(self, place: StoredInstance) -> AsyncIterator[bytes]:
        """Yield the stored file's bytes."""
        async for piece in self.stream_blob(place.sha256, place.size_bytes):
            yield piece

    async def stream_blob(self, sha256: str, size: int) -> AsyncIterator[bytes]:
        """Yield a blob in pieces."""
        for offset in range(0, size, PIECE):
            yield await self.read(sha256, offset, min(PIECE, size - offset))

    async def header(self, place: StoredInstance) -> Header:
        """Read the stored file's header again; values are slices of the mapped file."""
        path = self._blobs.local_path(place.sha256)
        if path is not None:
            return await asyncio.to_thread(self._scan_file, path)
        if place.size_bytes > MOST_IN_MEMORY:
            raise too_large("bytes", MOST_IN_MEMORY)
        data = await self._blobs.read(place.sha256)
        return await asyncio.to_thread(lambda: Header(scan(data, self._limits)))

    def _scan_file(self, path: Path) -> Header:
        try:
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (FileNotFoundError, ValueError):
            raise _missing() from None
        return Header(scan(memoryview(mapped), self._limits))

    def _descriptor(self, sha256: str, path: Path) -> int:
        descriptor = self._files.get(sha256)
        if descriptor is not None:
            self._files.move_to_end(sha256)
            return descriptor
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise _missing() from None
        self._files[sha256] = descriptor
        if len(self._files) > MOST_OPEN_FILES:
            os.close(self._files.popitem(last=False)[1])
        return descriptor

    def close(self) -> None:
        """Close the files kept open."""
        while self._files:
            os.close(self._files.popitem()[1])


def _read_file(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except FileNotFoundError:
        raise _missing() from None


def _missing() -> Problem:
    return Problem("storage/missing", Kind.NOT_FOUND, "The stored bytes are not here.")
