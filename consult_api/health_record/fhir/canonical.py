"""JSON as FHIR wants it kept: exact decimals, one canonical spelling.

FHIR R4 §2.24.0 (datatypes, `decimal`) forbids a detour through binary floating point: `1.00` and `1.0` differ in
precision. Numbers with a fraction or exponent are `Decimal` here and are written back with the same digits.
The canonical form follows FHIR R4 `json.html#canonical`: members sorted by name, no white space outside strings.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import NoReturn, assert_never, cast

from consult_api.health_record.fhir.outcomes import FhirProblem, bad_request
from consult_api.health_record.fhir.values import Json, Resource

MAX_DEPTH = 64
MAX_NUMBER_LENGTH = 64
_PLAIN_EXPONENT = -40
_QUOTE = json.JSONEncoder(ensure_ascii=False).encode


def parse(data: bytes | str) -> Json:
    """Read JSON strictly: UTF-8, no NaN, no duplicate members, no control characters, limited depth.

    Raises:
        FhirProblem: `fhir/not-json` with the reason.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = cast(
            "Json",
            json.loads(
                text,
                parse_float=_decimal,
                parse_int=_integer,
                parse_constant=_no_constant,
                object_pairs_hook=_object,
            ),
        )
        _check(value, 0)
    except FhirProblem:
        raise
    except UnicodeDecodeError as error:
        raise _not_json("The body isn't UTF-8.") from error
    except RecursionError as error:
        raise _not_json(f"JSON may be nested {MAX_DEPTH} levels deep.") from error
    except ValueError as error:
        raise _not_json("The body isn't JSON.") from error
    return value


def parse_resource(data: bytes | str) -> Resource:
    """Read a JSON object.

    Raises:
        FhirProblem: `fhir/not-json` when it is anything else.
    """
    value = parse(data)
    if not isinstance(value, Mapping):
        raise _not_json("A resource is a JSON object.")
    return value


def canonical(value: Json) -> str:
    """Write the one canonical spelling; `parse` gives back an equal value with equal precision."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def content_sha256(resource: Resource) -> str:
    """Return the hexadecimal SHA-256 of what an author said: the canonical form without `meta`.

    Servers add to `meta` (version, time, source), so two copies of one statement differ only there.
    """
    kept = {name: value for name, value in resource.items() if name != "meta"}
    return sha256(canonical(kept).encode()).hexdigest()


def _write(value: Json, parts: list[str]) -> None:
    match value:
        case None:
            parts.append("null")
        case bool():
            parts.append("true" if value else "false")
        case int():
            parts.append(str(value))
        case Decimal():
            parts.append(decimal_text(value))
        case str():
            parts.append(_QUOTE(value))
        case Mapping():
            parts.append("{")
            for position, name in enumerate(sorted(value)):
                parts.append(f"{',' if position else ''}{_QUOTE(name)}:")
                _write(value[name], parts)
            parts.append("}")
        case Sequence():
            parts.append("[")
            for position, item in enumerate(value):
                if position:
                    parts.append(",")
                _write(item, parts)
            parts.append("]")
        case _:
            assert_never(value)


def decimal_text(number: Decimal) -> str:
    """Write a decimal with all its digits; the exponent stays only where zeros would invent precision."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and _PLAIN_EXPONENT <= exponent <= 0:
        return format(number, "f")
    return str(number)


def _decimal(literal: str) -> Decimal:
    if len(literal) > MAX_NUMBER_LENGTH:
        raise _not_json(f"A number may have {MAX_NUMBER_LENGTH} characters.")
    try:
        return Decimal(literal)
    except InvalidOperation as error:
        raise _not_json("A number's exponent is out of range.") from error


def _integer(literal: str) -> int | Decimal:
    if len(literal) > MAX_NUMBER_LENGTH:
        raise _not_json(f"A number may have {MAX_NUMBER_LENGTH} characters.")
    return Decimal(literal) if literal == "-0" else int(literal)


def _no_constant(literal: str) -> NoReturn:
    raise _not_json(f"{literal} isn't JSON.")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _not_json("An object names a member twice.")
    return members


def _check(value: Json, depth: int) -> None:
    """Refuse what neither FHIR (R4 `string`) nor PostgreSQL can keep: control characters, lone surrogates."""
    if depth > MAX_DEPTH:
        raise _not_json(f"JSON may be nested {MAX_DEPTH} levels deep.")
    if isinstance(value, str):
        if any(character < " " and character not in "\t\n\r" for character in value):
            raise _not_json("A string holds a control character.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _not_json("A string holds half of a surrogate pair.")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            _check(name, depth)
            _check(item, depth + 1)
    elif isinstance(value, Sequence):
        for item in value:
            _check(item, depth + 1)


def _not_json(detail: str) -> FhirProblem:
    return bad_request("fhir/not-json", detail, issue="structure")
