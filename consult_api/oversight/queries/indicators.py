"""The indicators over months and places, and the cases behind one figure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.directory.queries import department_summaries, institution_names
from consult_api.oversight.queries.facts import Scope, cases
from consult_api.oversight.rules.facts import Case, CaseKind
from consult_api.oversight.rules.indicators import (
    BY_KEY,
    INDICATORS,
    Counts,
    Exclusion,
    Figure,
    Indicator,
    Measure,
    Takes,
    figure,
)
from consult_api.oversight.rules.months import Month, month_of, months_until
from consult_api.oversight.schemas import (
    IndicatorCase,
    IndicatorCases,
    IndicatorFigure,
    IndicatorPage,
    IndicatorRow,
    PlaceFigure,
)
from consult_api.patients.queries import patient_summaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which figures: the months up to `last`, of an institution or a department or the county."""

    last: Month
    months: int
    institution_id: str | None
    department_id: str | None
    zone: tzinfo

    def scope(self) -> Scope:
        """All the months together."""
        first = months_until(self.last, self.months)[0]
        return Scope(
            since=first.begins(self.zone),
            until=self.last.later(1).begins(self.zone),
            institution_id=self.institution_id,
            department_id=self.department_id,
        )


async def page(connection: AsyncConnection, actor: Actor, asked: Asked, now: datetime) -> IndicatorPage:
    """Every indicator by month, and for the last month by place: departments of an institution, else institutions."""
    by_kind = {kind: await cases(connection, actor, kind, asked.scope()) for kind in CaseKind}
    by_department = asked.institution_id is not None
    names = await _place_names(connection, by_kind, by_department=by_department)
    rows = [
        _row(indicator, by_kind[indicator.of], asked, now, names, by_department=by_department)
        for indicator in INDICATORS
        if actor.sees_whole_county or not indicator.is_countys
    ]
    return IndicatorPage(
        months=[str(month) for month in months_until(asked.last, asked.months)],
        places_are="department" if by_department else "institution",
        rows=rows,
    )


async def place_name(connection: AsyncConnection, asked: Asked) -> str | None:
    """What the figures are of; None for the whole county."""
    if asked.department_id:
        found = await department_summaries(connection, [asked.department_id])
        return next((f"{one.institution_name} {one.name}" for one in found.values()), None)
    names = await institution_names(connection, [asked.institution_id] if asked.institution_id else [])
    return names.get(asked.institution_id) if asked.institution_id else None


async def _place_names(
    connection: AsyncConnection, by_kind: Mapping[CaseKind, Sequence[Case]], *, by_department: bool
) -> dict[str, str]:
    everything = [case for some in by_kind.values() for case in some]
    if by_department:
        ids = {case.department_id for case in everything if case.department_id}
        return {key: place.name for key, place in (await department_summaries(connection, ids)).items()}
    return await institution_names(
        connection, {case.asking_institution_id for case in everything if case.asking_institution_id}
    )


def _row(
    indicator: Indicator,
    some: Sequence[Case],
    asked: Asked,
    now: datetime,
    names: Mapping[str, str],
    *,
    by_department: bool,
) -> IndicatorRow:
    by_month: dict[Month, list[Measure]] = defaultdict(list)
    by_place: dict[str, list[Measure]] = defaultdict(list)
    for case in some:
        if (measure := indicator.measure(case, now)) is None:
            continue
        month = month_of(case.at, asked.zone)
        by_month[month].append(measure)
        place = case.department_id if by_department else case.asking_institution_id
        if month == asked.last and place is not None:
            by_place[place].append(measure)
    places = [
        PlaceFigure(id=key, name=names[key], figure=_shown(indicator, measures))
        for key, measures in by_place.items()
        if key in names
    ]
    return IndicatorRow(
        key=indicator.key,
        form=indicator.form,
        of=indicator.of,
        target=indicator.target,
        percentile=indicator.percentile,
        by_month=[_shown(indicator, by_month[month]) for month in months_until(asked.last, asked.months)],
        by_place=sorted(places, key=lambda place: (-place.figure.denominator, place.name)),
    )


def _shown(indicator: Indicator, measures: Sequence[Measure]) -> IndicatorFigure:
    found: Figure = figure(indicator.form, measures, indicator.percentile)
    return IndicatorFigure(
        numerator=found.numerator,
        denominator=found.denominator,
        value=found.value,
        high=found.high,
        excluded=dict(found.excluded),
    )


async def behind(
    connection: AsyncConnection, actor: Actor, key: str, asked: Asked, now: datetime
) -> IndicatorCases:
    """The cases that a figure was counted from. Patients whom the actor may not see stay without a name and a link."""
    indicator = BY_KEY[key]
    measured = [
        (case, measure)
        for case in await cases(connection, actor, indicator.of, asked.scope())
        if (measure := indicator.measure(case, now)) is not None
    ]
    ids = {case.patient_id for case, _ in measured if case.patient_id}
    patients = await patient_summaries(connection, actor, ids, now)
    listed: list[IndicatorCase] = []
    for case, measure in measured:
        patient = patients.get(case.patient_id) if case.patient_id else None
        is_hidden = case.patient_id is not None and patient is None
        listed.append(
            IndicatorCase(
                kind=case.kind,
                id=None if is_hidden else case.id,
                at=case.at,
                patient=patient,
                weight=measure.weight if isinstance(measure, Counts) else None,
                minutes=measure.minutes if isinstance(measure, Takes) else None,
                excluded=measure if isinstance(measure, Exclusion) else None,
            )
        )
    return IndicatorCases(figure=_shown(indicator, [measure for _, measure in measured]), cases=listed)
