import gzip
import io
import json

import brotli
import httpx
import numpy as np
import pytest
from dicom_samples import picture, read, sample, small, written
from imaging_clinic import Clinic
from imaging_stow import path_of, stow
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.sequence import Sequence

CORNERSTONE = {"Accept": "multipart/related; type=application/octet-stream; transfer-syntax=*"}
EXPLICIT = "1.2.840.10008.1.2.1"


def parts(response: httpx.Response) -> list[tuple[str, bytes]]:
    """Split a multipart answer as Cornerstone does: by the first line, without looking at the header."""
    body = response.content
    boundary, _, _ = body.partition(b"\r\n")
    assert boundary.startswith(b"--")
    found = []
    for piece in body.split(boundary)[1:-1]:
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        kind = next(line for line in head.decode().split("\r\n") if line.startswith("Content-Type:"))
        found.append((kind.removeprefix("Content-Type:").strip(), data.removesuffix(b"\r\n")))
    return found


async def stored(web: httpx.AsyncClient, name: str) -> tuple[Dataset, str]:
    data = sample(name).read_bytes()
    assert (await stow(web, data)).status_code == 200
    dataset = read(data)
    return dataset, path_of(dataset)


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("RG1_J2KR.dcm", "1.2.840.10008.1.2.4.90"),
        ("MR_small_RLE.dcm", "1.2.840.10008.1.2.5"),
        ("examples_ybr_color.dcm", "1.2.840.10008.1.2.4.50"),
        ("JPEG-LL.dcm", "1.2.840.10008.1.2.4.70"),
        ("emri_small_jpeg_ls_lossless.dcm", "1.2.840.10008.1.2.4.80"),
    ],
)
async def test_compressed_frames_pass_as_they_are(web: httpx.AsyncClient, name: str, syntax: str):
    dataset, path = await stored(web, name)
    count = int(dataset.get("NumberOfFrames") or 1)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=count))
    response = await web.get(f"{path}/frames/{count}", headers=CORNERSTONE)
    assert response.status_code == 200
    assert parts(response) == [(f"application/octet-stream; transfer-syntax={syntax}", frames[-1])]
    metadata = (await web.get(f"{path}/metadata")).json()[0]
    assert metadata["00083002"]["Value"] == [syntax]
    assert metadata["7FE00010"]["BulkDataURI"] == f"http://imaging.test/dicomweb{path}/bulkdata/7FE00010"


@pytest.mark.parametrize(
    "name",
    ["CT_small.dcm", "MR_small_implicit.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm", "rtdose_expb.dcm"],
)
async def test_native_frames_are_little_endian_whatever_is_stored(web: httpx.AsyncClient, name: str):
    dataset, path = await stored(web, name)
    response = await web.get(f"{path}/frames/1", headers=CORNERSTONE)
    ((kind, data),) = parts(response)
    assert kind == f"application/octet-stream; transfer-syntax={EXPLICIT}"
    first = dataset.pixel_array if int(dataset.get("NumberOfFrames") or 1) == 1 else dataset.pixel_array[0]
    assert data == first.astype(first.dtype.newbyteorder("<")).tobytes()


async def test_one_part_a_frame_in_the_order_asked_for(web: httpx.AsyncClient):
    dataset = picture(frames=4)
    await stow(web, written(dataset))
    response = await web.get(f"{path_of(dataset)}/frames/3,1", headers=CORNERSTONE)
    assert [data for _, data in parts(response)] == [b"\x03" * 64, b"\x01" * 64]


async def test_ranges_of_a_single_frame_and_of_the_multipart_whole(web: httpx.AsyncClient):
    dataset = picture(rows=16, columns=16, PixelData=bytes(range(256)))
    await stow(web, written(dataset))
    url = f"{path_of(dataset)}/frames/1"
    single = {"Accept": "application/octet-stream"}
    response = await web.get(url, headers={**single, "Range": "bytes=10-19"})
    assert response.status_code == 206
    assert response.content == bytes(range(10, 20))
    assert response.headers["content-range"] == "bytes 10-19/256"
    assert (await web.get(url, headers={**single, "Range": "bytes=250-"})).content == bytes(range(250, 256))
    assert (await web.get(url, headers={**single, "Range": "bytes=-6"})).content == bytes(range(250, 256))
    assert (await web.get(url, headers={**single, "Range": "bytes=256-"})).status_code == 416
    assert len((await web.get(url, headers={**single, "Range": "bytes=1-2,4-5"})).content) == 256
    whole = (await web.get(url, headers=CORNERSTONE)).content
    first = await web.get(url, headers={**CORNERSTONE, "Range": "bytes=0-99"})
    rest = await web.get(url, headers={**CORNERSTONE, "Range": "bytes=100-"})
    assert first.content + rest.content == whole
    assert first.headers["content-range"] == f"bytes 0-99/{len(whole)}"


