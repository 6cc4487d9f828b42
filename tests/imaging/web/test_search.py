from urllib.parse import quote

import httpx
import pytest
from dicom_samples import picture, sample, written
from imaging_clinic import Clinic
from imaging_stow import stow
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

STUDY, NAME, PATIENT = "0020000D", "00100010", "00100020"


async def found(web: httpx.AsyncClient, query: str, tag: str = PATIENT) -> list:
    response = await web.get(query)
    if response.status_code == 204:
        assert response.content == b""
        return []
    assert response.status_code == 200, response.text
    return [item[tag]["Value"][0] for item in response.json()]


@pytest.fixture
async def county(web_on_either: httpx.AsyncClient) -> httpx.AsyncClient:
    """Four studies of three patients; the second has two series, of which the CT has two instances."""
    request = Dataset()
    request.ScheduledProcedureStepID = "STEP7"
    request.RequestedProcedureID = "PROC7"
    wang = picture(PatientName="Wang^XiaoDong=王^小东", PatientID="W1", StudyDate="20260301", Modality="CR")
    wang.PatientSex, wang.PatientBirthDate, wang.AccessionNumber = "M", "19700115", "A_1%"
    li = picture(
        PatientName="Li^Si=李^四", PatientID="L1", StudyDate="20260215", Modality="CT", StudyTime="081500"
    )
    li.SeriesNumber, li.InstanceNumber, li.StudyDescription = 2, 1, "Thorax nativ"
    li.RequestAttributesSequence = Sequence([request])
    slice_two = picture(
        PatientName="Li^Si=李^四",
        PatientID="L1",
        StudyDate="20260215",
        Modality="CT",
        StudyInstanceUID=li.StudyInstanceUID,
        SeriesInstanceUID=li.SeriesInstanceUID,
        InstanceNumber=2,
        Rows=8,
    )
    report = picture(
        PatientName="Li^Si=李^四",
        PatientID="L1",
        StudyDate="20260215",
        Modality="SR",
        StudyInstanceUID=li.StudyInstanceUID,
    )
    report.SeriesNumber = 1
    muller = picture(PatientName="Müller^Jörg", PatientID="M1", StudyDate="", Modality="US")
    muller.SpecificCharacterSet = "ISO_IR 192"
    for dataset in (wang, li, slice_two, report):
        dataset.SpecificCharacterSet = "GB18030"
    again = picture(PatientName="Wang^XiaoDong=王^小东", PatientID="W1", StudyDate="20250101", Modality="CR")
    again.SpecificCharacterSet = "GB18030"
    again.AccessionNumber = "AX10"
    response = await stow(web_on_either, *(written(d) for d in (wang, li, slice_two, report, muller, again)))
    assert response.status_code == 200
    web_on_either.li = li  # pyright: ignore[reportAttributeAccessIssue]
    return web_on_either


async def test_studies_by_everything_that_identifies_them(county: httpx.AsyncClient):
    async def patients(query: str) -> list[str]:
        return await found(county, f"/studies?{query}")

    # Latest first, those without a date last.
    assert await patients("") == ["W1", "L1", "W1", "M1"]
    assert await patients("PatientID=L1") == ["L1"]
    assert await patients("00100020=L*") == ["L1"]
    assert await patients("PatientID=l1") == []
    assert await patients("PatientName=wang*") == ["W1", "W1"]
    assert await patients("PatientName=WANG^XIAODONG") == ["W1", "W1"]
    assert await patients("PatientName=" + quote("王^小东")) == ["W1", "W1"]
    assert await patients("PatientName=" + quote("王*")) == ["W1", "W1"]
    assert await patients("PatientName=" + quote("muller*")) == ["M1"]
    assert await patients("PatientName=Li^S%3F") == ["L1"]
    assert await patients("PatientName=xiaodong&fuzzymatching=true") == ["W1", "W1"]
    assert await patients("PatientName=" + quote("lisi") + "&fuzzymatching=true") == ["L1"]
    assert await patients("PatientName=" + quote("小东") + "&fuzzymatching=true") == ["W1", "W1"]
    assert await patients("StudyDate=20260215") == ["L1"]
    assert await patients("StudyDate=20260101-20261231") == ["W1", "L1"]
    assert await patients("StudyDate=20260220-") == ["W1"]
    assert await patients("StudyDate=-20251231") == ["W1"]
    assert await patients("StudyTime=08") == ["L1"]
    assert await patients("StudyTime=0800-0815") == ["L1"]
    assert await patients("ModalitiesInStudy=SR") == ["L1"]
    assert await patients("ModalitiesInStudy=CR,US") == ["W1", "W1", "M1"]
    assert await patients("PatientBirthDate=19700115") == ["W1"]
    assert await patients("AccessionNumber=A_1%25") == ["W1"]
    assert await patients("AccessionNumber=A_*") == ["W1"]
    assert await patients("StudyDescription=thorax*") == ["L1"]
    assert await patients("PatientSex=M&PatientID=W1") == ["W1"]
    assert await patients("PatientID=&PatientName=*") == ["W1", "L1", "W1", "M1"]
    assert await patients("PatientID=nobody") == []


async def test_lists_of_uids(county: httpx.AsyncClient):
    uids = await found(county, "/studies", STUDY)
    assert await found(county, f"/studies?StudyInstanceUID={uids[0]},{uids[3]}", STUDY) == [uids[0], uids[3]]
    assert await found(county, f"/studies?0020000D={uids[0]}%5C{uids[1]}", STUDY) == uids[:2]


async def test_pages_follow_one_another(county: httpx.AsyncClient):
    everything = await found(county, "/studies", STUDY)
    pages = [await found(county, f"/studies?limit=3&offset={offset}", STUDY) for offset in (0, 3, 6)]
    assert pages == [everything[:3], everything[3:], []]


