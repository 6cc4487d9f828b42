"""Figures of a county's real rows, and the cases behind them."""

import csv
import io
from typing import Any

from county import Browser, Running
from pypdf import PdfReader

from consult_api.oversight.rules.indicators import INDICATORS
from consult_api.oversight.rules.words import NAMES


async def adopted(service: Running, verdict: str = "adopted", **more: str) -> dict[str, Any]:
    """A consult of Tang's that Xie answered after two minutes and signed, and that Tang took a decision on."""
    tang, xie = await service.login("tang"), await service.login("xie")
    consult = await service.submitted()
    service.clock.shift(120)
    for event in ("accept", "start_session", "finish"):
        consult = await service.move(xie, consult, event)
    draft = {"findings": "ST elevation", "assessment": "Infarction", "advice": "Transfer"}
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", draft)
    consult = await service.move(xie, consult, "sign", pin="246810")
    return await service.move(tang, consult, "acknowledge", verdict=verdict, **more)


async def rows(browser: Browser, query: str = "") -> dict[str, Any]:
    page = await browser.answer("GET", f"/indicators{query}")
    return {row["key"]: row for row in page["rows"]}


async def test_the_figures_are_those_of_what_happened(service: Running) -> None:
    await adopted(service)
    found = await rows(await service.login("guo"))
    assert set(found) == {indicator.key for indicator in INDICATORS}
    now = {key: row["by_month"][-1] for key, row in found.items()}
    assert (now["response_on_time"]["numerator"], now["response_on_time"]["denominator"]) == (1, 1)
    assert now["submit_to_accept"]["value"] == 2
    assert now["adoption"]["value"] == 1
    assert now["loop_closed"]["value"] == 1
    assert now["session_held"]["value"] == 1
    assert now["escalated"]["value"] == 0
    assert now["in_county"]["value"] == 1
    assert found["response_on_time"]["by_month"][-2]["denominator"] == 0
    (place,) = found["adoption"]["by_place"]
    assert (place["name"], place["figure"]["value"]) == ("stone", 1)


async def test_a_director_sees_their_own_institution_by_department_and_nothing_of_the_countys_machinery(
    embedded: Running,
) -> None:
    await adopted(embedded)
    duan = await embedded.login("duan")
    river = embedded.county.institutions["river"]
    found = await rows(duan, f"?institution_id={river}")
    assert "dead_letters" not in found
    (place,) = found["adoption"]["by_place"]
    assert place["name"] == "heart"
    guo = await embedded.login("guo")
    assert (await rows(guo, f"?institution_id={river}"))["adoption"]["by_month"][-1]["denominator"] == 0
    surgery = embedded.county.departments["surgery"]
    assert (await rows(duan, f"?department_id={surgery}"))["adoption"]["by_month"][-1]["denominator"] == 0


async def test_the_cases_behind_a_figure_are_as_many_as_it_counts(embedded: Running) -> None:
    await adopted(embedded)
    await embedded.move(
        await embedded.login("tang"), await embedded.submitted(), "cancel", reason="better now"
    )
    guo = await embedded.login("guo")
    page = await rows(guo)
    for key, row in page.items():
        behind = await guo.answer("GET", f"/indicators/{key}/cases?months=1")
        shown, figure = row["by_month"][-1], behind["figure"]
        if row["of"] != "delivery":  # the couriers go on meanwhile
            assert figure == shown
        counted = figure["denominator"] + sum(figure["excluded"].values())
        if row["form"] == "relation":
            counted += figure["numerator"]
        assert len(behind["cases"]) == counted, key
        assert len({case["id"] for case in behind["cases"]}) == counted, key
    response = await guo.answer("GET", "/indicators/response_on_time/cases")
    assert sorted(case["excluded"] or "" for case in response["cases"]) == ["", "taken_back"]
    assert {case["patient"]["name"] for case in response["cases"]} == {"王小明"}


async def test_whom_one_may_not_see_is_counted_without_a_name(embedded: Running) -> None:
    """Stone's patient was asked about by River's neighbour only; Duan's hospital has lost its access since."""
    await adopted(embedded)
    consult = (await (await embedded.login("guo")).answer("GET", "/indicators/adoption/cases"))["cases"][0]
    tang = await embedded.login("tang")
    full = await tang.answer("GET", f"/consults/{consult['id']}")
    await embedded.move(tang, full, "close", outcome="well")
    embedded.clock.shift(31 * 86_400)
    duan = await embedded.login("duan")
    if (await duan.get("/api/session")).status_code == 401:
        await duan.answer("POST", "/session", {"username": "duan", "password": "a long enough password"})
    behind = await duan.answer("GET", "/indicators/adoption/cases?month=2026-03")
    (case,) = behind["cases"]
    assert (case["id"], case["patient"], case["weight"]) == (None, None, 1)


async def test_the_figures_come_as_a_table_too(embedded: Running) -> None:
    await adopted(embedded, "partly", reason="no bed")
    guo = await embedded.login("guo")
    answer = await guo.get("/api/indicators.csv?months=2")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    adoption = [row for row in table if row["indicator"] == "adoption"]
    assert [(row["month"], row["place"], row["value"]) for row in adoption] == [
        ("2026-02", "", ""),
        ("2026-03", "", "0.5"),
        ("2026-03", "stone", "0.5"),
    ]


async def test_what_is_no_month_or_no_indicator_is_refused(embedded: Running) -> None:
    guo = await embedded.login("guo")
    assert await guo.refusal("GET", "/indicators?month=2026-13") == (422, "request/invalid")
    assert await guo.refusal("GET", "/indicators/happiness/cases") == (404, "indicator/not-found")


async def test_the_month_is_printed_in_both_languages(embedded: Running) -> None:
    await adopted(embedded)
    for name, language, told in (
        ("guo", "zh", ("远程医疗月报", "2026年3月", "全县", "意见采纳率", "100.0%", "各单位会诊量")),
        ("duan", "en", ("Telemedicine, monthly report", "hospital", "Advice adopted", "100.0%")),
    ):
        browser = await embedded.login(name)
        answer = await browser.get(f"/api/indicators.pdf?language={language}")
        assert answer.headers["content-type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
        for words in told:
            assert words in text


def test_every_indicator_has_a_name_on_paper() -> None:
    for names in NAMES.values():
        assert set(names) == {indicator.key for indicator in INDICATORS}
