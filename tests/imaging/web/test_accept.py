import pytest

from imaging.dicom.transfer_syntaxes import lookup
from imaging.web.accept import acceptable, first_of, frame_form, instance_form
from imaging.web.http import Request
from wire.problems import Problem

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
JPEG, J2K, J2K_LOSSLESS = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.90"
VIDEO = "1.2.840.10008.1.2.4.102"
CORNERSTONE = "multipart/related; type=application/octet-stream; transfer-syntax=*"


def asking(accept: str | None, query: bytes = b"") -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": query}
    return Request(scope, None)  # pyright: ignore[reportArgumentType] - the body isn't read


def frames(accept: str, stored: str) -> str:
    for range_ in acceptable(asking(accept)):
        form = frame_form(range_, lookup(stored))
        if form is not None:
            kind = "multipart" if form.multipart else "single"
            return f"{kind} {form.part_type} {'decoded' if form.decoded else 'stored'}"
    return "not acceptable"


@pytest.mark.parametrize(
    ("accept", "stored", "sent"),
    [
        (CORNERSTONE, EXPLICIT, f"multipart application/octet-stream; transfer-syntax={EXPLICIT} stored"),
        (CORNERSTONE, IMPLICIT, f"multipart application/octet-stream; transfer-syntax={EXPLICIT} stored"),
        (CORNERSTONE, BIG, f"multipart application/octet-stream; transfer-syntax={EXPLICIT} stored"),
        (CORNERSTONE, JPEG, f"multipart application/octet-stream; transfer-syntax={JPEG} stored"),
        (CORNERSTONE.replace("=a", '="a').replace("m;", 'm";'), J2K,
         f"multipart application/octet-stream; transfer-syntax={J2K} stored"),
        ("*/*", JPEG, f"multipart image/jpeg; transfer-syntax={JPEG} stored"),
        ("*/*", EXPLICIT, f"multipart application/octet-stream; transfer-syntax={EXPLICIT} stored"),
        ('multipart/related; type="application/octet-stream"', J2K,
         f"multipart application/octet-stream; transfer-syntax={EXPLICIT} decoded"),
        ("application/octet-stream", JPEG, f"single application/octet-stream; transfer-syntax={EXPLICIT} decoded"),
        ('multipart/related; type="image/jp2"', J2K, f"multipart image/jp2; transfer-syntax={J2K} stored"),
        ('multipart/related; type="image/*"', J2K, f"multipart image/jp2; transfer-syntax={J2K} stored"),
        (f'multipart/related; type="image/jp2"; transfer-syntax={J2K_LOSSLESS}', J2K, "not acceptable"),
        ('multipart/related; type="image/jpeg"', EXPLICIT, "not acceptable"),
        ("text/html", EXPLICIT, "not acceptable"),
        ('multipart/related; type="image/jls", multipart/related; type="image/jpeg"; q=0.5', JPEG,
         f"multipart image/jpeg; transfer-syntax={JPEG} stored"),
        ("application/octet-stream;q=0", EXPLICIT, "not acceptable"),
    ],
)  # fmt: skip
def test_frames_in_the_form_asked_for(accept: str, stored: str, sent: str):
    assert frames(accept, stored) == sent


def instance(accept: str, stored: str) -> str:
    for range_ in acceptable(asking(accept)):
        form = instance_form(range_, lookup(stored))
        if form is not None:
            return f"{form.transfer_syntax} {'decoded' if form.decoded else 'stored'}"
    return "not acceptable"


@pytest.mark.parametrize(
    ("accept", "stored", "sent"),
    [
        # PS3.18 §8.7.3.4: Explicit VR Little Endian unless said otherwise, or stored with loss.
        ('multipart/related; type="application/dicom"', EXPLICIT, f"{EXPLICIT} stored"),
        ('multipart/related; type="application/dicom"', J2K_LOSSLESS, f"{EXPLICIT} decoded"),
        ('multipart/related; type="application/dicom"', JPEG, f"{JPEG} stored"),
        (
            'multipart/related; type="application/dicom"; transfer-syntax=*',
            J2K_LOSSLESS,
            f"{J2K_LOSSLESS} stored",
        ),
        ('multipart/related; type="application/dicom"; transfer-syntax=*', IMPLICIT, f"{EXPLICIT} decoded"),
        ('multipart/related; type="application/dicom"; transfer-syntax=*', BIG, f"{EXPLICIT} decoded"),
        (f"application/dicom; transfer-syntax={IMPLICIT}", IMPLICIT, "not acceptable"),
        (f"application/dicom; transfer-syntax={EXPLICIT}", JPEG, f"{EXPLICIT} decoded"),
        (f"application/dicom; transfer-syntax={EXPLICIT}", VIDEO, "not acceptable"),
        ("*/*", J2K_LOSSLESS, f"{J2K_LOSSLESS} stored"),
        ("image/jpeg", EXPLICIT, "not acceptable"),
    ],
)
def test_instances_in_the_form_asked_for(accept: str, stored: str, sent: str):
    assert instance(accept, stored) == sent


def test_the_accept_parameter_goes_before_the_header():
    request = asking("application/dicom+json", b"accept=image/png")
    assert first_of(request, "application/dicom+json") is None
    assert first_of(request, "image/jpeg", "image/png") == "image/png"


def test_quality_orders_and_nothing_said_means_anything():
    assert first_of(asking("image/jpeg;q=0.4, image/png;q=0.8"), "image/jpeg", "image/png") == "image/png"
    assert first_of(asking(None), "image/jpeg", "image/png") == "image/jpeg"
    assert first_of(asking("image/*"), "image/jpeg") == "image/jpeg"


def test_an_endless_header_is_refused():
    with pytest.raises(Problem):
        acceptable(asking("a/b," * 2000))
