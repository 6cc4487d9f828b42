"""Rendered images and thumbnails (PS3.18 §10.4.1.1.3, §10.4.1.1.4, §8.3.5): JPEG or PNG for any browser."""

import asyncio
import re
import zlib
from collections.abc import Sequence
from typing import Literal

from imaging.dicom.frames import pixel_shape
from imaging.dicom.pixels import decoded_photometric
from imaging.dicom.rendering import View, Window, render
from imaging.dicom.transfer_syntaxes import lookup
from imaging.errors import bad_request, cannot_render, not_acceptable, unknown
from imaging.index.queries import StoredInstance
from imaging.web.accept import first_of
from imaging.web.content import Content
from imaging.web.frames import Frames, parse_frames
from imaging.web.http import NEVER_CHANGES, REVALIDATE, VARY, Answer, Request, not_modified, unchanged

THUMBNAIL = (200, 200)
MOST_SIDE = 8192
_WINDOW_FUNCTIONS = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}


def parse_view(request: Request, size: tuple[int, int] | None) -> View:
    """Read what is asked of a rendering.

    Raises:
        Problem: `web/not-acceptable`, `web/bad-request`.
    """
    media_type = first_of(request, "image/jpeg", "image/png")
    if media_type is None:
        raise not_acceptable("image/jpeg, image/png")
    form: Literal["JPEG", "PNG"] = "PNG" if media_type == "image/png" else "JPEG"
    viewport = request.parameter("viewport")
    if viewport is not None:
        numbers = viewport.split(",")
        if len(numbers) < 2 or not all(re.fullmatch(r"\d{1,5}", number) for number in numbers[:2]):
            raise bad_request("viewport is two whole numbers, width and height")
        size = (int(numbers[0]), int(numbers[1]))
        if not all(1 <= side <= MOST_SIDE for side in size):
            raise bad_request("viewport is out of range")
    quality = request.parameter("quality") or "90"
    if not re.fullmatch(r"\d{1,3}", quality) or not 1 <= int(quality) <= 100:
        raise bad_request("quality is a whole number from 1 to 100")
    return View(window=_window(request), size=size, quality=int(quality), format=form)


def _window(request: Request) -> Window | None:
    text = request.parameter("window")
    if text is None:
        return None
    parts = text.split(",")
    function = _WINDOW_FUNCTIONS.get(parts[2] if len(parts) > 2 else "linear")
    try:
        center, width = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        raise bad_request("window is center,width,function") from None
    if function is None or not (abs(center) < 1e9 and 0 < width < 1e9):
        raise bad_request("window is center,width,function within reason")
    return Window(center=center, width=width, function=function)


class Rendered:
    """Serves rendered frames."""

    def __init__(self, content: Content, frames: Frames) -> None:
        self._content = content
        self._frames = frames

    async def answer(
        self, request: Request, place: StoredInstance, frame_list: str, size: tuple[int, int] | None
    ) -> Answer:
        """Render one frame of an instance.

        Raises:
            Problem: `frame/unknown`, `pixels/…`, those of `parse_view`.
        """
        view = parse_view(request, size)
        numbers = parse_frames(frame_list)
        if len(numbers) != 1:
            raise bad_request("one frame is rendered at a time")
        if not place.frames.count:
            raise cannot_render("absent", "The instance has no image.")
        if not 1 <= numbers[0] <= place.frames.count:
            raise unknown("frame")
        etag = f'"{place.sha256[:32]}-{zlib.crc32(repr((numbers[0], view)).encode()):08x}"'
        if unchanged(request, etag):
            return not_modified(etag, NEVER_CHANGES, VARY)
        body = await self._render(place, numbers[0], view)
        return Answer(
            media_type=f"image/{view.format.lower()}",
            headers=[(b"etag", etag.encode()), NEVER_CHANGES, VARY],
            body=body,
        )

    async def representative(self, request: Request, places: Sequence[StoredInstance]) -> Answer:
        """Render a thumbnail that stands for a series or a study: the middle image of the first with images.

        Raises:
            DicomProblem: `pixels/absent` when there is no image at all.
        """
        images = [place for place in places if place.frames.count]
        if not images:
            raise cannot_render("absent", "There is no image to show.")
        first_series = [place for place in images if place.series_uid == images[0].series_uid]
        chosen = first_series[len(first_series) // 2]
        answer = await self.answer(request, chosen, str(chosen.frames.count // 2 or 1), THUMBNAIL)
        # Another image may stand for it once more have arrived.
        headers = [header for header in answer.headers if header != NEVER_CHANGES]
        return Answer(
            status=answer.status,
            media_type=answer.media_type,
            headers=[*headers, REVALIDATE],
            body=answer.body,
        )

    async def _render(self, place: StoredInstance, number: int, view: View) -> bytes:
        header = await self._content.header(place)
        pixels = await self._frames.decode(place, number, header)
        photometric = decoded_photometric(lookup(place.transfer_syntax), pixel_shape(header))
        return await asyncio.to_thread(render, pixels, header, photometric, view)
