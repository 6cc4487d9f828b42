"""The DICOM listener: pynetdicom speaks the protocol in threads, the service's own loop stores.

The data set is kept as it was encoded; nothing decodes it on the way. TCP_NODELAY is set, since Nagle's algorithm with
delayed acknowledgements costs 40 ms an answer.
"""

import asyncio
import concurrent.futures
import logging
import socket
import threading
from collections.abc import Coroutine
from typing import TypeVar, cast

import structlog
from pynetdicom import AE, AllStoragePresentationContexts, _config, evt
from pynetdicom.events import Event
from pynetdicom.pdu_primitives import A_ASSOCIATE, P_DATA
from pynetdicom.presentation import build_context
from pynetdicom.transport import ThreadedAssociationServer

from imaging.dicom.transfer_syntaxes import KNOWN
from imaging.errors import NOT_AUTHORISED, OUT_OF_RESOURCES, PROCESSING_FAILURE, DicomProblem
from imaging.index.sites import Site, find_site, list_sites
from imaging.ingest.announcing import Origin
from imaging.ingest.lifecycle import Ingest
from imaging.ingest.spool import in_memory
from imaging.settings import ImagingSettings
from runtime.database import Database
from wire.problems import Kind, Problem

T = TypeVar("T")

log = structlog.get_logger()

SUCCESS = 0x0000
P_DATA_TF = 0x04
"""The PDU type of data (PS3.8 §9.3.5)."""
VERIFICATION = "1.2.840.10008.1.1"
"""The SOP class of C-ECHO (PS3.4 §A.4)."""
ANSWER_WITHIN_S = 120.0
"""How long a modality is kept waiting for a full disk or a slow database; most give up at about that."""
CALLING_AE_NOT_RECOGNISED = (0x01, 0x01, 0x03)
"""Rejected permanent, by the service user, calling AE title not recognised (PS3.8 Table 9-21)."""

# Its own handlers print every PDU's fields, patients' names included, and cost a third of the time.
_config.LOG_HANDLER_LEVEL = "none"
logging.getLogger("pynetdicom").setLevel(logging.ERROR)


class DicomReceiver:
    """Listens for associations while it is open."""

    def __init__(
        self,
        database: Database,
        ingest: Ingest,
        settings: ImagingSettings,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._database = database
        self._ingest = ingest
        self._settings = settings
        self._server: ThreadedAssociationServer | None = None
        self._loop = loop
        self._lock = threading.Lock()
        self._sites: dict[int, Site] = {}
        self._held: dict[int, int] = {}
        """Bytes of unfinished instances, by association."""

    @property
    def port(self) -> int:
        """The port that is listened on; tells which when the settings say 0."""
        return 0 if self._server is None else int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to listen.

        Raises:
            Problem: `dimse/port-taken`.
        """
        entity = AE(ae_title=self._settings.ae_title)
        entity.maximum_associations = self._settings.max_associations
        entity.maximum_pdu_size = self._settings.max_pdu_bytes
        entity.supported_contexts = [
            build_context(VERIFICATION),
            *(
                build_context(str(context.abstract_syntax), list(KNOWN))
                for context in AllStoragePresentationContexts
            ),
        ]
        handlers: list[evt.EventHandlerType] = [  # pyright: ignore[reportUnknownVariableType] - its alias is open
            (evt.EVT_CONN_OPEN, self._opened),
            (evt.EVT_REQUESTED, self._requested),
            (evt.EVT_PDU_RECV, self._counted),
            (evt.EVT_C_STORE, self._stored),
            (evt.EVT_CONN_CLOSE, self._closed),
        ]
        try:
            self._server = entity.start_server(
                (self._settings.dicom_host, self._settings.dicom_port), block=False, evt_handlers=handlers
            )
        except OSError as error:
            raise Problem(
                "dimse/port-taken",
                Kind.UNAVAILABLE,
                "The DICOM port can't be listened on.",
                context={"port": str(self._settings.dicom_port), "errno": str(error.errno)},
            ) from error

    async def stop(self) -> None:
        """Stop listening; associations under way are aborted, what was acknowledged is stored."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.shutdown)

    def _opened(self, event: Event) -> None:
        connection = event.assoc.dul.socket
        if connection is not None and connection.socket is not None:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _requested(self, event: Event) -> None:
        request = cast("A_ASSOCIATE", event.assoc.requestor.primitive)
        title = request.calling_ae_title or ""
        try:
            site = find_site(self._call(self._list()), title, event.assoc.requestor.address)
        except (Problem, concurrent.futures.TimeoutError):
            site = None
        if site is None:
            log.info("association_refused", address=event.assoc.requestor.address)
            event.assoc.acse.send_reject(*CALLING_AE_NOT_RECOGNISED)
            event.assoc.kill()
            return
        with self._lock:
            self._sites[id(event.assoc)] = site

    def _counted(self, event: Event) -> None:
        """Abort the association that would take more memory than all of them together may."""
        if event.pdu.pdu_type != P_DATA_TF:
            return
        primitive = cast("P_DATA", event.pdu.to_primitive())
        size = sum(len(data) for _, data in primitive.presentation_data_value_list)
        with self._lock:
            own = self._held.get(id(event.assoc), 0) + size
            self._held[id(event.assoc)] = own
            over = sum(self._held.values()) > self._settings.association_memory_bytes
        if over or own > self._settings.max_instance_bytes:
            log.warning("association_aborted", reason="memory", held_bytes=own)
            event.assoc.abort()

    def _stored(self, event: Event) -> int:
        with self._lock:
            self._held.pop(id(event.assoc), None)
            site = self._sites.get(id(event.assoc))
        if site is None:
            return NOT_AUTHORISED
        try:
            return self._call(self._store(event.encoded_dataset(), site))
        except concurrent.futures.TimeoutError:
            return OUT_OF_RESOURCES

    def _closed(self, event: Event) -> None:
        with self._lock:
            self._held.pop(id(event.assoc), None)
            self._sites.pop(id(event.assoc), None)

    async def _list(self) -> list[Site]:
        async with self._database.read() as connection:
            return await list_sites(connection)

    async def _store(self, data: bytes, site: Site) -> int:
        """Store one instance; return the status that the modality gets (PS3.4 Table B.2-1)."""
        origin = Origin(institution_id=site.institution_id, stored_by=f"ae:{site.ae_title}", route="dimse")
        try:
            arrival = await self._ingest.prepare(in_memory(data), origin)
            (recorded,) = await self._ingest.commit([arrival], origin)
        except Problem as problem:
            log.info("instance_refused", code=problem.code, site=site.site_id)
            return status_of(problem)
        if recorded.problem is not None:
            log.info("instance_refused", code=recorded.problem.code, site=site.site_id)
            return status_of(recorded.problem)
        return SUCCESS

    def _call(self, work: Coroutine[object, object, T]) -> T:
        """Do `work` on the service's loop, from an association's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWER_WITHIN_S)


def status_of(problem: Problem) -> int:
    """Return the C-STORE status that says the same as `problem`."""
    if isinstance(problem, DicomProblem):
        return problem.failure_reason
    return OUT_OF_RESOURCES if problem.kind is Kind.STORAGE_FULL else PROCESSING_FAILURE
