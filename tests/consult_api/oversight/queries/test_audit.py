"""The trail as the regulator searches it, and as a patient is told of it."""

import csv
import io
from typing import Any

from county import PIN, Browser, Running

from consult_api.database import AUDIT


def lines_of(log: list[dict[str, Any]]) -> set[tuple[str, str, str, int]]:
    return {(line["who"]["name"], line["what"], line["why"], line["count"]) for line in log}


async def looked_at(service: Running) -> tuple[Browser, str]:
    """Tang's patient, whom Xie read for the consult twice; Tang's browser and the patient's id."""
    tang, xie = await service.login("tang"), await service.login("xie")
    consult = await service.submitted()
    for _ in range(2):
        await xie.answer("GET", f"/consults/{consult['id']}")
    return tang, consult["patient"]["id"]


async def test_a_patient_is_told_who_looked_and_why(service: Running) -> None:
    tang, patient_id = await looked_at(service)
    bai = await service.login("bai")
    body = {"patient_id": patient_id, "reason": "unconscious, alone", "pin": PIN}
    await bai.answer("POST", "/break-glass", body)
    await bai.answer("GET", f"/patients/{patient_id}/record")
    guo = await service.login("guo")
    await guo.answer("GET", f"/patients/{patient_id}")
    lines = lines_of(await tang.answer("GET", f"/patients/{patient_id}/access-log"))
    assert ("Xie", "consult.read", "consult", 2) in lines
    assert ("Bai", "patient.record", "break_glass", 1) in lines
    assert ("Guo", "patient.read", "oversight", 1) in lines
    assert ("Tang", "patient.register", "registration", 1) in lines


async def test_looking_at_the_list_stands_in_the_list(embedded: Running) -> None:
    tang, patient_id = await looked_at(embedded)
    path = f"/patients/{patient_id}/access-log"
    await tang.answer("GET", path)
    assert ("Tang", "patient.access_log", "registration", 1) in lines_of(await tang.answer("GET", path))


async def test_a_reviewer_sees_what_was_looked_at_while_the_glass_was_broken(embedded: Running) -> None:
    _, patient_id = await looked_at(embedded)
    bai, guo = await embedded.login("bai"), await embedded.login("guo")
    body = {"patient_id": patient_id, "reason": "unconscious, alone", "pin": PIN}
    glass = await bai.answer("POST", "/break-glass", body)
    await bai.answer("GET", f"/patients/{patient_id}/record")
    acts = await guo.answer("GET", f"/break-glass/{glass['id']}/acts")
    assert {(act["who"]["name"], act["what"]) for act in acts} == {
        ("Bai", "break_glass.open"),
        ("Bai", "patient.record"),
    }
    duan = await embedded.login("duan")
    refusal = await duan.refusal("GET", f"/break-glass/{glass['id']}/acts")
    assert refusal == (404, "break-glass/not-found")


async def test_the_regulator_finds_acts_by_who_whom_what_where_and_when(service: Running) -> None:
    _, patient_id = await looked_at(service)
    guo = await service.login("guo")

    async def found(query: str) -> list[dict[str, Any]]:
        return await guo.answer("GET", f"/audit?{query}")

    assert {row["who"]["name"] for row in await found("who=xie")} == {"Xie"}
    reads = await found("who=Xie&what=consult.read&patient=王小明")
    assert [(row["patient"]["id"], row["action"]) for row in reads] == [(patient_id, "R")] * 2
    assert {row["subtype"].partition(".")[0] for row in await found("what=consult")} == {"consult"}
    stone = service.county.institutions["stone"]
    assert {row["institution_id"] for row in await found(f"institution_id={stone}")} == {stone}
    assert await found("since=2026-03-03T00:00:00Z") == []
    assert await found("until=2026-03-02T00:00:00Z") == []
    assert await found("patient=王大明") == []
    first = await found("limit=2")
    assert [row["seq"] for row in first + await found("skip=2&limit=2")] != []
    assert len(first) == 2
    assert "audit.search" in {row["subtype"] for row in await service.rows(AUDIT.entry)}


async def test_the_found_rows_come_as_a_table_too(embedded: Running) -> None:
    await looked_at(embedded)
    guo = await embedded.login("guo")
    answer = await guo.get("/api/audit.csv?what=consult.read")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["who"], row["what"], row["patient"]) for row in rows] == [
        ("Xie", "consult.read", "王小明")
    ] * 2
    assert rows[0]["at"].endswith("+08:00")
