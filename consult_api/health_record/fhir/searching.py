"""A search request, read from its query string (FHIR R4 §3.1.1) into what is asked of the index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from consult_api.health_record.fhir.indexing import normal
from consult_api.health_record.fhir.instants import Span, span
from consult_api.health_record.fhir.outcomes import FhirProblem, bad_request
from consult_api.health_record.fhir.parameters import Parameter, ParameterKind, parameters_of
from consult_api.health_record.fhir.references import ID, known_type, local_target

DEFAULT_COUNT = 50
MAX_COUNT = 500
MAX_OFFSET = 1_000_000
MAX_VALUES = 200
Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]
_PREFIXES = frozenset(["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
_UNSEARCHABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff]")
# Asked for by clients, without a meaning for which resources are found.
_TOLERATED = frozenset(["_format", "_pretty", "_totalMethod"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One of the alternatives of a criterion; which fields count depends on the parameter's kind.

    `system` is None where any will do and empty where there must be none; so is `value` for tokens.
    """

    system: str | None = None
    value: str | None = None
    prefix: Prefix = "eq"
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One parameter with its alternatives. All criteria of a search must hold."""

    parameter: str
    kind: ParameterKind
    modifier: str = ""
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """`_include` or `_revinclude`: the referring type, its parameter (`*` for all), and the wanted target type."""

    source: str
    parameter: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """A parameter to sort by."""

    parameter: str
    kind: ParameterKind | Literal["id", "updated"]
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """All that a search asks."""

    resource_type: str
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[SortKey, ...] = ()
    includes: tuple[Include, ...] = ()
    reverse_includes: tuple[Include, ...] = ()
    elements: tuple[str, ...] = ()
    count: int = DEFAULT_COUNT
    offset: int = 0
    only_total: bool = False
    applied: tuple[tuple[str, str], ...] = field(default=())


def read_search(
    resource_type: str, query: Sequence[tuple[str, str]], *, base_url: str = "", lenient: bool = False
) -> Search:
    """Read a search.

    Args:
        resource_type: what is searched.
        query: the decoded pairs in the order they came; a name may come more than once.
        base_url: the record's own address, so that absolute references to itself are understood.
        lenient: leave out unknown parameters (`Prefer: handling=lenient`) instead of refusing.

    Raises:
        FhirProblem: `fhir/unknown-parameter`, `fhir/bad-parameter`.
    """
    known = parameters_of(known_type(resource_type))
    criteria: list[Criterion] = []
    control: dict[str, list[str]] = {}
    applied: list[tuple[str, str]] = []
    for name, text in query:
        bare = name.partition(":")[0]
        if _UNSEARCHABLE.search(text):
            raise _bad("value", "A value holds what no FHIR string may.")
        if bare in _CONTROLS:
            control.setdefault(bare, []).append(text)
        elif bare in known or bare in ("_id", "_lastUpdated"):
            criteria.append(_criterion(name, text, known, base_url))
        elif bare in _TOLERATED or lenient:
            continue
        else:
            raise _unknown(bare, resource_type)
        if bare not in ("_offset", "_count"):
            applied.append((name, text))
    count = _number(control, "_count", DEFAULT_COUNT)
    summary = _last(control, "_summary", "false")
    if summary not in ("false", "count"):
        raise _bad("_summary", "Only _summary=count and false are offered.")
    return Search(
        resource_type=resource_type,
        criteria=tuple(criteria),
        sort=_sort(_last(control, "_sort", ""), known),
        includes=tuple(_include(text) for text in control.get("_include", [])),
        reverse_includes=tuple(_include(text) for text in control.get("_revinclude", [])),
        elements=tuple(name for name in _last(control, "_elements", "").split(",") if name),
        count=min(count, MAX_COUNT),
        offset=min(_number(control, "_offset", 0), MAX_OFFSET),
        only_total=summary == "count" or count == 0,
        applied=tuple(applied),
    )


_CONTROLS = frozenset(
    ["_count", "_offset", "_sort", "_include", "_revinclude", "_elements", "_summary", "_total"]
)


def _criterion(name: str, text: str, known: Mapping[str, Parameter], base_url: str) -> Criterion:
    bare, _, modifier = name.partition(":")
    if "." in modifier:
        raise _bad(bare, "Chained searches aren't offered.")
    texts = split(text, ",")
    if not text or len(texts) > MAX_VALUES:
        raise _bad(bare, f"A parameter has 1 to {MAX_VALUES} values.")
    kind: ParameterKind = "token" if bare == "_id" else "date" if bare == "_lastUpdated" else known[bare].kind
    if modifier == "missing" and bare in known:
        if text not in ("true", "false"):
            raise _bad(bare, ":missing is true or false.")
        return Criterion(parameter=bare, kind=kind, modifier=modifier, wanted=(Wanted(value=text),))
    wanted = tuple(_wanted(bare, kind, modifier, each, base_url) for each in texts)
    return Criterion(parameter=bare, kind=kind, modifier=modifier, wanted=wanted)


def _wanted(name: str, kind: ParameterKind, modifier: str, text: str, base_url: str) -> Wanted:
    match kind:
        case "token":
            _allow(name, modifier, "", "not")
            return _token(text)
        case "reference":
            return _reference(name, modifier, text, base_url)
        case "date":
            _allow(name, modifier, "")
            return _date(name, text)
        case "string":
            _allow(name, modifier, "", "exact", "contains")
            plain = unescape(text)
            return Wanted(value=plain if modifier == "exact" else normal(plain))
        case "uri":
            _allow(name, modifier, "")
            return Wanted(value=unescape(text))


def _token(text: str) -> Wanted:
    parts = split(text, "|")
    if len(parts) == 1:
        return Wanted(value=unescape(text))
    code = "|".join(parts[1:])
    return Wanted(system=unescape(parts[0]), value=unescape(code) or None)


def _reference(name: str, modifier: str, text: str, base_url: str) -> Wanted:
    literal = unescape(text)
    target = local_target(literal, base_url)
    if target is not None:
        if modifier not in ("", target.resource_type):
            raise _bad(name, "The modifier names another type than the value.")
        return Wanted(system=target.resource_type, value=target.resource_id)
    if ID.fullmatch(literal):
        return Wanted(system=known_type(modifier) if modifier else None, value=literal)
    _allow(name, modifier, "")
    return Wanted(system="", value=literal)


def _date(name: str, text: str) -> Wanted:
    prefix = text[:2] if text[:2] in _PREFIXES else ""
    covered = span(text[len(prefix) :])
    if covered is None:
        raise _bad(name, "This isn't a FHIR date with an optional prefix eq, ne, gt, lt, ge, le, sa or eb.")
    return Wanted(prefix=cast("Prefix", prefix or "eq"), span=covered)


def _sort(text: str, known: Mapping[str, Parameter]) -> tuple[SortKey, ...]:
    keys: list[SortKey] = []
    for item in filter(None, text.split(",")):
        name = item.removeprefix("-")
        descending = item != name
        if name == "_id":
            keys.append(SortKey(parameter=name, kind="id", descending=descending))
        elif name == "_lastUpdated":
            keys.append(SortKey(parameter=name, kind="updated", descending=descending))
        elif name in known:
            keys.append(SortKey(parameter=name, kind=known[name].kind, descending=descending))
        else:
            raise _bad("_sort", "Sorting by this parameter isn't offered.")
    return tuple(keys)


def _include(text: str) -> Include:
    parts = text.split(":")
    if len(parts) not in (2, 3):
        raise _bad("_include", "An include looks like Task:focus or Task:focus:ServiceRequest.")
    source = known_type(parts[0])
    parameter = parameters_of(source).get(parts[1])
    if parts[1] != "*" and (parameter is None or parameter.kind != "reference"):
        raise _bad("_include", "The type has no such reference parameter.")
    return Include(source=source, parameter=parts[1], target=known_type(parts[2]) if len(parts) == 3 else "")


def _number(control: Mapping[str, list[str]], name: str, default: int) -> int:
    text = _last(control, name, str(default))
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise _bad(name, "This must be a whole number.")
    return int(text)


def _last(control: Mapping[str, list[str]], name: str, default: str) -> str:
    return control.get(name, [default])[-1]


def _allow(name: str, modifier: str, *allowed: str) -> None:
    if modifier not in allowed:
        raise _bad(name, "This modifier isn't offered for this parameter.")


def split(text: str, separator: str) -> list[str]:
    r"""Split where the separator isn't escaped by a backslash (FHIR R4 §3.1.1.4.4)."""
    parts = [""]
    escaped = False
    for character in text:
        if character == separator and not escaped:
            parts.append("")
        else:
            parts[-1] += character
        escaped = character == "\\" and not escaped
    return parts


def unescape(text: str) -> str:
    r"""Take the backslash from ``\,`` ``\|`` ``\$`` and ``\\``."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def _unknown(name: str, resource_type: str) -> FhirProblem:
    shown = name if re.fullmatch(r"[A-Za-z_-]{1,40}", name) else "(unreadable)"
    return bad_request(
        "fhir/unknown-parameter", f"{resource_type} can't be searched by {shown}.", issue="not-supported"
    )


def _bad(name: str, detail: str) -> FhirProblem:
    return bad_request("fhir/bad-parameter", detail, issue="value", expression=f"http.{name}")
