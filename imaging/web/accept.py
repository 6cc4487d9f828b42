"""Content negotiation (PS3.18 §8.7.3 to §8.7.8), including what viewers really send.

Cornerstone writes `multipart/related; type=application/octet-stream; transfer-syntax=*` without quotes, others quote
everything, OHIF's slide viewer sends `*/*`.
"""

import re
from dataclasses import dataclass

from imaging.dicom.transfer_syntaxes import EXPLICIT_LITTLE, OCTETS, TransferSyntax
from imaging.errors import bad_request
from imaging.web.http import Request
from imaging.web.multipart import content_type

MULTIPART = "multipart/related"
MOST_ACCEPT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptable:
    """One media range that the client accepts."""

    media_type: str
    """Of a part when `multipart`, else of the whole."""
    multipart: bool
    transfer_syntax: str
    """A UID, `*`, or empty when it isn't said."""
    quality: float

    def matches(self, media_type: str) -> bool:
        """Tell whether `media_type` is in the range."""
        if self.media_type in ("*/*", media_type):
            return True
        return self.media_type.endswith("/*") and media_type.startswith(self.media_type[:-1])


def acceptable(request: Request) -> list[Acceptable]:
    """Return what the client accepts, best first; the `accept` query parameter goes first (PS3.18 §8.3.3.1).

    Raises:
        Problem: `web/bad-request` for a header of unreasonable length.
    """
    value = request.parameter("accept") or request.header(b"accept") or "*/*"
    if len(value) > MOST_ACCEPT:
        raise bad_request("the Accept header is too long")
    ranges: list[Acceptable] = []
    for part in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+', value):
        media_type, parameters = content_type(part.strip())
        if not media_type:
            continue
        multipart = media_type == MULTIPART
        try:
            quality = float(parameters.get("q", "1"))
        except ValueError:
            quality = 0.0
        ranges.append(
            Acceptable(
                media_type=parameters.get("type", "*/*").lower() if multipart else media_type,
                multipart=multipart,
                transfer_syntax=parameters.get("transfer-syntax", ""),
                quality=quality,
            )
        )
    usable = [range_ for range_ in ranges if range_.quality > 0]
    return sorted(usable, key=lambda range_: -range_.quality)


def first_of(request: Request, *offered: str) -> str | None:
    """Return the first of the single-part media types offered that the client accepts best."""
    for range_ in acceptable(request):
        if range_.multipart:
            continue
        for media_type in offered:
            if range_.matches(media_type):
                return media_type
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How frames or instances are sent: as stored, or decoded to Explicit VR Little Endian."""

    media_type: str
    transfer_syntax: str
    decoded: bool
    multipart: bool

    @property
    def part_type(self) -> str:
        """The Content-Type of one part."""
        return f"{self.media_type}; transfer-syntax={self.transfer_syntax}"


def frame_form(range_: Acceptable, stored: TransferSyntax) -> Form | None:
    """Return how frames of an instance can be sent within one range; None when they can't."""
    wanted = range_.transfer_syntax
    # Frames are a multipart resource; a bare wildcard gets that (PS3.18 Table 10.4.3-1).
    multipart = range_.multipart or range_.media_type == "*/*"
    as_stored = stored.encapsulated and bool(stored.codec or not stored.lossless)
    if range_.matches(OCTETS) and (wanted in ("", EXPLICIT_LITTLE) or not as_stored):
        native = Form(
            media_type=OCTETS, transfer_syntax=EXPLICIT_LITTLE, decoded=as_stored, multipart=multipart
        )
        if not as_stored and wanted in ("", "*", EXPLICIT_LITTLE):
            return native
        if as_stored and range_.media_type == OCTETS and wanted != "*":
            return native
    if not as_stored or wanted not in ("", "*", stored.uid):
        return None
    if range_.media_type == OCTETS and wanted:
        return Form(media_type=OCTETS, transfer_syntax=stored.uid, decoded=False, multipart=multipart)
    if range_.media_type != OCTETS and range_.matches(stored.media_type):
        return Form(
            media_type=stored.media_type, transfer_syntax=stored.uid, decoded=False, multipart=multipart
        )
    return None


def instance_form(range_: Acceptable, stored: TransferSyntax) -> Form | None:
    """Return how an instance can be sent within one range; None when it can't.

    PS3.18 §8.7.3.4: without a transfer syntax it's Explicit VR Little Endian, except that what was compressed with
    loss stays so.
    """
    if not range_.matches("application/dicom"):
        return None
    wanted = range_.transfer_syntax
    if wanted == "" and range_.media_type == "*/*":
        wanted = "*"
    multipart = range_.multipart or range_.media_type == "*/*"
    fits = wanted in ("*", stored.uid) or (wanted == "" and not stored.lossless)
    if stored.allowed_on_the_web and (fits or (stored.uid == EXPLICIT_LITTLE and wanted == "")):
        return Form(
            media_type="application/dicom", transfer_syntax=stored.uid, decoded=False, multipart=multipart
        )
    convertible = not stored.encapsulated or bool(stored.codec) or stored.lossless
    if wanted in ("", "*", EXPLICIT_LITTLE) and convertible:
        return Form(
            media_type="application/dicom",
            transfer_syntax=EXPLICIT_LITTLE,
            decoded=True,
            multipart=multipart,
        )
    return None