async def test_frames_are_decoded_when_that_is_what_was_asked_for(web: httpx.AsyncClient):
    dataset, path = await stored(web, "MR_small_jp2klossless.dcm")
    response = await web.get(f"{path}/frames/1", headers={"Accept": "application/octet-stream"})
    assert response.headers["content-type"] == f"application/octet-stream; transfer-syntax={EXPLICIT}"
    assert response.content == dataset.pixel_array.tobytes()


async def test_what_is_cached_is_recognised(web: httpx.AsyncClient):
    _, path = await stored(web, "CT_small.dcm")
    for url, headers in (
        (f"{path}/frames/1", CORNERSTONE),
        (f"{path}/metadata", {}),
        (f"{path}/rendered", {}),
    ):
        first = await web.get(url, headers=headers)
        again = await web.get(url, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "cookie" in first.headers["vary"]
        assert "private" in first.headers["cache-control"]


@pytest.mark.parametrize("frame", ["0", "11", "99999999999999999999", "1,0"])
async def test_frames_that_are_not_there(web: httpx.AsyncClient, frame: str):
    _, path = await stored(web, "emri_small.dcm")
    response = await web.get(f"{path}/frames/{frame}", headers=CORNERSTONE)
    assert (response.status_code, response.json()["code"]) == (404, "frame/unknown")


async def test_forms_that_can_not_be_served(web: httpx.AsyncClient):
    _, path = await stored(web, "CT_small.dcm")
    for url, accept in (
        ("/frames/1", "image/jp2"),
        ("/rendered", "text/html"),
        ("/metadata", "application/dicom+xml"),
        ("", "application/dicom; transfer-syntax=1.2.840.10008.1.2"),
    ):
        assert (await web.get(path + url, headers={"Accept": accept})).status_code == 406


async def test_metadata_is_compressed_and_of_every_level(web: httpx.AsyncClient):
    dataset, path = await stored(web, "CT_small.dcm")
    study = f"/studies/{dataset.StudyInstanceUID}"
    plain = await web.get(f"{study}/metadata", headers={"Accept-Encoding": "identity"})
    for level in (study, f"{study}/series/{dataset.SeriesInstanceUID}", path):
        assert (await web.get(f"{level}/metadata")).json() == plain.json()
    async with web.stream("GET", f"{study}/metadata", headers={"Accept-Encoding": "gzip"}) as response:
        packed = b"".join([piece async for piece in response.aiter_raw()])
    assert gzip.decompress(packed) == plain.content
    async with web.stream("GET", f"{study}/metadata", headers={"Accept-Encoding": "gzip, br"}) as response:
        packed = b"".join([piece async for piece in response.aiter_raw()])
    assert brotli.decompress(packed) == plain.content
    assert len(packed) < len(plain.content) / 3


async def test_metadata_grows_with_the_series(web: httpx.AsyncClient):
    first = picture()
    await stow(web, written(first))
    url = f"/studies/{first.StudyInstanceUID}/metadata"
    assert len((await web.get(url)).json()) == 1
    await stow(web, written(picture(StudyInstanceUID=first.StudyInstanceUID)))
    assert len((await web.get(url)).json()) == 2


async def test_bulk_data_is_found_by_the_address_in_the_metadata(web: httpx.AsyncClient):
    item = Dataset()
    item.add_new(0x54001010, "OW", bytes(range(250)) * 40)
    dataset = small(WaveformSequence=Sequence([item]))
    await stow(web, written(dataset))
    metadata = (await web.get(f"{path_of(dataset)}/metadata")).json()[0]
    address = metadata["54000100"]["Value"][0]["54001010"]["BulkDataURI"]
    response = await web.get(address, headers={"Accept": "application/octet-stream"})
    assert response.content == bytes(range(250)) * 40
    multipart = await web.get(
        address, headers={"Accept": 'multipart/related; type="application/octet-stream"'}
    )
    assert parts(multipart)[0][1] == bytes(range(250)) * 40
    missing = await web.get(address.replace("/1/", "/2/"))
    assert (missing.status_code, missing.json()["code"]) == (404, "bulkdata/unknown")


async def test_a_text_can_not_forge_an_address(web: httpx.AsyncClient):
    forged = picture(PatientComments='"BulkDataURI":"\ufdd0x', SpecificCharacterSet="ISO_IR 192")
    await stow(web, written(forged))
    metadata = (await web.get(f"{path_of(forged)}/metadata")).json()[0]
    assert metadata["00104000"]["Value"] == ['"BulkDataURI":"\ufffdx']


@pytest.mark.parametrize(
    "name", ["RG1_UNCR.dcm", "RG3_J2KI.dcm", "examples_ybr_color.dcm", "examples_palette.dcm", "liver.dcm"]
)
async def test_pictures_and_thumbnails(web: httpx.AsyncClient, name: str):
    dataset, path = await stored(web, name)
    jpeg = await web.get(f"{path}/rendered")
    assert jpeg.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(jpeg.content)).size == (dataset.Columns, dataset.Rows)
    png = await web.get(f"{path}/frames/1/rendered?viewport=100,50", headers={"Accept": "image/png"})
    width, height = Image.open(io.BytesIO(png.content)).size
    assert width == 100 or height == 50
    for place in (path, f"/studies/{dataset.StudyInstanceUID}"):
        small_one = await web.get(f"{place}/thumbnail")
        assert max(Image.open(io.BytesIO(small_one.content)).size) == 200


