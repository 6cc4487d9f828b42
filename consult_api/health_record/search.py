"""Searches as SQL: criteria over the index, sorting, includes, and everything about a patient."""

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import NamedFromClause

from consult_api.health_record.fhir.instants import Span, instant_of
from consult_api.health_record.fhir.parameters import parameters_of
from consult_api.health_record.fhir.references import Identity
from consult_api.health_record.fhir.searching import Criterion, Include, Prefix, Search, SortKey, Wanted
from consult_api.health_record.queries import read_many
from consult_api.health_record.rules import DIRECTORY_TYPES, PATIENT_INDEX, Stored
from consult_api.health_record.tables import INDEX, RESOURCES

MAX_INCLUDED = 1_000


async def find(
    connection: AsyncConnection, search: Search, may_see: ColumnElement[bool]
) -> tuple[int, list[Stored], list[Stored]]:
    """Run a search; return the total, the page of matches, and what the page includes."""
    where = [RESOURCES.c.resource_type == search.resource_type, may_see]
    where += [_holds(criterion) for criterion in search.criteria]
    total = await connection.scalar(select(func.count()).select_from(RESOURCES).where(*where))
    if search.only_total:
        return total or 0, [], []
    page = _sorted(select(RESOURCES.c.resource_type, RESOURCES.c.resource_id).where(*where), search.sort)
    targets = await _identities(connection, page.limit(search.count).offset(search.offset))
    matches = await _in_order(connection, targets, may_see)
    included = await _included(connection, search, targets)
    return total or 0, matches, await _in_order(connection, included, may_see)


async def everything(
    connection: AsyncConnection,
    patient_id: str,
    may_see: ColumnElement[bool],
    *,
    types: Sequence[str],
    count: int,
    offset: int,
) -> tuple[int, list[Stored]]:
    """Return the patient, all that speaks of the patient, and the directory entries these refer to.

    Args:
        connection: within a transaction.
        patient_id: the Patient's id.
        may_see: the filter of `queries.visible`.
        types: only these types, or all when empty.
        count: the page's length.
        offset: the page's beginning.
    """
    spoken = select(INDEX.c.resource_type, INDEX.c.resource_id).where(
        INDEX.c.parameter == PATIENT_INDEX, INDEX.c.value == patient_id
    )
    about = tuple_(RESOURCES.c.resource_type, RESOURCES.c.resource_id).in_(spoken)
    referred = exists().where(
        tuple_(INDEX.c.resource_type, INDEX.c.resource_id).in_(spoken),
        INDEX.c.system == RESOURCES.c.resource_type,
        INDEX.c.value == RESOURCES.c.resource_id,
    )
    where = [or_(about, and_(RESOURCES.c.resource_type.in_(DIRECTORY_TYPES), referred)), may_see]
    if types:
        where.append(RESOURCES.c.resource_type.in_(types))
    total = await connection.scalar(select(func.count()).select_from(RESOURCES).where(*where))
    page = (
        select(RESOURCES.c.resource_type, RESOURCES.c.resource_id)
        .where(*where)
        .order_by(RESOURCES.c.resource_type != "Patient", RESOURCES.c.resource_type, RESOURCES.c.resource_id)
        .limit(count)
        .offset(offset)
    )
    targets = await _identities(connection, page)
    return total or 0, await _in_order(connection, targets, may_see)


def _holds(criterion: Criterion) -> ColumnElement[bool]:
    if criterion.parameter == "_id":
        mine = RESOURCES.c.resource_id.in_([wanted.value for wanted in criterion.wanted])
        return not_(mine) if criterion.modifier == "not" else mine
    if criterion.parameter == "_lastUpdated":
        return or_(*(_updated(wanted) for wanted in criterion.wanted))
    row = INDEX.alias()
    indexed = and_(
        row.c.resource_type == RESOURCES.c.resource_type,
        row.c.resource_id == RESOURCES.c.resource_id,
        row.c.parameter == criterion.parameter,
    )
    if criterion.modifier == "missing":
        there = exists().where(indexed)
        return not_(there) if criterion.wanted[0].value == "true" else there
    alternatives = or_(*(_matches(row, criterion, wanted) for wanted in criterion.wanted))
    found = exists().where(indexed, alternatives)
    return not_(found) if criterion.modifier == "not" else found


def _matches(row: NamedFromClause[Any], criterion: Criterion, wanted: Wanted) -> ColumnElement[bool]:
    match criterion.kind:
        case "token" | "reference":
            parts: list[ColumnElement[bool]] = []
            if wanted.system is not None:
                parts.append(row.c.system == wanted.system)
            if wanted.value is not None:
                parts.append(row.c.value == wanted.value)
            return and_(*parts)
        case "string":
            if criterion.modifier == "exact":
                return row.c.system == wanted.value  # the text as it was written is kept there
            if criterion.modifier == "contains":
                return row.c.value.contains(wanted.value or "", autoescape=True)
            return row.c.value.startswith(wanted.value or "", autoescape=True)
        case "uri":
            return row.c.value == wanted.value
        case "date":
            return false() if wanted.span is None else _compared(row, wanted.prefix, wanted.span)
        case _:
            assert_never(criterion.kind)


