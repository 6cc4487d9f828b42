"""dicomweb-client, over a real socket, in its own ways of asking."""

import asyncio
import io
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest
from dicom_samples import read, sample
from dicomweb_client.api import DICOMwebClient
from dicomweb_client.session_utils import create_session
from imaging_service import TOKEN, Served
from PIL import Image
from pydicom.dataset import Dataset
from requests import HTTPError

T = TypeVar("T")

FILES = ("RG1_UNCR.dcm", "CT_small.dcm", "MR_small_jp2klossless.dcm", "emri_small.dcm", "US1_J2KR.dcm")


def client_of(served: Served, token: str = TOKEN) -> DICOMwebClient:
    session = create_session()
    session.headers["Authorization"] = f"Bearer {token}"
    return DICOMwebClient(served.url, session=session)


async def by(served: Served, work: Callable[[DICOMwebClient], T]) -> T:
    """Let the client work in a thread while the server serves in this one."""
    return await asyncio.to_thread(lambda: work(client_of(served)))


@pytest.fixture
async def films(served: Served) -> dict[str, Dataset]:
    """Real files, stored by the client."""
    datasets = {name: read(sample(name)) for name in FILES}

    def store(client: DICOMwebClient) -> Dataset:
        return client.store_instances(list(datasets.values()))

    response = await by(served, store)
    assert len(response.ReferencedSOPSequence) == len(FILES)
    assert "FailedSOPSequence" not in response
    return datasets


def address(dataset: Dataset) -> tuple[str, str, str]:
    return dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID


async def test_searches_find_studies_series_and_instances(served: Served, films: dict[str, Dataset]):
    def search(client: DICOMwebClient) -> None:
        assert len(client.search_for_studies()) == len(FILES)
        chest = films["RG1_UNCR.dcm"]
        (study,) = client.search_for_studies(search_filters={"PatientID": chest.PatientID})
        assert study["0020000D"]["Value"] == [chest.StudyInstanceUID]
        assert len(client.search_for_studies(limit=2, offset=1)) == 2
        (series,) = client.search_for_series(chest.StudyInstanceUID, fields=["StudyDescription"])
        assert series["00080060"]["Value"] == ["CR"]
        assert series["00081030"]["Value"] == [chest.StudyDescription]
        (instance,) = client.search_for_instances(*address(chest)[:2])
        assert instance["00080018"]["Value"] == [chest.SOPInstanceUID]
        assert client.search_for_studies(search_filters={"PatientID": "nobody"}) == []
        assert len(client.search_for_instances()) == len(FILES)

    await by(served, search)


async def test_retrieves_what_was_stored(served: Served, films: dict[str, Dataset]):
    def retrieve(client: DICOMwebClient) -> None:
        for name, dataset in films.items():
            instance = client.retrieve_instance(*address(dataset))
            assert instance.SOPInstanceUID == dataset.SOPInstanceUID
            assert np.array_equal(instance.pixel_array, dataset.pixel_array), name
            stored = client.retrieve_instance(*address(dataset), media_types=(("application/dicom", "*"),))
            assert stored.file_meta.TransferSyntaxUID == dataset.file_meta.TransferSyntaxUID
            assert len(client.retrieve_series(*address(dataset)[:2])) == 1
            assert len(client.retrieve_study(dataset.StudyInstanceUID)) == 1

    await by(served, retrieve)


async def test_metadata_reads_back_as_the_data_set(served: Served, films: dict[str, Dataset]):
    def retrieve(client: DICOMwebClient) -> None:
        for dataset in films.values():
            for metadata in (
                client.retrieve_instance_metadata(*address(dataset)),
                client.retrieve_series_metadata(*address(dataset)[:2])[0],
                client.retrieve_study_metadata(dataset.StudyInstanceUID)[0],
            ):
                found = Dataset.from_json(
                    {tag: value for tag, value in metadata.items() if tag != "7FE00010"}
                )
                assert found.SOPInstanceUID == dataset.SOPInstanceUID
                assert found.PatientName == dataset.PatientName
                assert (found.Rows, found.Columns) == (dataset.Rows, dataset.Columns)

    await by(served, retrieve)


async def test_frames_and_pictures(served: Served, films: dict[str, Dataset]):
    def retrieve(client: DICOMwebClient) -> None:
        many = films["emri_small.dcm"]
        frames = client.retrieve_instance_frames(*address(many), frame_numbers=[2, 10])
        assert frames == [many.pixel_array[index].astype("<u2").tobytes() for index in (1, 9)]
        (native,) = client.retrieve_instance_frames(
            *address(films["MR_small_jp2klossless.dcm"]), [1], media_types=("application/octet-stream",)
        )
        assert native == films["MR_small_jp2klossless.dcm"].pixel_array.tobytes()
        for name, dataset in films.items():
            picture = client.retrieve_instance_rendered(*address(dataset), media_types=("image/png",))
            assert Image.open(io.BytesIO(picture)).size == (dataset.Columns, dataset.Rows), name
            thumbnail = client.retrieve_instance_frames_rendered(
                *address(dataset),
                frame_numbers=[1],
                media_types=("image/jpeg",),
                params={"viewport": "64,64"},
            )
            assert max(Image.open(io.BytesIO(thumbnail)).size) == 64

    await by(served, retrieve)


async def test_bulk_data(served: Served, films: dict[str, Dataset]):
    def retrieve(client: DICOMwebClient) -> None:
        dataset = films["CT_small.dcm"]
        metadata = client.retrieve_instance_metadata(*address(dataset))
        (pixels,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
        assert pixels == dataset.PixelData

    await by(served, retrieve)


async def test_strangers_are_turned_away(served: Served):
    def ask() -> int:
        with pytest.raises(HTTPError) as caught:
            client_of(served, "stranger").search_for_studies()
        return caught.value.response.status_code

    assert await asyncio.to_thread(ask) == 401
