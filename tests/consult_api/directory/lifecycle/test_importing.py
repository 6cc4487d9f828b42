"""Importing tables for real: a dry run finds what the import would, and it is all or nothing."""

from typing import Any

import pytest
from county import PASSWORD, START, Browser, Running

from consult_api.database import AUDIT, OUTBOX
from consult_api.directory.lifecycle import enrolment
from consult_api.directory.tables import CREDENTIALS, DEPARTMENTS, INSTITUTIONS, MEMBERSHIPS, PERSONS, SHIFTS
from runtime.audit import verify

PEOPLE = "用户名,姓名,电话,机构,科室,身份,证书编号,证书有效期\r\n"
NEW = "zhang.san,张三,13900001111,hospital,heart,县级专家,110360000000101,2030/1/31\r\n"
NURSE = "li.si,李四,,stone,,影像技师,,\r\n"
TABLES = (INSTITUTIONS, DEPARTMENTS, PERSONS, MEMBERSHIPS, CREDENTIALS, SHIFTS, OUTBOX.outbox)


async def send(browser: Browser, kind: str, table: str, *, dry_run: bool = False) -> dict[str, Any]:
    path = f"/api/imports/{kind}?dry_run={str(dry_run).lower()}"
    answer = await browser.post(path, content=table.encode("gb18030"))
    assert answer.is_success, answer.text
    return answer.json()


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["created"], report["changed"], report["unchanged"]


async def everything(service: Running) -> list[object]:
    return [await service.rows(table) for table in TABLES]


async def test_a_dry_run_says_all_and_writes_nothing_but_that_it_was_tried(service: Running) -> None:
    an = await service.login("an")
    before = await everything(service)
    report = await send(an, "people", PEOPLE + NEW + NURSE, dry_run=True)
    assert (report["is_written"], report["rows"], counts(report)) == (False, 2, (2, 0, 0))
    assert [line["name"] for line in report["lines"]] == ["张三 zhang.san", "李四 li.si"]
    assert await everything(service) == before
    acts = [row["subtype"] for row in await service.rows(AUDIT.entry)]
    assert "import.try" in acts
    assert acts.count("person.create") == len(service.county.people)


async def test_an_import_enrols_and_the_same_table_again_changes_nothing(service: Running) -> None:
    an = await service.login("an")
    report = await send(an, "people", PEOPLE + NEW + NURSE)
    assert (report["is_written"], counts(report)) == (True, (2, 0, 0))
    [found] = await an.answer("GET", "/people?q=张三")
    assert (found["memberships"][0]["department_name"], found["credential_fault"]) == ("heart", "unverified")
    before = await everything(service)
    report = await send(an, "people", PEOPLE + NEW + NURSE)
    assert counts(report) == (0, 0, 2)
    assert await everything(service) == before
    changed = NEW.replace("13900001111", "13900002222").replace("2030/1/31", "2031/1/31")
    assert counts(await send(an, "people", PEOPLE + changed + NURSE)) == (0, 1, 1)
    person = await an.answer("GET", f"/people/{found['person_id']}")
    assert (person["phone"], person["credentials"][0]["expires_on"]) == ("13900002222", "2031-01-31")
    second = changed.replace("heart", "").replace("县级专家", "值班主任")
    assert counts(await send(an, "people", PEOPLE + changed + second)) == (0, 1, 1)
    person = await an.answer("GET", f"/people/{found['person_id']}")
    assert [each["role"] for each in person["memberships"]] == ["specialist", "director"]


async def test_one_fault_keeps_everything_out_and_every_fault_is_told(service: Running) -> None:
    an = await service.login("an")
    before = await everything(service)
    table = (
        PEOPLE
        + NEW
        + (
            "tang,Tang,,nowhere,,乡镇医生,,\r\n"
            "wu,吴六,,hospital,lungs,县级专家,,\r\n"
            "zhao,赵七,,hospital,heart,县级专家,100000000000003,2030-1-1\r\n"
            "qian,钱八,,hospital,lungs,院长,=1+1,\r\n"
        )
    )
    for dry_run in (True, False):
        report = await send(an, "people", table, dry_run=dry_run)
        assert not report["is_written"]
        assert [(each["row"], each["column"], each["code"]) for each in report["faults"]] == [
            (3, "机构", "institution/not-found"),
            (4, "科室", "department/not-found"),
            (5, "证书编号", "credential/number-taken"),
            (6, "证书编号", "import/formula"),
            (6, "身份", "import/unknown-role"),
            (6, "科室", "department/not-found"),
        ]
    assert await everything(service) == before


