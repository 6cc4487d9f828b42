"""The data dictionary (PS3.6) in the shape that reading and searching need: tags as integers."""

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

LONG_VRS = frozenset(
    {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
)
"""Value Representations with a 32-bit length in explicit encodings (PS3.5 §7.1.2)."""

SHORT_VRS = frozenset(
    {
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT"),
        *(b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    }
)

BINARY_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
"""Those that JSON carries as base64 or by reference (PS3.18 §F.2.2)."""

VR_OF: dict[int, str] = {tag: entry[0] for tag, entry in DicomDictionary.items()}
"""Tag to VR; ambiguous ones read `US or SS`, `OB or OW`, `US or OW`, `US or SS or OW`."""

TAG_OF: dict[str, int] = {entry[4]: tag for tag, entry in DicomDictionary.items() if entry[4]}
"""Keyword to tag."""

_REPEATERS = tuple((mask, entry[0]) for mask, entry in RepeatersDictionary.items())


def vr_of(tag: int) -> str:
    """Return a tag's VR as the dictionary has it; `UN` for private and unknown tags."""
    known = VR_OF.get(tag)
    if known is not None:
        return known
    if tag & 0xFFFF == 0:
        return "UL"
    if tag & 0x0001_0000:
        return "LO" if 0x10 <= tag & 0xFFFF <= 0xFF else "UN"
    text = f"{tag:08X}"
    for mask, vr in _REPEATERS:
        if all(
            wanted in ("x", got) for wanted, got in zip(mask.upper().replace("X", "x"), text, strict=True)
        ):
            return vr
    return "UN"


def parse_tag(text: str) -> int | None:
    """Read a tag as the web writes it, `00100010` or `PatientName`; None when it is neither."""
    if len(text) == 8:
        try:
            return int(text, 16)
        except ValueError:
            pass
    return TAG_OF.get(text)
