"""Where a line of Chinese, English or both may end.

No closing mark begins a line and no opening mark ends one (GB/T 15834-2011, 5.1), a dash or an ellipsis of two
signs stays together, and words of letters and digits are cut only where they are longer than the line. Nothing but
the blanks at a line's end is left out.
"""

import re
from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset("，。、；：？！）】〕》〉」』”’％‰℃°～·.,;:?!)]}%\"'")
NEVER_LAST = frozenset("（【〔《〈「『“‘([{￥¥$#№")
_PAIRED = frozenset("—…")
_TAB = "    "
# Latin, Greek and Cyrillic letters, digits and what joins them within a word.
_WORD = re.compile(r"[0-9A-Za-z\u00aa-\u052f_/.,:;'@&+*=~^%°-]+")
# What has no form of its own: joiners, direction marks, variation selectors, the byte order mark.
_FORMLESS = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return the text as it can be printed: every line end as a line feed, tabs as blanks.

    Control characters become U+FFFD; characters that have no form of their own are left out.
    """
    text = _LINE_END.sub("\n", text).replace("\t", _TAB)
    return _FORMLESS.sub("", _CONTROL.sub("\ufffd", text))


def broken(text: str, width_of: Callable[[str], float], limit: float) -> list[str]:
    """Break a text into lines no wider than `limit`, except for a single character that is wider by itself.

    Args:
        text: as `visible` returns it; every line feed begins a line.
        width_of: the width of one character, in the unit of `limit`.
        limit: the width of a line.
    """
    return [line for paragraph in text.split("\n") for line in _filled(paragraph, width_of, limit)]


def _filled(paragraph: str, width_of: Callable[[str], float], limit: float) -> Iterator[str]:
    line, used = "", 0.0
    for piece in _pieces(paragraph):
        width = sum(map(width_of, piece.rstrip()))
        if line and used + width > limit:
            yield line.rstrip()
            line, used = "", 0.0
        if width > limit:
            *full, rest = _cut(piece, width_of, limit)
            yield from full
        else:
            rest = piece
        line += rest
        used += sum(map(width_of, rest))
    yield line.rstrip()


def _cut(piece: str, width_of: Callable[[str], float], limit: float) -> list[str]:
    """Cut what fits into no line wherever it must be; the last part may have room after it."""
    parts, used = [""], 0.0
    for character in piece:
        width = width_of(character)
        if parts[-1] and used + width > limit and not character.isspace():
            parts.append("")
            used = 0.0
        parts[-1] += character
        used += width
    return parts


def _pieces(paragraph: str) -> Iterator[str]:
    """Yield the parts between which a line may end, blanks at the end of the one before."""
    piece = ""
    for token in _tokens(paragraph):
        if piece and _may_part(piece, token):
            yield piece
            piece = ""
        piece += token
    if piece:
        yield piece


def _tokens(paragraph: str) -> Iterator[str]:
    at = 0
    while at < len(paragraph):
        word = _WORD.match(paragraph, at)
        token = word.group() if word else paragraph[at]
        yield token
        at += len(token)


def _may_part(before: str, after: str) -> bool:
    if after.isspace():
        return False
    if before[-1].isspace():
        return after[0] not in NEVER_FIRST
    if before[-1] in _PAIRED and after[0] == before[-1]:
        return False
    return after[0] not in NEVER_FIRST and before[-1] not in NEVER_LAST
