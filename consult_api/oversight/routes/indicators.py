"""The indicators for those who answer for an institution or for the county: page, cases, table, printed month."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from consult_api import errors
from consult_api.access import Action
from consult_api.oversight.queries import indicators as queries
from consult_api.oversight.queries.indicators import Asked
from consult_api.oversight.rules.indicators import BY_KEY, Figure
from consult_api.oversight.rules.monthly import MonthsFigures, months_report
from consult_api.oversight.rules.months import month_of, months_until, parse_month
from consult_api.oversight.rules.tabular import csv_bytes
from consult_api.oversight.schemas import IndicatorCases, IndicatorFigure, IndicatorPage
from consult_api.printing.fonts import installed
from consult_api.printing.monthly import monthly_report
from consult_api.printing.rendering import render
from consult_api.printing.words import Language
from consult_api.request import Call, Permitted
from wire.problems import Kind, Problem

router = APIRouter(tags=["oversight"], prefix="/indicators")

Reading = Annotated[Call, Depends(Permitted(Action.READ_INDICATORS), scope="function")]
_HEAD = ("indicator", "month", "place", "numerator", "denominator", "value", "high", "left out")


_COUNTY: Mapping[Language, str] = {"zh": "全县", "en": "The whole county"}


class _Asking:
    """What is asked for; a director gets their own institution, whatever they ask."""

    def __init__(
        self,
        month: Annotated[str | None, Query(max_length=7, description="the last month, `2026-03`")] = None,
        months: Annotated[int, Query(ge=1, le=24)] = 6,
        institution_id: Annotated[str | None, Query(max_length=36)] = None,
        department_id: Annotated[str | None, Query(max_length=36)] = None,
    ) -> None:
        self.month, self.months = month, months
        self.institution_id, self.department_id = institution_id or None, department_id or None

    def by(self, call: Call) -> Asked:
        """Settle it for whoever asks.

        Raises:
            Problem: `request/invalid` for what is no month.
        """
        zone = call.surroundings.settings.county_time
        last = parse_month(self.month) if self.month else month_of(call.now, zone)
        if last is None:
            raise Problem(
                "request/invalid", Kind.UNPROCESSABLE, "This is no month.", parameters={"fields": "month"}
            )
        own = None if call.actor.sees_whole_county else call.actor.institution_id
        return Asked(
            last=last,
            months=self.months,
            institution_id=own or self.institution_id,
            department_id=self.department_id,
            zone=zone,
        )


@router.get("")
async def read_indicators(call: Reading, asking: Annotated[_Asking, Depends()]) -> IndicatorPage:
    """Compute all indicators by month, and for the last month by place."""
    found = await queries.page(call.connection, call.actor, asking.by(call), call.now)
    await call.audit("R", "indicators.read", ("indicators", found.months[-1]))
    return found


@router.get(".csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_indicators(call: Reading, asking: Annotated[_Asking, Depends()]) -> Response:
    """The same figures as a table: a row for each month, and for each place of the last month."""
    found = await queries.page(call.connection, call.actor, asking.by(call), call.now)
    await call.audit("R", "indicators.export", ("indicators", found.months[-1]))
    rows: list[tuple[object, ...]] = []
    for row in found.rows:
        rows += [
            (row.key, month, None, *_cells(figure))
            for month, figure in zip(found.months, row.by_month, strict=True)
        ]
        rows += [(row.key, found.months[-1], place.name, *_cells(place.figure)) for place in row.by_place]
    headers = {"Content-Disposition": 'attachment; filename="indicators.csv"', "Cache-Control": "no-store"}
    return Response(csv_bytes(_HEAD, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _cells(figure: IndicatorFigure) -> tuple[object, ...]:
    left_out = " ".join(f"{why.value}={count}" for why, count in sorted(figure.excluded.items()))
    return figure.numerator, figure.denominator, figure.value, figure.high, left_out


@router.get(".pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def print_indicators(
    call: Reading, asking: Annotated[_Asking, Depends()], language: Literal["zh", "en"] = "zh"
) -> Response:
    """The month as a printed report, with the months before it in its charts."""
    asked = replace(asking.by(call), months=max(asking.months, 2))
    found = await queries.page(call.connection, call.actor, asked, call.now)
    place = await queries.place_name(call.connection, asked)
    await call.audit("R", "indicators.print", ("indicators", found.months[-1]))
    report = months_report(
        [
            MonthsFigures(
                key=row.key,
                by_month=[_figure(each) for each in row.by_month],
                by_place=[(each.name, _figure(each.figure)) for each in row.by_place],
            )
            for row in found.rows
        ],
        months_until(asked.last, asked.months),
        institution=place or _COUNTY[language],
        language=language,
        prepared=call.now.astimezone(asked.zone).strftime("%Y-%m-%d %H:%M"),
    )
    printed = await asyncio.to_thread(render, monthly_report(report), installed())
    headers = {
        "Content-Disposition": f'inline; filename="{found.months[-1]}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(printed.pdf, media_type="application/pdf", headers=headers)


def _figure(shown: IndicatorFigure) -> Figure:
    return Figure(**{name: getattr(shown, name) for name in Figure.__dataclass_fields__})


@router.get("/{key}/cases")
async def list_indicator_cases(
    key: str, call: Reading, asking: Annotated[_Asking, Depends()]
) -> IndicatorCases:
    """List every case behind one figure; whom one may not see is counted, and stays without a name."""
    if key not in BY_KEY:
        raise errors.not_found("indicator")
    found = await queries.behind(call.connection, call.actor, key, asking.by(call), call.now)
    await call.audit("R", "indicators.cases", ("indicators", key), detail=f"{len(found.cases)} cases")
    return found
