"""WADO-RS metadata (PS3.18 §10.4.1.1.2): prepared at ingest, joined, compressed once, remembered."""

import asyncio
import gzip
import re
import zlib
from collections import OrderedDict
from typing import cast

import brotli

from imaging.errors import not_acceptable, unknown
from imaging.index.fragments import addressed
from imaging.index.queries import count_instances, headers
from imaging.web.accept import first_of
from imaging.web.http import REVALIDATE, VARY, Answer, Request, not_modified, unchanged
from runtime.database import Database

REMEMBERED_BYTES = 64 << 20
WORTH_COMPRESSING = 1024

Key = tuple[str, str | None, str | None, int, str, str]


class Metadata:
    """Serves metadata of studies, series and instances."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0

    async def answer(
        self, request: Request, study_uid: str, series_uid: str | None, sop_uid: str | None
    ) -> Answer:
        """Answer with the metadata of everything under the path.

        Raises:
            Problem: `study/unknown`, `series/unknown`, `instance/unknown`, `web/not-acceptable`.
        """
        media_type = first_of(request, "application/dicom+json", "application/json")
        if media_type is None:
            raise not_acceptable("application/dicom+json")
        count = 1
        if sop_uid is None:
            async with self._database.read() as connection:
                count = await count_instances(connection, study_uid, series_uid)
        coding = _coding(request)
        key: Key = (study_uid, series_uid, sop_uid, count, coding, request.base)
        body = self._remembered.get(key)
        if body is None:
            body = await self._build(key)
            self._remember(key, body)
        else:
            self._remembered.move_to_end(key)
        etag = f'"{zlib.crc32(body):08x}-{len(body):x}-{count}-{coding or "plain"}"'
        if unchanged(request, etag):
            return not_modified(etag, REVALIDATE, VARY)
        answer_headers = [(b"etag", etag.encode()), REVALIDATE, VARY]
        if coding:
            answer_headers.append((b"content-encoding", coding.encode()))
        return Answer(media_type=media_type, headers=answer_headers, body=body)

    async def _build(self, key: Key) -> bytes:
        study_uid, series_uid, sop_uid, _, coding, base = key
        async with self._database.read() as connection:
            rows = await headers(connection, study_uid, series_uid, sop_uid)
        if not rows:
            raise unknown("instance" if sop_uid else "series" if series_uid else "study")
        return await asyncio.to_thread(_join, rows, f"{base}/studies/{study_uid}", coding)

    def _remember(self, key: Key, body: bytes) -> None:
        if len(body) > REMEMBERED_BYTES // 4:
            return
        self._remembered[key] = body
        self._size += len(body)
        while self._size > REMEMBERED_BYTES:
            self._size -= len(self._remembered.popitem(last=False)[1])


def _join(rows: list[tuple[str, str, bytes]], study_url: str, coding: str) -> bytes:
    objects: list[bytes] = []
    for series_uid, sop_uid, header in rows:
        address = f"{study_url}/series/{series_uid}/instances/{sop_uid}/bulkdata/"
        objects.append(addressed(zlib.decompress(header), address))
    body = b"[" + b",".join(objects) + b"]"
    if coding == "br":
        return cast("bytes", brotli.compress(body, quality=5))
    return gzip.compress(body, 5, mtime=0) if coding == "gzip" else body


def _coding(request: Request) -> str:
    accepted = re.findall(r"(br|gzip)\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)", request.header(b"accept-encoding"))
    usable = [name for name, quality in accepted if not quality or quality.strip("0.")]
    return "br" if "br" in usable else "gzip" if "gzip" in usable else ""
