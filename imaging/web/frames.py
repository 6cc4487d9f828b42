"""WADO-RS frames (PS3.18 §10.4.1.6): as stored by `pread`, or decoded when that is what was asked for."""

import asyncio

from imaging.dicom.frames import pixel_shape
from imaging.dicom.pixels import Pixels, decode_frame, native_frame
from imaging.dicom.transfer_syntaxes import lookup
from imaging.dicom.values import Header
from imaging.errors import bad_request, not_acceptable, unknown
from imaging.index.queries import StoredInstance
from imaging.settings import ImagingSettings
from imaging.web.accept import Form, acceptable, frame_form
from imaging.web.content import Content
from imaging.web.http import NEVER_CHANGES, VARY, Answer, Request, not_modified, unchanged, with_range
from imaging.web.parts import Part, boundary_for, multipart_type, whole

MOST_FRAMES = 1000
MOST_ANSWER_BYTES = 512 << 20


def parse_frames(text: str) -> list[int]:
    """Read a frame list, `1,3,5`, counted from 1.

    Raises:
        Problem: `web/bad-request`.
    """
    numbers = text.split(",")
    if len(numbers) > MOST_FRAMES or not all(number.isascii() and number.isdigit() for number in numbers):
        raise bad_request("the frame list is not a list of whole numbers, or too long")
    return [int(number[:9]) for number in numbers]


class Frames:
    """Serves frames."""

    def __init__(self, content: Content, settings: ImagingSettings) -> None:
        self._content = content
        self._settings = settings
        self._decoding = asyncio.Semaphore(2)

    async def answer(self, request: Request, place: StoredInstance, frame_list: str) -> Answer:
        """Answer a request for frames.

        Raises:
            Problem: `web/not-acceptable`, `frame/unknown`, `pixels/…`.
        """
        numbers = parse_frames(frame_list)
        if not place.frames.count:
            raise unknown("frame")
        if any(not 1 <= number <= place.frames.count for number in numbers):
            raise unknown("frame")
        form = _negotiate(request, place, len(numbers))
        kind = f"{form.transfer_syntax}-{form.media_type}-{form.multipart}"
        etag = f'"{place.sha256[:32]}-{frame_list[:64]}-{kind.replace("/", "-")}"'
        if unchanged(request, etag):
            return not_modified(etag, NEVER_CHANGES, VARY)
        headers = [(b"etag", etag.encode()), NEVER_CHANGES, VARY]
        bodies = await self.bodies(place, numbers, decoded=form.decoded)
        if not form.multipart:
            return with_range(request, Answer(media_type=form.part_type, headers=headers, body=bodies[0]))
        boundary = boundary_for(place.sha256)
        body = whole([Part(form.part_type, data) for data in bodies], boundary)
        media_type = multipart_type(form.media_type, boundary, form.transfer_syntax)
        return with_range(request, Answer(media_type=media_type, headers=headers, body=body))

    async def bodies(self, place: StoredInstance, numbers: list[int], *, decoded: bool) -> list[bytes]:
        """Return frames as they are sent.

        Raises:
            Problem: `web/bad-request` when they are too many at once, `pixels/…`.
        """
        syntax = lookup(place.transfer_syntax)
        direct = (
            not syntax.deflated and not syntax.big_endian and (place.frames.entries or place.frames.length)
        )
        found: list[bytes] = []
        header = None if direct and not decoded else await self._content.header(place)
        for number in numbers:
            if header is None:
                found.append(await self._content.frame(place, number))
            elif decoded:
                found.append(await asyncio.to_thread(_octets, await self.decode(place, number, header)))
            else:
                found.append(await asyncio.to_thread(_native, header, place, number))
            if sum(map(len, found)) > MOST_ANSWER_BYTES:
                raise bad_request("these frames are too much for one answer; ask for fewer at a time")
        return found

    async def decode(self, place: StoredInstance, number: int, header: Header) -> Pixels:
        """Decode one frame in a thread, two at a time.

        Raises:
            DicomProblem: `frame/unknown`, `pixels/…`.
        """
        syntax, shape = lookup(place.transfer_syntax), pixel_shape(header)
        if place.frames.entries:
            data = await self._content.frame(place, number)
        else:
            data = await asyncio.to_thread(_native, header, place, number)
        async with self._decoding:
            return await asyncio.to_thread(
                lambda: decode_frame(data, syntax, shape, most_pixels=self._settings.max_render_pixels)
            )


def _negotiate(request: Request, place: StoredInstance, count: int) -> Form:
    stored = lookup(place.transfer_syntax)
    for range_ in acceptable(request):
        form = frame_form(range_, stored)
        if form is not None and (form.multipart or count == 1):
            return form
    raise not_acceptable(f'multipart/related; type="{stored.media_type}"')


def _native(header: Header, place: StoredInstance, number: int) -> bytes:
    """Cut out a native frame: little endian, and 1-bit frames moved to a byte's beginning."""
    if not 1 <= number <= place.frames.count:
        raise unknown("frame")
    return native_frame(header, pixel_shape(header), number)


def _octets(pixels: Pixels) -> bytes:
    return pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
