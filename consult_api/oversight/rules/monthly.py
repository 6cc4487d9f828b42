"""A month's indicators as a printed report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult_api.oversight.rules.indicators import BY_KEY, Figure, Form
from consult_api.oversight.rules.months import Month
from consult_api.oversight.rules.words import NAMES, left_out, written
from consult_api.printing.charts import Bars, Lines, Series
from consult_api.printing.monthly import FigureTable, MonthlyReport
from consult_api.printing.words import Language

_DRAWN_OVER_MONTHS = ("response_on_time", "adoption", "loop_closed")
_PLACES_DRAWN = 10
_TEXTS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "远程医疗月报",
        "head": "指标 分子 分母 本月 上月 未计入",
        "figures": "主要指标",
        "shares": "主要比率走势",
        "places": "各单位会诊量",
        "count": "例",
        "consults": "会诊",
        "summary": "本月提交会诊 {consults} 例，转诊 {referrals} 例；"
        "会诊按时响应率 {on_time}，意见采纳率 {adoption}，闭环率 {closed}。",
        "unstored": "平台尚未存储其来源的指标不列出：首次查看时间、质控与互认、急救时效、重连次数、上传速度、"
        "回报及时率、床位数陈旧时长、结算时效、满意度。",
    },
    "en": {
        "title": "Telemedicine, monthly report",
        "head": "Indicator|Numerator|Denominator|This month|Month before|Left out",
        "figures": "Indicators",
        "shares": "Shares over the months",
        "places": "Consults by place",
        "count": "consults",
        "consults": "Consults",
        "summary": "{consults} consults and {referrals} referrals were sent this month; {on_time} of consults "
        "were answered on time, {adoption} of the advice was adopted, {closed} of the loops were closed.",
        "unstored": "Indicators whose source the platform doesn't store yet are not listed: time first seen, "
        "quality control and recognition, emergency times, reconnects, upload speed, back-reports on time, "
        "age of bed counts, settlement, satisfaction.",
    },
}
_NOTES: Mapping[Language, tuple[str, ...]] = {
    "zh": (
        "病例按提交（会诊、转诊）、留床或写回生成的时间归入月份；每个病例在一项指标中只计一次。",
        "采纳率 =（采纳 + 部分采纳 × ½）÷ 已处理。用时为中位数 / 第 90 百分位（写回为第 95 百分位）。",
        "县域内就诊率只含平台所知的就诊过程：转往县外的转诊计为未在县域内。",
    ),
    "en": (
        "A case belongs to the month in which it was sent, held or written; it is counted once in an indicator.",
        "Adoption = (adopted + partly × ½) / decided. Durations are median / 90th percentile (write-back: 95th).",
        "Treated in the county knows only what the platform knows: a referral that left the county counts against it.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsFigures:
    """One indicator's figures: over the months, the earliest first, and of the last month by the place's name."""

    key: str
    by_month: Sequence[Figure]
    by_place: Sequence[tuple[str, Figure]]


def months_report(
    rows: Sequence[MonthsFigures],
    months: Sequence[Month],
    *,
    institution: str,
    language: Language,
    prepared: str,
) -> MonthlyReport:
    """Put the last month's report into words; `months` are those of `by_month`, at least two."""
    texts, names = _TEXTS[language], NAMES[language]
    last = {row.key: row.by_month[-1] for row in rows}
    consults, referrals = last["escalated"], last["down_by_up"]
    head = texts["head"].split("|" if language == "en" else " ")
    return MonthlyReport(
        title=texts["title"],
        institution=institution,
        period=str(months[-1]) if language == "en" else f"{months[-1].year}年{months[-1].number}月",
        language=language,
        prepared=prepared,
        summary=texts["summary"].format(
            consults=consults.denominator,
            referrals=round(referrals.numerator + referrals.denominator),
            on_time=written(Form.SHARE, last["response_on_time"]),
            adoption=written(Form.SHARE, last["adoption"]),
            closed=written(Form.SHARE, last["loop_closed"]),
        ),
        tables=(
            FigureTable(
                title=texts["figures"],
                head=tuple(head),
                rows=tuple(_line(row, names[row.key], language) for row in rows),
            ),
        ),
        charts=_charts(rows, months, language),
        notes=(*_NOTES[language], texts["unstored"]),
    )


def _line(row: MonthsFigures, name: str, language: Language) -> tuple[str, ...]:
    form = BY_KEY[row.key].form
    before, now = row.by_month[-2:]
    return (
        name,
        f"{now.numerator:g}",
        str(now.denominator),
        written(form, now),
        written(form, before),
        left_out(language, now),
    )


def _charts(
    rows: Sequence[MonthsFigures], months: Sequence[Month], language: Language
) -> tuple[Bars | Lines, ...]:
    texts, by_key = _TEXTS[language], {row.key: row for row in rows}
    series = tuple(
        Series(
            NAMES[language][key],
            tuple(
                None if figure.value is None else round(figure.value * 100, 1)
                for figure in by_key[key].by_month
            ),
        )
        for key in _DRAWN_OVER_MONTHS
    )
    lines = Lines(texts["shares"], tuple(str(month) for month in months), series, unit="%")
    places = by_key["escalated"].by_place[:_PLACES_DRAWN]
    if not places:
        return (lines,)
    counts = Series(texts["consults"], tuple(float(figure.denominator) for _, figure in places))
    bars = Bars(texts["places"], tuple(name for name, _ in places), (counts,), unit=texts["count"])
    return lines, bars