async def test_institutions_are_found_by_number_or_by_name_and_never_mixed_up(service: Running) -> None:
    an = await service.login("an")
    head = "机构名称,类别,统一社会信用代码,科室\r\n"
    table = (
        head + "新华乡卫生院,乡镇卫生院,91110000600037341L,全科、中医科\r\nstone,乡镇卫生院,,clinic、全科\r\n"
    )
    assert counts(await send(an, "institutions", table)) == (1, 1, 0)
    assert counts(await send(an, "institutions", table)) == (0, 0, 2)
    renamed = head + "新华镇卫生院,乡镇卫生院,91110000600037341L,全科\r\n"
    assert counts(await send(an, "institutions", renamed)) == (0, 1, 0)
    listed = await an.answer("GET", "/institutions/administered")
    found = next(each for each in listed if each["name"] == "新华镇卫生院")
    assert [each["name"] for each in found["departments"]] == ["全科", "中医科"]
    both = head + "river,乡镇卫生院,91110000600037341L,\r\n"
    report = await send(an, "institutions", both)
    assert [each["code"] for each in report["faults"]] == ["institution/ambiguous"]


async def test_shifts_are_put_on_the_roster_once(service: Running) -> None:
    an = await service.login("an")
    head = "机构,科室,用户名,班次,开始,结束\r\n"
    table = head + (
        "hospital,heart,xie,一线,2026/6/1 8:00,2026/6/1 17:30\r\n"
        "hospital,heart,duan,总值班,2026/6/1 0:00,2026/6/8 0:00\r\n"
    )
    assert counts(await send(an, "shifts", table)) == (2, 0, 0)
    assert counts(await send(an, "shifts", table)) == (0, 0, 2)
    wrong = head + (
        "hospital,heart,xie,二线,2026/6/1 9:00,2026/6/1 10:00\r\n"
        "hospital,heart,nobody,一线,2026/6/2 8:00,2026/6/2 17:30\r\n"
        "hospital,heart,qin,一线,2026/6/2 8:00,2026/6/2 17:30\r\n"
        "hospital,heart,xie,一线,2026/6/3 8:00,2026/6/3 8:00\r\n"
    )
    report = await send(an, "shifts", wrong)
    assert [(each["row"], each["column"], each["code"]) for each in report["faults"]] == [
        (2, "开始", "roster/overlaps"),
        (3, "用户名", "person/not-found"),
        (4, "用户名", "roster/cannot-answer"),
        (5, "结束", "roster/span-invalid"),
    ]


async def test_a_township_administrator_imports_into_their_own_place_alone(service: Running) -> None:
    async with service.service.surroundings.database.write() as transaction:
        await enrolment.create_administrator(
            transaction,
            institution_id=service.county.institutions["stone"],
            name="Shi",
            username="shi",
            password=PASSWORD,
            now=START,
        )
    shi = await service.login("shi")
    assert (await send(shi, "people", PEOPLE + NURSE))["is_written"]
    report = await send(shi, "people", PEOPLE + NEW)
    assert [each["code"] for each in report["faults"]] == ["institution/not-found"]
    taken = "xie,谢,,stone,,乡镇医生,,\r\n"
    report = await send(shi, "people", PEOPLE + taken)
    assert [(each["column"], each["code"]) for each in report["faults"]] == [("用户名", "person/not-found")]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "import/empty"),
        (b"PK\x03\x04", 415, "import/not-csv"),
        (b"\xff\xfe\x00", 422, "import/encoding"),
        (b"a" * (1024 * 1024 + 1), 413, "import/too-large"),
    ],
)
async def test_a_file_that_is_no_table_is_refused(
    embedded: Running, content: bytes, status: int, code: str
) -> None:
    an = await embedded.login("an")
    answer = await an.post("/api/imports/people", content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_template_has_the_columns_that_are_described(embedded: Running) -> None:
    an = await embedded.login("an")
    for kind in ("institutions", "people", "shifts"):
        columns = await an.answer("GET", f"/imports/{kind}/columns")
        answer = await an.get(f"/api/imports/{kind}/template")
        assert answer.headers["content-disposition"] == f'attachment; filename="lianzhen-{kind}.csv"'
        assert answer.content.decode("utf-8-sig").strip().split(",") == [each["heading"] for each in columns]


async def test_the_audit_holds_after_tries_and_imports(service: Running) -> None:
    an = await service.login("an")
    await send(an, "people", PEOPLE + NEW, dry_run=True)
    await send(an, "people", PEOPLE + NEW)
    await send(an, "people", PEOPLE + NEW + "wu,吴六,,hospital,lungs,县级专家,,\r\n")
    async with service.service.surroundings.database.read() as connection:
        _, faults = await verify(connection, AUDIT)
    assert faults == []
    acts = [row["subtype"] for row in await service.rows(AUDIT.entry)]
    assert [each for each in acts if each.startswith("import.")] == [
        "import.try",
        "import.write",
        "import.try",
    ]
