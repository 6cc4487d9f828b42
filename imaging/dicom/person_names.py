"""Person names folded for searching: case, width, accents, and pinyin for Chinese (PS3.5 §6.2.1)."""

import unicodedata
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

MOST_CHARACTERS = 324
"""A name has up to 64 characters in each of five components of three groups; what is longer isn't indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedName:
    """One name, each group folded, components joined by `^`."""

    alphabetic: str
    ideographic: str
    phonetic: str
    pinyin: str


def fold(text: str) -> str:
    """Return text as it is compared: compatibility forms and case folded, accents taken off, spaces single."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())


def fold_name(text: str) -> FoldedName:
    """Fold a name as stored, `Zhang^San=张^三=`. Hanzi in the first group count as ideographic, too."""
    groups = [fold(group.strip(" ^")) for group in text[:MOST_CHARACTERS].split("=")[:3]]
    alphabetic, ideographic, phonetic = (*groups, "", "", "")[:3]
    if not ideographic and any("\u4e00" <= character <= "\u9fff" for character in alphabetic):
        ideographic = alphabetic
    syllables = lazy_pinyin(ideographic.replace("^", ""), style=Style.NORMAL)
    return FoldedName(
        alphabetic=alphabetic,
        ideographic=ideographic,
        phonetic=phonetic,
        pinyin="".join(syllables) if ideographic else "",
    )
