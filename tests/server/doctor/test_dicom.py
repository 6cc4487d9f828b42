from collections.abc import Iterator

import pytest
from pynetdicom import AE
from pynetdicom.transport import ThreadedAssociationServer

from server.doctor.dicom import TITLE, VERIFICATION, check_dicom
from server.settings import Settings
from wire.problems import Problem


@pytest.fixture
def archive() -> Iterator[ThreadedAssociationServer]:
    """A DICOM application that somebody else wrote, with a title of its own, which lets everybody in."""
    entity = AE(ae_title="ARCHIVE")
    entity.require_called_aet = True
    entity.add_supported_context(VERIFICATION)
    server = entity.start_server(("127.0.0.1", 0), block=False)
    yield server
    server.shutdown()


def settings(archive: ThreadedAssociationServer, title: str) -> Settings:
    return Settings.model_validate({"dicom_port": archive.server_address[1], "dicom_ae_title": title})


async def test_who_lets_the_doctor_in_is_asked_for_an_echo(archive: ThreadedAssociationServer):
    assert f"answers C-ECHO; it knows {TITLE}" in await check_dicom(settings(archive, "ARCHIVE"), "127.0.0.1")


async def test_another_application_on_the_port_is_told(archive: ThreadedAssociationServer):
    with pytest.raises(Problem) as problem:
        await check_dicom(settings(archive, "LIANZHEN"), "127.0.0.1")
    assert "is called something else: set DICOM_AE_TITLE" in problem.value.detail
