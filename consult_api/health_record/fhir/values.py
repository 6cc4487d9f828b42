"""The types of parsed JSON. Numbers with a fraction or exponent are `Decimal`, never `float`."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

Scalar = None | bool | int | Decimal | str
Json = Scalar | Sequence["Json"] | Mapping[str, "Json"]
Resource = Mapping[str, Json]
"""One resource, as parsed; it's never changed in place."""


def text_at(value: Json, *names: str) -> str:
    """Return the string at a path of member names, or an empty one."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def objects(value: Json) -> Iterator[Resource]:
    """Yield the objects of a list, or the single object, or nothing."""
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from objects(item)


def at_path(value: Json, path: str) -> Iterator[Json]:
    """Yield what stands at a dotted path; lists on the way are entered."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from at_path(item, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        name, _, rest = path.partition(".")
        if name in value:
            yield from at_path(value[name], rest)


def members(value: Json, path: str) -> Iterator[tuple[str, str, Json]]:
    """Yield every member below a value as (FHIRPath of its owner, name, value), depth first."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield path, name, item
            yield from members(item, f"{path}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for position, item in enumerate(value):
            yield from members(item, f"{path}[{position}]")