def _compared(row: NamedFromClause[Any], prefix: Prefix, asked: Span) -> ColumnElement[bool]:
    """Compare two spans as FHIR R4 §3.1.1.4.7 has it: the row's against the one asked for."""
    within = and_(row.c.low_us >= asked.low_us, row.c.high_us <= asked.high_us)
    match prefix:
        case "eq":
            return within
        case "ne":
            return not_(within)
        case "gt":
            return row.c.high_us > asked.high_us
        case "lt":
            return row.c.low_us < asked.low_us
        case "ge":
            return or_(within, row.c.high_us > asked.high_us)
        case "le":
            return or_(within, row.c.low_us < asked.low_us)
        case "sa":
            return row.c.low_us >= asked.high_us
        case "eb":
            return row.c.high_us <= asked.low_us
        case _:
            assert_never(prefix)


def _updated(wanted: Wanted) -> ColumnElement[bool]:
    if wanted.span is None:
        return false()
    at = RESOURCES.c.updated_at
    low, high = instant_of(wanted.span.low_us), instant_of(wanted.span.high_us)
    match wanted.prefix:
        case "eq":
            return and_(at >= low, at < high)
        case "ne":
            return or_(at < low, at >= high)
        case "gt" | "sa":
            return at >= high
        case "lt" | "eb":
            return at < low
        case "ge":
            return at >= low
        case "le":
            return at < high
        case _:
            assert_never(wanted.prefix)


def _sorted(page: Select[Any, Any], keys: Sequence[SortKey]) -> Select[Any, Any]:
    """Sort as asked, then by last change and id, so that pages don't overlap."""
    for key in keys:
        by = _sort_value(key)
        page = page.order_by(by.desc().nulls_last() if key.descending else by.asc().nulls_last())
    return page.order_by(RESOURCES.c.updated_at, RESOURCES.c.resource_id)


def _sort_value(key: SortKey) -> ColumnElement[Any]:
    if key.kind == "id":
        return RESOURCES.c.resource_id
    if key.kind == "updated":
        return RESOURCES.c.updated_at
    row = INDEX.alias()
    edge = func.max if key.descending else func.min
    by_date = row.c.high_us if key.descending else row.c.low_us
    return (
        select(edge(by_date if key.kind == "date" else row.c.value))
        .where(
            row.c.resource_type == RESOURCES.c.resource_type,
            row.c.resource_id == RESOURCES.c.resource_id,
            row.c.parameter == key.parameter,
        )
        .scalar_subquery()
    )


async def _included(connection: AsyncConnection, search: Search, page: Sequence[Identity]) -> list[Identity]:
    """Follow the includes from the matches of this page, each resource once."""
    found: dict[Identity, None] = {}
    for include in search.includes:
        if include.source == search.resource_type:
            for target in await _followed(connection, include, page):
                found[target] = None
    for include in search.reverse_includes:
        for target in await _referring(connection, include, page):
            found[target] = None
    matched = set(page)
    return [target for target in found if target not in matched][:MAX_INCLUDED]


async def _followed(
    connection: AsyncConnection, include: Include, page: Sequence[Identity]
) -> list[Identity]:
    query = select(INDEX.c.system, INDEX.c.value).where(
        INDEX.c.resource_type == include.source,
        INDEX.c.resource_id.in_([target.resource_id for target in page]),
        INDEX.c.parameter.in_(_reference_names(include)),
        INDEX.c.system == include.target if include.target else INDEX.c.system != "",
    )
    return await _identities(connection, query.order_by(INDEX.c.position))


async def _referring(
    connection: AsyncConnection, include: Include, page: Sequence[Identity]
) -> list[Identity]:
    keys = [(target.resource_type, target.resource_id) for target in page]
    query = select(INDEX.c.resource_type, INDEX.c.resource_id).where(
        INDEX.c.resource_type == include.source,
        INDEX.c.parameter.in_(_reference_names(include)),
        tuple_(INDEX.c.system, INDEX.c.value).in_(keys),
    )
    return await _identities(connection, query.order_by(INDEX.c.position))


def _reference_names(include: Include) -> list[str]:
    """Only reference parameters: a token may have the same system and value by chance."""
    if include.parameter != "*":
        return [include.parameter]
    return [each.name for each in parameters_of(include.source).values() if each.kind == "reference"]


async def _identities(connection: AsyncConnection, query: Select[Any, Any]) -> list[Identity]:
    return [Identity(row[0], row[1]) for row in await connection.execute(query)]


async def _in_order(
    connection: AsyncConnection, targets: Sequence[Identity], may_see: ColumnElement[bool]
) -> list[Stored]:
    found = await read_many(connection, targets, may_see)
    return [found[target] for target in targets if target in found]
