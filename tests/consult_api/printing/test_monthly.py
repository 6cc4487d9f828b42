import io

from pypdf import PdfReader

from consult_api.printing.charts import Bars, Lines, Series
from consult_api.printing.fonts import installed
from consult_api.printing.monthly import FigureTable, MonthlyReport, monthly_report
from consult_api.printing.rendering import render


def report() -> MonthlyReport:
    return MonthlyReport(
        title="远程会诊月报",
        institution="县人民医院",
        period="2026年2月",
        language="zh",
        prepared="2026年3月1日",
        summary="本月完成会诊 128 例。",
        tables=(FigureTable(title="主要指标", head=("指标", "本月"), rows=(("按时响应率", "93.8%"),) * 60),),
        charts=(
            Bars("各乡镇会诊量", ("石门", "河口"), (Series("会诊", (40, 22)),), unit="例"),
            Lines("响应率走势", ("1月", "2月"), (Series("急会诊", (90.0, 93.8)),), unit="%"),
        ),
        notes=("按提交时间统计。",),
    )


def test_a_months_report_shows_figures_charts_and_notes() -> None:
    printed = render(monthly_report(report()), installed())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.pdf)).pages)
    assert printed.pages == 3
    assert text.count("按时响应率") == 60
    for told in (
        "远程会诊月报",
        "2026年2月",
        "128",
        "各乡镇会诊量",
        "响应率走势",
        "石门",
        "1. 按提交时间统计。",
    ):
        assert told in text