async def test_the_window_of_a_rendering_can_be_chosen(web: httpx.AsyncClient):
    dataset = picture(rows=16, columns=16, PixelData=bytes(range(256)))
    await stow(web, written(dataset))
    response = await web.get(
        f"{path_of(dataset)}/rendered?window=200,10,linear", headers={"Accept": "image/png"}
    )
    values = np.asarray(Image.open(io.BytesIO(response.content))).ravel()
    assert values[190] == 0
    assert values[210] == 255
    for window in ("a,b,linear", "1,0,linear", "1,2,cubic", "nan,2,linear"):
        assert (await web.get(f"{path_of(dataset)}/rendered?window={window}")).status_code == 400


@pytest.mark.parametrize("name", ["reportsi.dcm", "waveform_ecg.dcm"])
async def test_what_has_no_picture_says_so(web: httpx.AsyncClient, name: str):
    _, path = await stored(web, name)
    response = await web.get(f"{path}/rendered")
    assert (response.status_code, response.json()["code"]) == (404, "pixels/absent")


async def test_a_damaged_picture_says_so_and_the_service_goes_on(web: httpx.AsyncClient):
    data = sample("MR_small_jp2klossless.dcm").read_bytes()
    at = data.index(b"\xff\x4f\xff\x51")
    broken = data[: at + 60] + bytes(500) + data[at + 560 :]
    assert (await stow(web, broken)).status_code == 200
    response = await web.get(f"{path_of(read(data))}/rendered")
    assert (response.status_code, response.json()["code"]) == (422, "pixels/damaged")
    bomb = picture(Rows=65535, Columns=65535)
    await stow(web, written(bomb))
    refused = await web.get(f"{path_of(bomb)}/rendered")
    assert refused.status_code == 404


async def test_lossless_instances_are_decoded_unless_their_syntax_is_welcome(web: httpx.AsyncClient):
    dataset, path = await stored(web, "MR_small_jp2klossless.dcm")
    response = await web.get(path, headers={"Accept": 'multipart/related; type="application/dicom"'})
    ((kind, data),) = parts(response)
    assert kind == f"application/dicom; transfer-syntax={EXPLICIT}"
    assert np.array_equal(read(data).pixel_array, dataset.pixel_array)
    any_syntax = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
    assert (
        parts(await web.get(path, headers=any_syntax))[0][1]
        == sample("MR_small_jp2klossless.dcm").read_bytes()
    )


