import asyncio
import zlib

import httpx
import pytest
from dicom_samples import picture, sample, small, written
from imaging_clinic import Clinic
from imaging_stow import path_of, stow, stow_body

from imaging.index.tables import audit
from imaging.service import ImagingService
from runtime.audit import verify
from wire.imaging import StudyDescription, StudyQuestion
from wire.problems import Problem

ORIGINAL = "/original"


def failures(response: httpx.Response) -> list[tuple[int, str]]:
    body = response.json()
    items = [*body.get("00081198", {}).get("Value", []), *body.get("0008119A", {}).get("Value", [])]
    return [(item["00081197"]["Value"][0], item["00091001"]["Value"][0]) for item in items]


async def test_what_is_stored_comes_back_byte_for_byte(web_on_either: httpx.AsyncClient):
    dataset = picture()
    data = written(dataset)
    response = await stow(web_on_either, data)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/dicom+json"
    referenced = response.json()["00081199"]["Value"][0]
    assert referenced["00081155"]["Value"] == [dataset.SOPInstanceUID]
    assert response.json()["00081190"]["Value"] == [
        f"http://imaging.test/dicomweb/studies/{dataset.StudyInstanceUID}"
    ]
    assert "00081198" not in response.json()
    url = referenced["00081190"]["Value"][0]
    assert (await web_on_either.get(url + ORIGINAL)).content == data


async def test_the_same_again_is_success_and_other_bytes_are_a_conflict_that_loses_nothing(
    web_on_either: httpx.AsyncClient,
):
    dataset = picture()
    data = written(dataset)
    for _ in range(2):
        assert (await stow(web_on_either, data)).status_code == 200
    dataset.PatientID = "P2"
    response = await stow(web_on_either, written(dataset))
    assert response.status_code == 409
    assert failures(response) == [(0x0111, "instance/differs")]
    assert (await web_on_either.get(path_of(dataset) + ORIGINAL)).content == data
    counts = (await web_on_either.get("/studies")).json()[0]
    assert counts["00201208"]["Value"] == [1]


async def test_good_and_bad_parts_of_one_request_fare_differently(web: httpx.AsyncClient):
    good, cut = picture(), sample("MR_truncated.dcm").read_bytes()
    response = await stow(web, written(good), b"%PDF-1.7 no dicom", cut)
    assert response.status_code == 202
    assert len(response.json()["00081199"]["Value"]) == 1
    assert failures(response) == [(0xC000, "dicom/not-dicom"), (0xC000, "dicom/truncated")]


async def test_the_same_uid_twice_in_one_request(web: httpx.AsyncClient):
    dataset = picture()
    first = written(dataset)
    dataset.PatientID = "P2"
    response = await stow(web, first, first, written(dataset))
    assert response.status_code == 202
    assert len(response.json()["00081199"]["Value"]) == 2
    assert failures(response) == [(0x0111, "instance/differs")]


async def test_an_instance_of_another_study_than_addressed_is_refused(web: httpx.AsyncClient):
    dataset = picture()
    response = await stow(web, written(dataset), study="1.2.3")
    assert response.status_code == 409
    assert failures(response) == [(0xA900, "instance/wrong-study")]
    assert (await stow(web, written(dataset), study=dataset.StudyInstanceUID)).status_code == 200


async def test_another_institution_can_neither_overwrite_nor_add(web: httpx.AsyncClient, clinic: Clinic):
    dataset = picture()
    data = written(dataset)
    await stow(web, data)
    elsewhere = clinic.admit("elsewhere", institution="other", everything=True)
    dataset.PatientID = "P2"
    response = await stow(web, written(dataset), **elsewhere)
    assert failures(response) == [(0x0124, "instance/belongs-elsewhere")]
    more = picture(StudyInstanceUID=dataset.StudyInstanceUID)
    response = await stow(web, written(more), **elsewhere)
    assert failures(response) == [(0x0124, "instance/belongs-elsewhere")]
    # The same bytes are no news to anybody.
    assert (await stow(web, data, **elsewhere)).status_code == 200
    assert (await web.get(path_of(dataset) + ORIGINAL)).content == data


