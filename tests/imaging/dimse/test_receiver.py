import asyncio
import socket
import struct
from dataclasses import replace

import pytest
from dicom_samples import picture, written
from imaging_clinic import Clinic
from imaging_service import at_work
from pynetdicom import AE
from pynetdicom.sop_class import SecondaryCaptureImageStorage

from imaging.dimse.receiver import status_of
from imaging.index.sites import allow_site
from imaging.service import ImagingService
from wire.problems import Kind, Problem

EXPLICIT = "1.2.840.10008.1.2.1"


@pytest.fixture
async def allowed(service: ImagingService) -> ImagingService:
    """The service with one modality on its list."""
    async with service.database.write() as transaction:
        await allow_site(transaction, ae_title="CR1", address="127.0.0.1", institution_id="township")
    return service


def associate(service: ImagingService, title: str, **options: int):
    entity = AE(ae_title=title)
    entity.add_requested_context("1.2.840.10008.1.1")
    entity.add_requested_context(SecondaryCaptureImageStorage, EXPLICIT)
    return entity.associate("127.0.0.1", service.receiver.port, **options)


def send(service: ImagingService, title: str, *datasets) -> list[int] | str:
    """Store data sets over one association; return their statuses, or why there was no association."""
    association = associate(service, title)
    if not association.is_established:
        return "rejected" if association.is_rejected else "aborted"
    statuses = [association.send_c_store(dataset).Status for dataset in datasets]
    association.release()
    return statuses


async def test_an_instance_is_stored_for_the_sites_institution(allowed: ImagingService, clinic: Clinic):
    dataset = picture()
    written(dataset)
    assert await asyncio.to_thread(send, allowed, "CR1", dataset) == [0x0000]
    await clinic.heard.wait()
    (announced,) = clinic.announced
    assert announced.study_uid == dataset.StudyInstanceUID
    assert (announced.institution_id, announced.stored_by) == ("township", "ae:CR1")


async def test_strangers_are_rejected_by_title_and_by_address(allowed: ImagingService):
    dataset = picture()
    written(dataset)
    assert await asyncio.to_thread(send, allowed, "CR2", dataset) == "rejected"
    async with allowed.database.write() as transaction:
        await allow_site(transaction, ae_title="CR2", address="10.9.0.0/16", institution_id="township")
    assert await asyncio.to_thread(send, allowed, "CR2", dataset) == "rejected"


async def test_same_uid_with_other_contents_is_a_duplicate_and_elsewhere_not_authorised(
    allowed: ImagingService,
):
    async with allowed.database.write() as transaction:
        await allow_site(transaction, ae_title="OTHER", address="127.0.0.0/8", institution_id="other")
    first = picture()
    written(first)
    assert await asyncio.to_thread(send, allowed, "CR1", first, first) == [0x0000, 0x0000]
    first.PatientID = "P2"
    assert await asyncio.to_thread(send, allowed, "CR1", first) == [0x0111]
    assert await asyncio.to_thread(send, allowed, "OTHER", first) == [0x0124]


async def test_the_listener_outlives_junk(allowed: ImagingService):
    def throw() -> None:
        for junk in (b"GET / HTTP/1.1\r\n\r\n", struct.pack(">BxI", 1, 0xFFFFFFF0) + b"x" * 100, b"\x01"):
            with socket.create_connection(("127.0.0.1", allowed.receiver.port), timeout=5) as connection:
                connection.sendall(junk)

    await asyncio.to_thread(throw)
    dataset = picture()
    written(dataset)
    assert await asyncio.to_thread(send, allowed, "CR1", dataset) == [0x0000]


async def test_an_association_that_wants_too_much_memory_is_aborted(machine, clinic: Clinic, settings):
    async with at_work(machine, replace(settings, association_memory_bytes=1 << 20), clinic) as service:
        async with service.database.write() as transaction:
            await allow_site(transaction, ae_title="CR1", address="127.0.0.1", institution_id="township")
        big = picture(rows=2048, columns=2048)
        written(big)

        def attempt() -> bool:
            association = associate(service, "CR1")
            status = association.send_c_store(big)
            return "Status" in status

        assert not await asyncio.to_thread(attempt)
        fine = picture()
        written(fine)
        assert await asyncio.to_thread(send, service, "CR1", fine) == [0x0000]


async def test_answers_come_without_delay(allowed: ImagingService):
    """Nagle's algorithm against delayed acknowledgements would cost 40 ms an instance."""
    async with asyncio.timeout(30):
        datasets = [picture() for _ in range(20)]
        for dataset in datasets:
            written(dataset)
        assert await asyncio.to_thread(send, allowed, "CR1", *datasets) == [0x0000] * 20


def test_a_full_disk_is_out_of_resources_and_a_bad_file_not_understood():
    assert status_of(Problem("storage/full", Kind.STORAGE_FULL, "Full.")) == 0xA700
    assert status_of(Problem("bus/no-answer", Kind.UNAVAILABLE, "?")) == 0x0110


async def test_the_stored_file_is_a_whole_one_with_the_data_set_as_sent(allowed: ImagingService, machine):
    dataset = picture()
    data = written(dataset)
    await asyncio.to_thread(send, allowed, "CR1", dataset)
    (stored,) = [path for path in (machine.data_dir / "blobs" / "cas").rglob("*") if path.is_file()]
    body = stored.read_bytes()
    assert body[128:132] == b"DICM"
    start = data.index(struct.pack("<HH2s", 8, 0x16, b"UI"))
    assert body.endswith(data[start:])