@pytest.mark.parametrize("name", ["MR_small_implicit.dcm", "MR_small_bigendian.dcm"])
async def test_two_encodings_never_leave_but_the_original_bytes_do(web: httpx.AsyncClient, name: str):
    dataset, path = await stored(web, name)
    response = await web.get(path, headers={"Accept": "application/dicom; transfer-syntax=*"})
    assert response.headers["content-type"] == f"application/dicom; transfer-syntax={EXPLICIT}"
    converted = read(response.content)
    assert converted.file_meta.TransferSyntaxUID == EXPLICIT
    assert np.array_equal(converted.pixel_array, dataset.pixel_array)
    original = await web.get(f"{path}/original")
    assert original.content == sample(name).read_bytes()
    assert "attachment" in original.headers["content-disposition"]


async def test_whole_series_and_studies_come_one_instance_a_part(web: httpx.AsyncClient):
    first = picture(InstanceNumber=1)
    second = picture(
        InstanceNumber=2, StudyInstanceUID=first.StudyInstanceUID, SeriesInstanceUID=first.SeriesInstanceUID
    )
    await stow(web, written(second), written(first))
    study = f"/studies/{first.StudyInstanceUID}"
    for url in (study, f"{study}/series/{first.SeriesInstanceUID}"):
        response = await web.get(url, headers={"Accept": 'multipart/related; type="application/dicom"'})
        assert [data for _, data in parts(response)] == [written(first), written(second)]


async def test_a_file_that_is_also_a_program_is_served_without_its_program(web: httpx.AsyncClient):
    dataset = picture()
    program = b"MZ\x90\0" + bytes(124) + written(dataset)[128:]
    await stow(web, program)
    path = path_of(dataset)
    served = await web.get(path, headers={"Accept": "application/dicom"})
    assert served.content == bytes(128) + program[128:]
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in served.headers["content-disposition"]
    assert (await web.get(f"{path}/original")).content == program


async def test_every_resource_is_closed_to_those_without_a_right(web: httpx.AsyncClient, clinic: Clinic):
    _, path = await stored(web, "CT_small.dcm")
    study = path.partition("/series")[0]
    stranger = clinic.admit("stranger", studies=("1.2.3",))
    for tail in ("", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/original", "/bulkdata/7FE00010"):
        for place in (path, study):
            forbidden = await web.get(place + tail, headers=stranger)
            if forbidden.status_code == 404:
                assert forbidden.json()["code"] == "web/unknown-address"
                continue
            assert (forbidden.status_code, forbidden.json()["code"]) == (403, "access/denied")
            nobody = await web.get(place + tail, headers={"Authorization": ""})
            assert (nobody.status_code, nobody.json()["code"]) == (401, "session/expired")


async def test_another_studys_instance_is_not_reached_through_ones_own(
    web: httpx.AsyncClient, clinic: Clinic
):
    dataset, path = await stored(web, "CT_small.dcm")
    own = picture()
    await stow(web, written(own))
    doctor = clinic.admit("doctor", studies=(own.StudyInstanceUID,))
    disguised = path.replace(dataset.StudyInstanceUID, own.StudyInstanceUID)
    for tail in ("", "/metadata", "/frames/1", "/rendered", "/original"):
        assert (await web.get(disguised + tail, headers=doctor)).status_code == 404
    await web.get(path + "/frames/1", headers=CORNERSTONE)
    assert (await web.get(disguised + "/frames/1", headers=doctor)).status_code == 404


async def test_unknown_places_and_methods(web: httpx.AsyncClient):
    assert (await web.get("/studies/1.2.3/metadata")).json()["code"] == "study/unknown"
    assert (await web.get("/studies/1.2.3/series/4/instances/5/frames/1")).json()[
        "code"
    ] == "instance/unknown"
    assert (await web.get("/nowhere")).status_code == 404
    assert (await web.delete("/studies")).status_code == 400
    assert (await web.head("/studies")).status_code == 204


async def test_problems_are_json_and_say_nothing_of_the_patient(web: httpx.AsyncClient):
    response = await web.get("/studies/1.2.3/metadata")
    body = json.loads(response.content)
    assert response.headers["content-type"].startswith("application/problem+json")
    assert set(body) >= {"type", "title", "status", "code", "detail"}
