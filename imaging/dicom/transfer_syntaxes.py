"""What a transfer syntax says about bytes (PS3.5 Annex A) and how the web names them (PS3.18 §8.7.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.57"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"
HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202"
HTJ2K = "1.2.840.10008.1.2.4.203"
RLE = "1.2.840.10008.1.2.5"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"

OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSyntax:
    """One encoding of a data set."""

    uid: str
    implicit: bool = False
    big_endian: bool = False
    deflated: bool = False
    encapsulated: bool = False
    lossless: bool = True
    codec: str = ""
    """jpeg, jpeg-lossless, jpeg-ls, jpeg-2000, rle; empty for pixels as they are."""
    media_type: str = OCTETS
    """The media type of one frame (PS3.18 Table 8.7.3-4, 8.7.3-5)."""

    @property
    def allowed_on_the_web(self) -> bool:
        """PS3.18 §8.7.3: neither Implicit VR Little Endian nor Explicit VR Big Endian leaves over HTTP."""
        return not self.implicit and not self.big_endian


def _encapsulated(uid: str, codec: str, media_type: str, *, lossless: bool) -> TransferSyntax:
    return TransferSyntax(uid=uid, encapsulated=True, codec=codec, media_type=media_type, lossless=lossless)


KNOWN: Mapping[str, TransferSyntax] = {
    syntax.uid: syntax
    for syntax in (
        TransferSyntax(uid=IMPLICIT_LITTLE, implicit=True),
        TransferSyntax(uid=EXPLICIT_LITTLE),
        TransferSyntax(uid=DEFLATED, deflated=True),
        TransferSyntax(uid=EXPLICIT_BIG, big_endian=True),
        TransferSyntax(uid=ENCAPSULATED_UNCOMPRESSED, encapsulated=True),
        _encapsulated(JPEG_BASELINE, "jpeg", "image/jpeg", lossless=False),
        _encapsulated(JPEG_EXTENDED, "jpeg", "image/jpeg", lossless=False),
        _encapsulated(JPEG_LOSSLESS, "jpeg-lossless", "image/jpeg", lossless=True),
        _encapsulated(JPEG_LOSSLESS_SV1, "jpeg-lossless", "image/jpeg", lossless=True),
        _encapsulated(JPEG_LS_LOSSLESS, "jpeg-ls", "image/jls", lossless=True),
        _encapsulated(JPEG_LS_NEAR, "jpeg-ls", "image/jls", lossless=False),
        _encapsulated(JPEG_2000_LOSSLESS, "jpeg-2000", "image/jp2", lossless=True),
        _encapsulated(JPEG_2000, "jpeg-2000", "image/jp2", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.92", "", "image/jpx", lossless=True),
        _encapsulated("1.2.840.10008.1.2.4.93", "", "image/jpx", lossless=False),
        _encapsulated(HTJ2K_LOSSLESS, "htj2k", "image/jphc", lossless=True),
        _encapsulated(HTJ2K_LOSSLESS_RPCL, "htj2k", "image/jphc", lossless=True),
        _encapsulated(HTJ2K, "htj2k", "image/jphc", lossless=False),
        _encapsulated(RLE, "rle", "image/dicom-rle", lossless=True),
        _encapsulated("1.2.840.10008.1.2.4.100", "", "video/mpeg2", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.101", "", "video/mpeg2", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.102", "", "video/mp4", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.103", "", "video/mp4", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.104", "", "video/mp4", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.105", "", "video/mp4", lossless=False),
        _encapsulated("1.2.840.10008.1.2.4.106", "", "video/mp4", lossless=False),
    )
}


def lookup(uid: str) -> TransferSyntax:
    """Return what is known of `uid`; an unknown one is Explicit VR Little Endian with encapsulated pixels.

    PS3.5 §A.4: every encapsulated syntax is encoded so, private ones included.
    """
    known = KNOWN.get(uid)
    return known or TransferSyntax(uid=uid, encapsulated=True, lossless=False)
