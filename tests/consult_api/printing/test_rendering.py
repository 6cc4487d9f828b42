import hashlib
import io
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from consult_api.printing.blocks import (
    Block,
    Field,
    Fields,
    Filled,
    Heading,
    Notice,
    Paragraph,
    Table,
    Together,
)
from consult_api.printing.breaking import visible
from consult_api.printing.fonts import installed
from consult_api.printing.rendering import Document, Printed, render

BAND = (("姓名", "王小明"), ("性别", "男"), ("出生日期", "1991年1月1日"))
COMMON = "患者胸痛三小时，伴大汗。心电图示抬高；“前壁”（急性）、血压：请——会诊……龘齉ABab12/%\n "
RARE = "\U0002b5af"


def document(*body: Block, **more: object) -> Document:
    whole = {
        "title": "远程会诊意见",
        "institution": "青石县人民医院",
        "language": "zh",
        "band": BAND,
        "body": body,
    }
    return Document(**(whole | more))  # type: ignore[arg-type]


def printed(*body: Block, **more: object) -> Printed:
    return render(document(*body, **more), installed())


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def solid(text: str) -> str:
    return "".join(text.split())


def blocks_of(text: str) -> list[Block]:
    return [
        Paragraph(text),
        Heading(text),
        Notice(text),
        Fields(((Field("名", text), Field("名", "")),)),
        Filled((Field("名", text),)),
        Table(("a", "b"), ((text, "x"),) * 2, (3, 1)),
        Together((Paragraph(text),)),
    ]


@settings(max_examples=40)
@given(st.text(alphabet=COMMON, min_size=1, max_size=1500), st.sampled_from(range(7)))
def test_every_character_of_a_long_text_is_in_the_pages(text: str, kind: int) -> None:
    block = blocks_of(text)[kind]
    found = Counter(solid("".join(pages(printed(block, block, block).pdf))))
    for character, times in Counter(solid(visible(text))).items():
        assert found[character] >= 3 * times, character


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_at_all_is_printed_or_named_as_missing(text: str) -> None:
    result = printed(Paragraph(text))
    found = Counter(solid("".join(pages(result.pdf))))
    shown = solid(visible(text))
    for character, times in Counter(shown).items():
        if character not in result.missing:
            assert found[character] >= times, hex(ord(character))
    assert set(result.missing) <= set(shown)


def test_a_character_that_no_font_has_is_boxed_with_its_code_and_named_in_a_note() -> None:
    result = printed(Paragraph(f"王{RARE}明"))
    [text] = pages(result.pdf)
    assert result.missing == (RARE,)
    assert "U+2B5AF" in text
    assert {"2B5", "AF"} <= set(text.split())


def test_a_character_beyond_the_basic_plane_can_be_copied_out_of_the_file() -> None:
    result = printed(Paragraph("王\U0001d30c明"))
    assert result.missing == ()
    assert "王\U0001d30c明" in pages(result.pdf)[0]


def test_a_missing_character_of_the_patients_name_is_named_too() -> None:
    assert printed(band=(("姓名", f"王{RARE}"),)).missing == (RARE,)


def test_the_same_document_gives_the_same_bytes_in_another_process_and_in_threads() -> None:
    program = (
        "from consult_api.printing import blocks, fonts, rendering\n"
        "d = rendering.Document(title='会诊', institution='医院', language='zh', code='A-B',\n"
        "    address='https://county.test/verify/AB', body=(blocks.Paragraph('患者胸痛' * 900),))\n"
        "import hashlib; print(hashlib.sha256(rendering.render(d, fonts.installed()).pdf).hexdigest())"
    )
    elsewhere = [
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True
        ).stdout.strip()
        for _ in range(2)
    ]
    here = Document(
        title="会诊",
        institution="医院",
        language="zh",
        code="A-B",
        address="https://county.test/verify/AB",
        body=(Paragraph("患者胸痛" * 900),),
    )
    with ThreadPoolExecutor(4) as threads:
        others = [document(Paragraph("其他" * number)) for number in range(8)]
        several = list(threads.map(lambda one: render(one, installed()).pdf, [here, *others, here, here]))
    hashes = {hashlib.sha256(several[number]).hexdigest() for number in (0, -1, -2)}
    assert {*elsewhere, *hashes} == {elsewhere[0]}


def test_every_page_says_whose_it_is_and_which_page_of_how_many() -> None:
    found = pages(printed(Paragraph("患者胸痛。" * 900), code="ABCD-EFGH-JKM").pdf)
    assert len(found) > 2
    for number, text in enumerate(found, 1):
        for told in ("王小明", "1991年1月1日", "远程会诊意见", "青石县人民医院", "ABCD-EFGH-JKM"):
            assert told in text
        assert solid(f"第 {number} 页 / 共 {len(found)} 页") in solid(text)


def test_the_foot_is_in_the_language_of_the_document() -> None:
    [text] = pages(printed(Paragraph("x"), language="en", code="AB", address="https://c.test/verify/AB").pdf)
    assert "Page 1 of 1" in text
    assert "https://c.test/verify" in text


def test_the_head_of_a_long_table_stands_on_every_page() -> None:
    rows = tuple((f"2026-03-{number:03d}", "CT") for number in range(120))
    found = pages(printed(Table(("检查日期", "类型"), rows, (1, 1))).pdf)
    assert len(found) > 2
    assert all("检查日期" in text for text in found)


def test_the_particulars_of_the_file_name_no_patient() -> None:
    information = PdfReader(io.BytesIO(printed(Paragraph("x"), code="AB-C").pdf)).metadata
    assert information is not None
    assert information.title == "远程会诊意见"
    assert "王小明" not in str(dict(information))
