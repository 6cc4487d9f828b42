from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imaging.web.multipart import (
    MOST_HEADER_BYTES,
    MultipartParser,
    PartBegin,
    PartData,
    PartEnd,
    boundary_of,
    content_type,
)
from wire.problems import Problem

BOUNDARY = b"--b42"


def body_of(parts: list[bytes], headers: bytes = b"Content-Type: application/dicom") -> bytes:
    pieces = [b"--" + BOUNDARY + b"\r\n" + headers + b"\r\n\r\n" + part + b"\r\n" for part in parts]
    return b"".join(pieces) + b"--" + BOUNDARY + b"--\r\n"


def parse(body: bytes, cuts: list[int] | None = None, most_parts: int = 100) -> list[bytes]:
    parser = MultipartParser(BOUNDARY, most_parts=most_parts)
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts or [])})
    parts: list[bytes] = []
    open_part = False
    for start, end in pairwise(places):
        for event in parser.feed(body[start:end]):
            match event:
                case PartBegin():
                    assert not open_part
                    open_part = True
                    parts.append(b"")
                case PartData(data):
                    parts[-1] += data
                case PartEnd():
                    open_part = False
    parser.close()
    assert not open_part
    return parts


def code_of(body: bytes, **options: int) -> str:
    with pytest.raises(Problem) as caught:
        parse(body, **options)
    return caught.value.code


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=5), st.lists(st.integers(0, 10_000), max_size=12))
@example([b"", b"\r\n", b"\r\n--", b"--" + BOUNDARY[:-1], b"\r\n--" + BOUNDARY[:-1]], list(range(400)))
def test_parts_come_out_as_they_went_in_however_the_body_is_cut(parts: list[bytes], cuts: list[int]):
    assert parse(body_of(parts), cuts) == parts


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_only_our_problem_comes_out_of_junk(junk: bytes, cuts: list[int]):
    parser = MultipartParser(b"b", most_parts=5)
    places = sorted({0, len(junk), *cuts})
    try:
        for start, end in pairwise(places):
            list(parser.feed(junk[start:end]))
        parser.close()
    except Problem as problem:
        assert problem.code in {"web/bad-request", "web/too-many-parts"}  # noqa: PT017


def test_a_preamble_an_epilogue_and_padding_after_the_boundary_are_allowed():
    body = body_of([b"x"]).replace(BOUNDARY + b"\r\n", BOUNDARY + b" \t\r\n", 1)
    assert parse(b"an old preamble\r\n" + body + b"epilogue") == [b"x"]


def test_a_body_without_its_final_boundary_is_refused():
    assert code_of(body_of([b"abc"])[:-4]) == "web/bad-request"


def test_countless_parts_are_refused():
    assert code_of(body_of([b""] * 101)) == "web/too-many-parts"


def test_endless_headers_and_preambles_are_refused():
    assert code_of(body_of([b"x"], b"X: " + b"y" * MOST_HEADER_BYTES)) == "web/bad-request"
    parser = MultipartParser(BOUNDARY, most_parts=1)
    with pytest.raises(Problem):
        for _ in range(100):
            list(parser.feed(b"--" + BOUNDARY + b"\r\nX: " + b"y" * 1000))
    assert code_of(b"z" * 100_000) == "web/bad-request"


def test_headers_are_read():
    parser = MultipartParser(BOUNDARY, most_parts=1)
    events = list(
        parser.feed(body_of([b"x"], b"content-TYPE:application/dicom;  transfer-syntax=1.2\r\nX-Y: z"))
    )
    assert events[0] == PartBegin({"content-type": "application/dicom;  transfer-syntax=1.2", "x-y": "z"})


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        ('multipart/related; type="application/dicom"; boundary=abc', b"abc"),
        ("multipart/related; type=application/dicom; boundary=abc", b"abc"),
        ('Multipart/Related; boundary="a b:c"; type="application/dicom"', b"a b:c"),
        ("multipart/related;boundary=abc", b"abc"),
    ],
)
def test_the_boundary_is_found(value: str, boundary: bytes):
    assert boundary_of(value) == boundary


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("application/json", "web/unsupported-media-type"),
        ('multipart/related; type="application/dicom+json"; boundary=a', "web/unsupported-media-type"),
        ('multipart/related; type="application/dicom"', "web/bad-request"),
        (f'multipart/related; type="application/dicom"; boundary={"a" * 71}', "web/bad-request"),
        ('multipart/related; type="application/dicom"; boundary="a\tb"', "web/bad-request"),
    ],
)
def test_other_bodies_are_refused(value: str, code: str):
    with pytest.raises(Problem) as caught:
        boundary_of(value)
    assert caught.value.code == code


def test_quoted_parameters_are_unescaped():
    assert content_type('a/b; x="1\\"2;3"; y=4') == ("a/b", {"x": '1"2;3', "y": "4"})
