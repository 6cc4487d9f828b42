"""Whether the DICOM port is open: a C-ECHO (PS3.4 §A.4) from a title that nobody has let in.

That it turns strangers away is as good an answer as an echo; it shows that a DICOM application listens there.
"""

import asyncio
from typing import cast

from pynetdicom import AE
from pynetdicom.pdu_primitives import A_ASSOCIATE

from server.doctor.finding import failure
from server.settings import Settings

TITLE = "LIANZHEN_DOCTOR"
ANSWER_WITHIN_S = 5.0
SUCCESS = 0x0000
VERIFICATION = "1.2.840.10008.1.1"
"""The SOP class of C-ECHO."""
CALLING_TITLE_UNKNOWN = 3
CALLED_TITLE_UNKNOWN = 7
"""Diagnostics of a rejection by the service user (PS3.8 Table 9-21)."""


async def check_dicom(settings: Settings, host: str) -> str:
    """Knock as a stranger."""
    return await asyncio.to_thread(_knock, settings, host)


def _knock(settings: Settings, host: str) -> str:
    place = f"{settings.dicom_ae_title} at {host}:{settings.dicom_port}"
    entity = AE(ae_title=TITLE)
    entity.add_requested_context(VERIFICATION)
    entity.connection_timeout = entity.acse_timeout = ANSWER_WITHIN_S
    entity.dimse_timeout = entity.network_timeout = ANSWER_WITHIN_S
    association = entity.associate(host.strip("[]"), settings.dicom_port, ae_title=settings.dicom_ae_title)
    if association.is_rejected:
        answer = cast("A_ASSOCIATE", association.acceptor.primitive)
        if answer.diagnostic == CALLING_TITLE_UNKNOWN:
            return f"{place} is reachable and refuses strangers"
        if answer.diagnostic == CALLED_TITLE_UNKNOWN:
            raise failure(f"{place} is called something else", "set DICOM_AE_TITLE to the server's")
        raise failure(
            f"{place} refuses ({answer.reason_str})", "try again later, and look at the server's log"
        )
    if not association.is_established:
        raise failure(f"{place} doesn't answer", "see that imaging runs, and that DICOM_PORT is its port")
    try:
        status = association.send_c_echo()
    finally:
        association.release()
    if status.get("Status") != SUCCESS:
        raise failure(f"{place} takes no C-ECHO", "look at the server's log")
    return f"{place} answers C-ECHO; it knows {TITLE}"
