"""WADO-RS instances and bulk data (PS3.18 §10.4.1.1.1, §10.4.1.1.5)."""

from collections.abc import AsyncIterator, Iterator, Sequence

from imaging.dicom.encoding import executable_preamble, explicit_little
from imaging.dicom.frames import pixel_shape
from imaging.dicom.json_model import swap
from imaging.dicom.pixels import decoded_photometric
from imaging.dicom.scanner import PIXEL_DATA, Element, Items
from imaging.dicom.transfer_syntaxes import EXPLICIT_LITTLE, OCTETS, lookup
from imaging.dicom.values import Header, clear_vr
from imaging.errors import cannot_render, not_acceptable, too_large, unknown
from imaging.index.queries import StoredInstance
from imaging.web.accept import Form, acceptable, instance_form
from imaging.web.content import PIECE, Content
from imaging.web.frames import Frames
from imaging.web.http import (
    NEVER_CHANGES,
    REVALIDATE,
    VARY,
    Answer,
    Request,
    not_modified,
    unchanged,
    with_range,
)
from imaging.web.parts import Part, boundary_for, multipart_type, streamed, whole

LONGEST_NATIVE = 0xFFFFFFFE
"""The most that a native Pixel Data element can hold (PS3.5 §7.1)."""


class Retrieve:
    """Serves whole instances and their bulk data."""

    def __init__(self, content: Content, frames: Frames) -> None:
        self._content = content
        self._frames = frames

    async def instances(self, request: Request, places: Sequence[StoredInstance]) -> Answer:
        """Send instances, each in a transfer syntax that the client accepts, one after the other.

        Raises:
            Problem: `web/not-acceptable`.
        """
        forms = [_negotiate(request, place) for place in places]
        if len(places) == 1 and not forms[0].multipart:
            return await self._single(request, places[0], forms[0])
        many = [form for form in forms if form.multipart]
        if len(many) != len(forms):
            raise not_acceptable('multipart/related; type="application/dicom"')
        boundary = boundary_for(places[0].sha256)

        async def parts() -> AsyncIterator[Part]:
            for place, form in zip(places, forms, strict=True):
                yield Part(form.part_type, self._bytes(place, form))

        return Answer(
            media_type=multipart_type("application/dicom", boundary),
            headers=[REVALIDATE, VARY],
            body=streamed(parts(), boundary),
        )

    async def original(self, request: Request, place: StoredInstance) -> Answer:
        """Send the stored bytes, every one of them, as a download."""
        etag = f'"{place.sha256}"'
        if unchanged(request, etag):
            return not_modified(etag, NEVER_CHANGES, VARY)
        name = f'attachment; filename="{place.sop_uid}.dcm"'.encode()
        return Answer(
            media_type=OCTETS,
            headers=[
                (b"etag", etag.encode()),
                (b"content-disposition", name),
                (b"digest", f"sha-256={place.sha256}".encode()),
                NEVER_CHANGES,
                VARY,
            ],
            body=self._content.stream(place),
            length=place.size_bytes,
        )

    async def bulk_data(self, request: Request, place: StoredInstance, path: str) -> Answer:
        """Send one value that metadata refers to.

        Raises:
            DicomProblem: `bulkdata/unknown`.
        """
        header = await self._content.header(place)
        if path == f"{PIXEL_DATA:08X}":
            return await self._frames.answer(
                request, place, ",".join(str(number + 1) for number in range(place.frames.count))
            )
        element, signed = _find(header, path)
        if not isinstance(element.value, memoryview):
            raise unknown("bulkdata")
        vr = clear_vr(element, signed=signed)
        value = swap(element.value, vr) if header.big_endian else bytes(element.value)
        headers = [NEVER_CHANGES, VARY]
        for range_ in acceptable(request):
            if range_.matches(OCTETS) and not range_.multipart:
                return with_range(request, Answer(media_type=OCTETS, headers=headers, body=value))
            if range_.matches(OCTETS):
                boundary = boundary_for(place.sha256)
                body = whole([Part(OCTETS, value)], boundary)
                return Answer(media_type=multipart_type(OCTETS, boundary), headers=headers, body=body)
        raise not_acceptable(OCTETS)

    async def _single(self, request: Request, place: StoredInstance, form: Form) -> Answer:
        etag = f'"{place.sha256[:32]}-{form.transfer_syntax}"'
        if unchanged(request, etag):
            return not_modified(etag, NEVER_CHANGES, VARY)
        name = f'attachment; filename="{place.sop_uid}.dcm"'.encode()
        return Answer(
            media_type=form.part_type,
            headers=[(b"etag", etag.encode()), (b"content-disposition", name), NEVER_CHANGES, VARY],
            body=self._bytes(place, form),
            length=None if form.decoded else place.size_bytes,
        )

    async def _bytes(self, place: StoredInstance, form: Form) -> AsyncIterator[bytes]:
        if not form.decoded:
            async for piece in self._stored(place):
                yield piece
            return
        header = await self._content.header(place)
        if lookup(place.transfer_syntax).encapsulated:
            pieces = await self._decoded(place, header)
        else:
            pieces = explicit_little(header)
        for piece in _joined(pieces):
            yield piece

    async def _stored(self, place: StoredInstance) -> AsyncIterator[bytes]:
        """Yield the stored bytes, with a preamble that would make it a program zeroed."""
        first = True
        async for piece in self._content.stream(place):
            if first and executable_preamble(piece[:128]):
                yield b"\0" * 128 + piece[128:]
            else:
                yield piece
            first = False

    async def _decoded(self, place: StoredInstance, header: Header) -> Iterator[bytes]:
        """Decode every frame and write the file anew (PS3.18 §8.7.3.4)."""
        shape = pixel_shape(header)
        frame_bytes = shape.samples_shown * shape.bits_allocated // 8
        size = frame_bytes * place.frames.count
        if size > LONGEST_NATIVE:
            raise too_large("pixels", LONGEST_NATIVE)
        numbers = list(range(1, place.frames.count + 1))
        bodies = await self._frames.bodies(place, numbers, decoded=True)
        if any(len(body) != frame_bytes for body in bodies):
            raise cannot_render("damaged", "A frame is of another size than the header says.")
        photometric = decoded_photometric(lookup(place.transfer_syntax), shape).encode()
        replaced = {0x00280004: ("CS", photometric + b" " * (len(photometric) % 2))}
        if shape.samples > 1:
            replaced[0x00280006] = ("US", b"\0\0")
        return explicit_little(header, pixels=iter(bodies), pixel_bytes=size, replaced=replaced)


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small elements up to a megabyte, so that each send is worth its cost."""
    batch: list[bytes] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(batch)
            batch, size = [], 0
    yield b"".join(batch)


def _negotiate(request: Request, place: StoredInstance) -> Form:
    stored = lookup(place.transfer_syntax)
    for range_ in acceptable(request):
        form = instance_form(range_, stored)
        if form is not None:
            return form
    syntax = stored.uid if stored.allowed_on_the_web else EXPLICIT_LITTLE
    raise not_acceptable(f'multipart/related; type="application/dicom"; transfer-syntax={syntax}')


def _find(header: Header, path: str) -> tuple[Element, bool]:
    """Follow a tag path, `00880200/1/00280010`, items counted from 1."""
    steps = path.split("/")
    items: Items = header.elements
    for tag, index in zip(steps[:-1:2], steps[1::2], strict=False):
        element = items.get(int(tag, 16))
        if (
            element is None
            or not isinstance(element.value, list)
            or not 1 <= int(index) <= len(element.value)
        ):
            raise unknown("bulkdata")
        items = element.value[int(index) - 1]
    element = items.get(int(steps[-1], 16))
    if element is None:
        raise unknown("bulkdata")
    return element, header.signed
