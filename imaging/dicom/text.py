"""Decodes text by Specific Character Set (PS3.5 §6.1, PS3.3 §C.12.1.1.2), and what hospitals really write.

Chinese exports often carry GBK or UTF-8 bytes under a Latin label or under none; those are recognised, read as what
they are, and marked.
"""

import re
import warnings
from dataclasses import dataclass

from pydicom.charset import convert_encodings, decode_bytes, python_encoding

DEFAULT_REPERTOIRE = "iso8859"
_ASCII_ALIKE = frozenset({"iso8859", "latin_1", "ascii", "iso_ir_100", "iso8859_1"})
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_HANZI_PAIRS = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")
"""GB 2312 hanzi: both bytes above 0xA0, unlike what two accented Latin letters in a row would make likely."""
_DELIMITERS = {0x0A, 0x0C, 0x0D, 0x09, 0x5C, 0x5E, 0x3D}


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """How a data set's text is encoded: one Python codec, or several with ISO 2022 escapes."""

    encodings: tuple[str, ...]
    mislabelled: bool = False

    def decode(self, value: bytes) -> str:
        """Decode; what can't be decoded becomes U+FFFD, never an exception."""
        if value.isascii() and b"\x1b" not in value:
            return value.decode("ascii")
        if len(self.encodings) == 1 and b"\x1b" not in value:
            return value.decode(self.encodings[0], "replace")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Python's codec for ISO 2022 IR 58 decodes the characters and leaves the escapes standing.
            return decode_bytes(value, list(self.encodings), _DELIMITERS).replace("\x1b$)A", "")


DEFAULT = CharacterSet((DEFAULT_REPERTOIRE,))


def character_set(terms: bytes) -> CharacterSet:
    """Return what the value of (0008,0005) means; unknown terms fall back to the default repertoire."""
    names = [term.strip() for term in terms.decode("ascii", "replace").strip(" \0").split("\\")]
    if len(names) == 1:
        name = names[0].replace("ISO 2022 IR", "ISO_IR") if names[0] != "ISO 2022 IR 58" else names[0]
        return CharacterSet((python_encoding.get(name, DEFAULT_REPERTOIRE),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return CharacterSet(tuple(convert_encodings(names)))
        except LookupError:
            return DEFAULT


def settle(declared: CharacterSet, samples: list[bytes]) -> CharacterSet:
    """Return `declared`, or what the bytes of `samples` plainly are when the label says Latin or nothing.

    UTF-8 is tried first: a valid multi-byte run is no coincidence. GBK only when every run of high bytes consists of
    whole GB 2312 hanzi, since two accented letters in a row are rare and never the rule.
    """
    if any(encoding not in _ASCII_ALIKE for encoding in declared.encodings):
        return declared
    runs = [run for sample in samples for run in _HIGH_BYTES.findall(sample)]
    if not runs or any(b"\x1b" in sample for sample in samples):
        return declared
    if all(_is_utf8(sample) for sample in samples):
        return CharacterSet(("utf8",), mislabelled=True)
    if all(_HANZI_PAIRS.fullmatch(run) for run in runs):
        return CharacterSet(("gb18030",), mislabelled=True)
    return declared


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
