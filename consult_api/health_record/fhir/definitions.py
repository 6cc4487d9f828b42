"""R4's own definitions as the validator needs them, read from the table that `scripts/r4_definitions.py` wrote."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

_TABLE = Path(__file__).with_name("r4_definitions.json")
_OPEN = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One type that an element may have.

    Attributes:
        name: `code`, `Reference`, `Task.restriction`, ….
        targets: the resource types that a Reference may point at; empty for any.
        codes: the required code list; empty where there is none, or where it can't be listed.
    """

    name: str
    targets: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One member that an object may have.

    Attributes:
        needed: it must be there.
        repeats: it is a list in JSON; otherwise there is one at most. R4 knows no other bounds.
        kind: its type.
        choice: `value[x]` for `valueString`, else empty.
    """

    needed: bool
    repeats: bool
    kind: Kind
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """The members of a type by their JSON names, and the choices of which one must be there."""

    elements: Mapping[str, Element]
    needed_choices: tuple[str, ...]


class _Table(TypedDict):
    bases: dict[str, str]
    codes: dict[str, str]
    open: list[str]
    primitives: dict[str, str]
    types: dict[str, dict[str, str]]


@cache
def _table() -> _Table:
    return cast("_Table", json.loads(_TABLE.read_text(encoding="utf-8")))


@cache
def pattern(primitive: str) -> re.Pattern[str] | None:
    """Return a primitive type's pattern; None for what isn't a primitive.

    R4's patterns know only the white space of ASCII; the ideographic space of a Chinese text is a character.
    """
    text = _table()["primitives"].get(primitive)
    return None if text is None else re.compile(text or r"(?s:.*)", re.ASCII)


@cache
def structure(name: str) -> Structure | None:
    """Return a type's members, with those that it inherits; None for an unknown type."""
    table = _table()
    if name not in table["types"]:
        return None
    base = table["bases"].get(name, "BackboneElement" if "." in name else "")
    inherited = structure(base) if base else None
    elements: dict[str, Element] = dict(inherited.elements) if inherited else {}
    needed: list[str] = list(inherited.needed_choices) if inherited else []
    for member, text in table["types"][name].items():
        least, most, *kinds = text.split(" ")
        is_choice = member.endswith("[x]")
        if is_choice and least != "0":
            needed.append(member)
        for kind_text in table["open"] if kinds == [_OPEN] else kinds:
            kind = _kind(kind_text)
            json_name = f"{member[:-3]}{kind.name[0].upper()}{kind.name[1:]}" if is_choice else member
            elements[json_name] = Element(
                needed=not is_choice and least != "0",
                repeats=most == "*",
                kind=kind,
                choice=member if is_choice else "",
            )
    return Structure(elements=elements, needed_choices=tuple(needed))


def _kind(text: str) -> Kind:
    name, _, targets = text.partition(":")
    name, _, codes = name.partition("@")
    return Kind(
        name=name,
        targets=frozenset(targets.split("|")) if targets else frozenset(),
        codes=frozenset(_table()["codes"][codes].split(" ")) if codes else frozenset(),
    )