async def test_nobody_stores_without_a_login_or_right(web: httpx.AsyncClient):
    response = await stow(web, written(picture()), Authorization="Bearer wrong")
    assert response.status_code == 401
    assert response.headers["content-type"].startswith("application/problem+json")
    assert response.json()["code"] == "session/expired"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/json", b"{}", 415, "web/unsupported-media-type"),
        ("multipart/related; type=application/dicom", b"", 400, "web/bad-request"),
        ("multipart/related; type=application/dicom; boundary=x", b"--x--\r\n", 400, "web/bad-request"),
        ("multipart/related; type=application/dicom; boundary=x", b"--x\r\n\r\nabc", 400, "web/bad-request"),
        (
            "multipart/related; type=application/dicom; boundary=x",
            b"--x\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--",
            415,
            "web/unsupported-media-type",
        ),
    ],
)
async def test_bodies_that_are_no_store_request(web: httpx.AsyncClient, content_type, body, status, code):
    response = await web.post("/studies", content=body, headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_only_json_can_be_answered(web: httpx.AsyncClient):
    response = await stow(web, written(picture()), Accept="application/dicom+xml")
    assert response.status_code == 406


async def test_a_single_file_may_be_the_whole_body(web: httpx.AsyncClient):
    dataset = picture()
    response = await web.post(
        "/studies", content=written(dataset), headers={"Content-Type": "application/dicom"}
    )
    assert response.status_code == 200


async def test_a_part_beyond_the_limit_is_refused_and_leaves_no_file(
    service: ImagingService, web: httpx.AsyncClient, machine
):
    big = written(small(EncapsulatedDocument=bytes(3 << 20)))
    assert (await stow(web, big)).status_code == 200
    assert list(machine.blobs.spool().iterdir()) == []
    claimed = big[:-2_000_000]
    response = await stow(web, claimed)
    assert failures(response) == [(0xC000, "dicom/truncated")]
    assert list(machine.blobs.spool().iterdir()) == []


async def test_a_client_that_goes_away_leaves_no_file(
    service: ImagingService, web: httpx.AsyncClient, machine
):
    body = stow_body(written(small(EncapsulatedDocument=bytes(3 << 20))))
    sent = [body[: 2 << 20]]

    async def receive():
        if sent:
            return {"type": "http.request", "body": sent.pop(), "more_body": True}
        return {"type": "http.disconnect"}

    async def send(_message):
        raise AssertionError("nothing is answered to nobody")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/dicomweb/studies",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer all"),
            (b"content-type", b"multipart/related; type=application/dicom; boundary=stow-boundary"),
        ],
    }
    await service.mounts["/dicomweb"](scope, receive, send)
    assert list(machine.blobs.spool().iterdir()) == []


async def test_a_deflated_bomb_costs_a_refusal(web: httpx.AsyncClient):
    head = bytes(128) + b"DICM\x02\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = head + packer.compress(bytes(300 << 20)) + packer.flush()
    response = await stow(web, bomb)
    assert failures(response) == [(0xA700, "dicom/too-large")]


async def test_every_stored_study_is_announced_once_a_request_and_audited(
    web_on_either: httpx.AsyncClient, service_on_either: ImagingService, clinic: Clinic, bus
):
    first = picture()
    second = picture(StudyInstanceUID=first.StudyInstanceUID, SeriesInstanceUID=first.SeriesInstanceUID)
    await stow(web_on_either, written(first), written(second), written(first))
    await stow(web_on_either, written(first))
    await clinic.heard.wait()
    (announced,) = clinic.announced
    assert announced.study_uid == first.StudyInstanceUID
    assert announced.institution_id == "township"
    assert announced.instances == 2
    described = await bus.ask(StudyQuestion(study_uid=first.StudyInstanceUID), StudyDescription)
    assert described.instances == 2
    assert described.patient_name == "Canary^Test"
    assert [series.modality for series in described.series] == ["OT"]
    async with service_on_either.database.read() as connection:
        assert await verify(connection, audit) == (1, [])


async def test_an_unknown_study_has_no_description(service: ImagingService, bus):
    with pytest.raises(Problem) as caught:
        await bus.ask(StudyQuestion(study_uid="1.2.3"), StudyDescription)
    assert caught.value.code == "study/unknown"


async def test_uploads_at_the_same_time_into_one_study_are_all_counted(web_on_either: httpx.AsyncClient):
    study = picture().StudyInstanceUID
    datasets = [picture(StudyInstanceUID=study) for _ in range(12)]
    responses = await asyncio.gather(*(stow(web_on_either, written(dataset)) for dataset in datasets))
    assert [response.status_code for response in responses] == [200] * 12
    found = (await web_on_either.get("/studies")).json()
    assert [item["0020000D"]["Value"] for item in found] == [[study]]
    assert found[0]["00201208"]["Value"] == [12]
    assert found[0]["00201206"]["Value"] == [12]


async def test_a_batch_beyond_one_transaction_is_stored_whole(web: httpx.AsyncClient):
    study = picture()
    files = [
        written(picture(StudyInstanceUID=study.StudyInstanceUID, SeriesInstanceUID=study.SeriesInstanceUID))
        for _ in range(600)
    ]
    response = await stow(web, *files)
    assert response.status_code == 200
    assert len(response.json()["00081199"]["Value"]) == 600
    assert (await web.get("/studies")).json()[0]["00201208"]["Value"] == [600]
