"""The few words that every document carries, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Templates; `{}` is filled in."""

    page: str
    code: str
    verify: str
    verify_here: str
    missing: str
    comma: str


WORDS: Mapping[Language, Words] = {
    "zh": Words(
        page="第 {page} 页 / 共 {pages} 页",
        code="验证码 {code}",
        verify="真伪与是否最新版本，可在 {address} 核验",
        verify_here="真伪与是否最新版本，可在本县联诊平台的“文书核验”页输入验证码核验",
        missing="本服务器的字体不能显示下列字符，文中以方框标出其编码：{codes}。",
        comma="、",
    ),
    "en": Words(
        page="Page {page} of {pages}",
        code="Code {code}",
        verify="Genuine and still the newest version? Check at {address}",
        verify_here="Genuine and still the newest version? Enter the code on the platform's “Check a document” page",
        missing="This server's fonts can't show these characters; boxes with their codes stand for them: {codes}.",
        comma=", ",
    ),
}
