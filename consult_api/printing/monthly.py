"""A month's figures as a printed report: title, summary, a table, charts, notes.

Whoever has figures to print builds a `MonthlyReport` and renders it::

    report = MonthlyReport(
        title="远程会诊月报",
        institution="县人民医院",
        period="2026年2月",
        language="zh",
        summary="本月完成会诊 128 例。",
        tables=(
            FigureTable(
                title="主要指标",
                head=("指标", "分子", "分母", "本月", "上月"),
                rows=(("按时响应率", "120", "128", "93.8%", "91.0%"),),
            ),
        ),
        charts=(
            Bars("各乡镇会诊量", ("石门", "河口"), (Series("会诊", (40, 22)),), unit="例"),
            Lines("按时响应率", ("12月", "1月", "2月"), (Series("急会诊", (90.0, 91.0, 93.8)),), unit="%"),
        ),
        notes=("按提交时间统计。",),
        prepared="2026年3月1日 08:00",
    )
    printed = await asyncio.to_thread(render, monthly_report(report), installed())
    return Response(printed.pdf, media_type="application/pdf")

`Bars`, `Lines` and `Series` are of `consult_api.printing.charts`, `render` of `.rendering`, `installed` of `.fonts`.
The first column of a table is a name and twice as wide as the others, which are set to the right. Longer tables go
on with their head on the next page. The labels and series of a chart are for the caller to keep few.
"""

from dataclasses import dataclass

from consult_api.printing.blocks import Block, Field, Filled, Gap, Heading, Paragraph, Table, Together
from consult_api.printing.charts import Bars, Lines
from consult_api.printing.marks import SMALL
from consult_api.printing.rendering import Document
from consult_api.printing.words import Language

_NOTES = {"zh": "说明", "en": "Notes"}
_PREPARED = {"zh": "生成时间：", "en": "Prepared: "}
_CHECKED = {"zh": "审核：", "en": "Checked by: "}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureTable:
    """Figures in rows; every row has as many texts as `head`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyReport:
    """What a month's report says, already in words of its language. `prepared` is when it was made."""

    title: str
    institution: str
    period: str
    language: Language
    prepared: str
    summary: str = ""
    tables: tuple[FigureTable, ...] = ()
    charts: tuple[Bars | Lines, ...] = ()
    notes: tuple[str, ...] = ()


def monthly_report(report: MonthlyReport) -> Document:
    """Lay out a month's report, ready for `render`."""
    body: list[Block] = [Paragraph(report.summary), Gap(6)] if report.summary else []
    for table in report.tables:
        weights = (2.0, *(1.0 for _ in table.head[1:]))
        numeric = frozenset(range(1, len(table.head)))
        body += [Heading(table.title), Table(table.head, table.rows, weights, numeric), Gap(10)]
    for chart in report.charts:
        body += [chart, Gap(10)]
    if report.notes:
        body.append(Heading(_NOTES[report.language]))
        body += [Paragraph(f"{number}. {note}", SMALL) for number, note in enumerate(report.notes, 1)]
    signed = Filled(
        (Field(_PREPARED[report.language], report.prepared, 1.2), Field(_CHECKED[report.language], ""))
    )
    return Document(
        title=report.title,
        institution=report.institution,
        language=report.language,
        subtitle=report.period,
        body=(*body, Together((Gap(14), signed))),
    )