async def test_counts_and_modalities_are_kept(county: httpx.AsyncClient):
    (study,) = (await county.get("/studies?PatientID=L1")).json()
    assert study["00080061"]["Value"] == ["CT", "SR"]
    assert study["00201206"]["Value"] == [2]
    assert study["00201208"]["Value"] == [3]
    assert list(study) == sorted(study)
    assert study["00081190"]["Value"] == [
        f"http://imaging.test/dicomweb/studies/{county.li.StudyInstanceUID}"
    ]


async def test_series_and_instances_under_a_study(county: httpx.AsyncClient):
    study = county.li.StudyInstanceUID
    assert await found(county, f"/studies/{study}/series", "00080060") == ["SR", "CT"]
    assert await found(county, f"/studies/{study}/series?Modality=CT", "00201209") == [2]
    assert await found(county, f"/studies/{study}/series?SeriesNumber=1", "00080060") == ["SR"]
    series = county.li.SeriesInstanceUID
    assert await found(county, f"/studies/{study}/series/{series}/instances", "00200013") == [1, 2]
    assert await found(
        county, f"/studies/{study}/series/{series}/instances?InstanceNumber=2", "00200013"
    ) == [2]
    path = f"/studies/{study}/series?RequestAttributesSequence.ScheduledProcedureStepID=STEP7"
    assert await found(county, path, "0020000E") == [series]
    assert len(await found(county, f"/studies/{study}/instances", "00080018")) == 3


async def test_searching_all_series_and_instances_says_whose_they_are(county: httpx.AsyncClient):
    (series,) = (await county.get("/series?Modality=CT")).json()
    assert series[PATIENT]["Value"] == ["L1"]
    assert series["00201209"]["Value"] == [2]
    instances = (await county.get("/instances?PatientID=L1&Modality=CT")).json()
    assert [item["00200013"]["Value"][0] for item in instances] == [1, 2]
    assert instances[0]["00081030"]["Value"] == ["Thorax nativ"]
    assert instances[0]["00080060"]["Value"] == ["CT"]


async def test_fields_asked_for_are_included(county: httpx.AsyncClient):
    study = county.li.StudyInstanceUID
    plain = (await county.get(f"/studies/{study}/instances")).json()[0]
    assert "00280004" not in plain
    for query in (
        "includefield=PhotometricInterpretation",
        "includefield=00280004,00280103",
        "includefield=all",
    ):
        instance = (await county.get(f"/studies/{study}/instances?{query}")).json()[0]
        assert instance["00280004"]["Value"] == ["MONOCHROME2"]
    series = (await county.get(f"/studies/{study}/series?includefield=StudyDescription&Modality=CT")).json()[
        0
    ]
    assert series["00081030"]["Value"] == ["Thorax nativ"]
    study_item = (
        await county.get("/studies?PatientID=L1&includefield=all&includefield=SOPInstanceUID")
    ).json()[0]
    assert "00080018" not in study_item


async def test_people_find_only_what_is_theirs(county: httpx.AsyncClient, clinic: Clinic):
    everything = await found(county, "/studies", STUDY)
    doctor = clinic.admit("doctor", studies=(everything[1], "1.2.3"))
    for path in ("/studies", "/series", "/instances"):
        response = await county.get(path, headers=doctor)
        assert {item[STUDY]["Value"][0] for item in response.json()} == {everything[1]}
    assert (await county.get(f"/studies/{everything[0]}/series", headers=doctor)).status_code == 204
    nobody = clinic.admit("nobody")
    assert (await county.get("/studies", headers=nobody)).status_code == 204
    thousands = clinic.admit("thousands", studies=(*(f"1.2.{n}" for n in range(70_000)), everything[0]))
    assert len((await county.get("/studies", headers=thousands)).json()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "/studies?StudyDate=yesterday",
        "/studies?StudyDate=2026",
        "/studies?StudyInstanceUID=1.2;drop",
        "/studies?NoSuchAttribute=1",
        "/studies?limit=-1",
        "/studies?includefield=Nonsense",
        "/studies?Modality=CT",
        "/studies?StudyTime=noon",
        "/series?SeriesNumber=one",
        "/studies?PatientName=" + "x" * 5000,
    ],
)
async def test_what_can_not_be_asked_is_refused_without_an_echo(web: httpx.AsyncClient, query: str):
    response = await web.get(query)
    assert response.status_code == 400
    assert response.json()["code"] == "web/bad-request"
    assert query.rpartition("=")[2] not in response.text


async def test_wildcards_of_the_database_are_ordinary_characters(county: httpx.AsyncClient):
    for value in ("A%25", "A_%25", "[A-Z]*", "%25"):
        assert await found(county, f"/studies?AccessionNumber={value}") == []


async def test_attributes_that_are_not_matched_are_named_in_a_warning(county: httpx.AsyncClient):
    response = await county.get("/studies?PatientAge=050Y")
    assert len(response.json()) == 4
    assert response.headers["warning"].startswith("299 ")
    assert "PatientAge" in response.headers["warning"]


async def test_only_json_is_answered(web: httpx.AsyncClient):
    assert (await web.get("/studies", headers={"Accept": "application/dicom+xml"})).status_code == 406
    assert (await web.get("/studies", headers={"Accept": "application/json"})).status_code == 204


async def test_a_real_film_is_found_by_its_real_name(web: httpx.AsyncClient):
    await stow(web, sample("RG1_UNCR.dcm").read_bytes())
    (study,) = (await web.get("/studies?PatientName=CompressedSamples*")).json()
    assert study[NAME]["Value"] == [{"Alphabetic": "CompressedSamples^RG1"}]
