"""QIDO-RS (PS3.18 §10.6): the query's parameters to a search, the rows' prepared JSON to an answer."""

import re
from collections.abc import Sequence

from imaging.dicom.dictionary import parse_tag
from imaging.errors import bad_request, not_acceptable
from imaging.index.fragments import addressed
from imaging.index.matching import KEYS, Level, Search
from imaging.index.queries import search
from imaging.web.accept import first_of
from imaging.web.http import REVALIDATE, VARY, Answer, Request
from runtime.database import Database

MOST_RESULTS = 5000
MOST_VALUE = 4096
_NOT_KEYS = frozenset(
    {
        *("limit", "offset", "fuzzymatching", "includefield", "accept", "charset"),
        *("emptyvaluematching", "multiplevaluematching"),
    }
)


def parse_search(
    request: Request,
    level: Level,
    study_uid: str | None,
    series_uid: str | None,
    granted: Sequence[str] | None,
) -> tuple[Search, list[str]]:
    """Read the query; return the search and the attributes that can't be matched and were left out.

    Raises:
        Problem: `web/bad-request` for unknown names and impossible values.
    """
    matches: list[tuple[str, str]] = []
    ignored: list[str] = []
    fields: set[str] = set()
    for name, value in request.query:
        if len(value) > MOST_VALUE:
            raise bad_request("a value in the query is too long")
        if name == "includefield":
            fields.update(_field(field) for field in value.split(",") if field)
        elif name not in _NOT_KEYS:
            path = _path(name)
            if path in KEYS:
                matches.append((path, value.strip()))
            else:
                ignored.append(name)
    wanted = Search(
        level=level,
        matches=matches,
        fields=frozenset(fields - {"all"}),
        all_fields="all" in fields,
        fuzzy=request.parameter("fuzzymatching") == "true",
        limit=min(_count(request.parameter("limit"), MOST_RESULTS), MOST_RESULTS),
        offset=_count(request.parameter("offset"), 0),
        study_uid=study_uid,
        series_uid=series_uid,
        granted=granted,
    )
    return wanted, ignored


def _path(name: str) -> str:
    tags = [parse_tag(part) for part in name.split(".")]
    if None in tags:
        raise bad_request("an attribute to match has an unknown name")
    return ".".join(f"{tag:08X}" for tag in tags)


def _field(name: str) -> str:
    if name == "all":
        return name
    tag = parse_tag(name.split(".", maxsplit=1)[0])
    if tag is None:
        raise bad_request("an attribute to include has an unknown name")
    return f"{tag:08X}"


def _count(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text):
        raise bad_request("limit and offset are whole numbers")
    return int(text)


async def answer_search(
    request: Request,
    database: Database,
    level: Level,
    *,
    study_uid: str | None = None,
    series_uid: str | None = None,
    granted: Sequence[str] | None = None,
) -> Answer:
    """Answer one search; none found is 204 (PS3.18 §8.3.4.4, Table 10.6.3-1).

    Raises:
        Problem: see `parse_search`; `web/not-acceptable`.
    """
    media_type = first_of(request, "application/dicom+json", "application/json")
    if media_type is None:
        raise not_acceptable("application/dicom+json")
    wanted, ignored = parse_search(request, level, study_uid, series_uid, granted)
    async with database.read() as connection:
        found = await search(connection, wanted)
    headers: list[tuple[bytes, bytes]] = [REVALIDATE, VARY]
    if ignored:
        text = "The following attributes are not matched here: " + ", ".join(ignored)
        headers.append((b"warning", f'299 lianzhen "{text[:500]}"'.encode("ascii", "replace")))
    if len(found) == MOST_RESULTS:
        headers.append((b"warning", b'299 lianzhen "There are additional results that can be requested"'))
    if not found:
        return Answer(status=204, headers=headers)
    return Answer(
        media_type=media_type, headers=headers, body=addressed(b"[" + b",".join(found) + b"]", request.base)
    )
