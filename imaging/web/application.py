"""The DICOMweb application: which address is served by what, and who may ask it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request as Connection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imaging.errors import bad_request
from imaging.index.matching import Level
from imaging.ingest.announcing import Origin
from imaging.ingest.lifecycle import Ingest
from imaging.settings import ImagingSettings
from imaging.web.access import Access
from imaging.web.content import Content
from imaging.web.frames import Frames
from imaging.web.http import Answer, Request
from imaging.web.metadata import Metadata
from imaging.web.rendered import THUMBNAIL, Rendered
from imaging.web.retrieve import Retrieve
from imaging.web.search import answer_search
from imaging.web.store import store
from runtime.database import Database
from runtime.problem_responses import problem_response
from wire.problems import Kind, Problem

PREFIX = "/dicomweb"
_UID = r"[0-9.]{1,64}"
_STUDY = rf"/studies/(?P<study>{_UID})"
_SERIES = rf"{_STUDY}/series/(?P<series>{_UID})"
_INSTANCE = rf"{_SERIES}/instances/(?P<instance>{_UID})"
_TAGS = r"[0-9A-F]{8}(?:/[0-9]{1,6}/[0-9A-F]{8})*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an address names; absent parts are None."""

    study: str | None = None
    series: str | None = None
    instance: str | None = None
    frames: str | None = None
    path: str | None = None

    @property
    def study_uid(self) -> str:
        """The study, where the address has one."""
        return self.study or ""

    @property
    def series_uid(self) -> str:
        """The series, where the address has one."""
        return self.series or ""

    @property
    def sop_uid(self) -> str:
        """The instance, where the address has one."""
        return self.instance or ""


Route = Callable[[Request, Place], Awaitable[Answer]]


class DicomWeb:
    """The ASGI application."""

    def __init__(
        self,
        *,
        database: Database,
        content: Content,
        access: Access,
        ingest: Ingest,
        settings: ImagingSettings,
    ) -> None:
        self._database = database
        self._content = content
        self._access = access
        self._ingest = ingest
        self._settings = settings
        frames = Frames(content, settings)
        self._frames = frames
        self._rendered = Rendered(content, frames)
        self._retrieve = Retrieve(content, frames)
        self._metadata = Metadata(database)
        self._routes: list[tuple[str, re.Pattern[str], Route]] = [
            (method, re.compile(pattern), route) for method, pattern, route in self._table()
        ]

    def _table(self) -> list[tuple[str, str, Route]]:
        """PS3.18 Tables 10.4.1-1, 10.5.1-1, 10.6.1-1; the busiest first."""
        return [
            ("GET", rf"{_INSTANCE}/frames/(?P<frames>[0-9,]{{1,4096}})", self._frame),
            ("GET", rf"{_STUDY}(?:/series/(?P<series>{_UID}))?/metadata", self._meta),
            ("GET", rf"{_INSTANCE}/metadata", self._meta),
            ("GET", rf"{_INSTANCE}/frames/(?P<frames>[0-9,]{{1,4096}})/rendered", self._render),
            ("GET", rf"{_INSTANCE}/frames/(?P<frames>[0-9,]{{1,4096}})/thumbnail", self._thumbnail),
            ("GET", rf"{_INSTANCE}/rendered", self._render),
            ("GET", rf"{_INSTANCE}/thumbnail", self._thumbnail),
            ("GET", rf"{_STUDY}(?:/series/(?P<series>{_UID}))?/thumbnail", self._representative),
            ("GET", rf"{_INSTANCE}/bulkdata/(?P<path>{_TAGS})", self._bulk_data),
            ("GET", rf"{_INSTANCE}/original", self._original),
            ("GET", _INSTANCE, self._whole),
            ("GET", rf"{_STUDY}(?:/series/(?P<series>{_UID}))?", self._whole_group),
            ("GET", r"/studies", partial(self._search, Level.STUDY)),
            ("GET", rf"(?:{_STUDY})?/series", partial(self._search, Level.SERIES)),
            ("GET", rf"(?:{_STUDY})?(?:/series/(?P<series>{_UID}))?/instances", self._search_instances),
            ("POST", rf"(?:/studies(?:/(?P<study>{_UID}))?)", self._store),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; every problem becomes an answer."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except Problem as problem:
            await problem_response(problem)(scope, receive, send)
            return
        except ConnectionError:
            return
        await answer.send(send, head_only=request.method == "HEAD")

    async def _answer(self, request: Request) -> Answer:
        path = request.path.removeprefix(PREFIX).rstrip("/")
        method = "GET" if request.method == "HEAD" else request.method
        served = False
        for allowed, pattern, route in self._routes:
            found = pattern.fullmatch(path)
            if found is not None and allowed == method:
                return await route(request, Place(**found.groupdict()))
            served = served or found is not None
        if served:
            raise Problem("web/method", Kind.INVALID, "This address does not serve that method.")
        raise Problem("web/unknown-address", Kind.NOT_FOUND, "Nothing is served at this address.")

    async def _frame(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._frames.answer(request, stored, place.frames or "1")

    async def _meta(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        return await self._metadata.answer(request, place.study_uid, place.series, place.instance)

    async def _render(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._rendered.answer(request, stored, place.frames or "1", None)

    async def _thumbnail(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._rendered.answer(request, stored, place.frames or "1", THUMBNAIL)

    async def _representative(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instances(place.study_uid, place.series)
        return await self._rendered.representative(request, stored)

    async def _bulk_data(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._retrieve.bulk_data(request, stored, place.path or "")

    async def _original(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._retrieve.original(request, stored)

    async def _whole(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instance(place.study_uid, place.series_uid, place.sop_uid)
        return await self._retrieve.instances(request, [stored])

    async def _whole_group(self, request: Request, place: Place) -> Answer:
        await self._access.allow(request, "view", place.study_uid)
        stored = await self._content.instances(place.study_uid, place.series)
        return await self._retrieve.instances(request, stored)

    async def _search_instances(self, request: Request, place: Place) -> Answer:
        if place.series is not None and place.study is None:
            raise bad_request("instances of a series are searched under its study")
        return await self._search(Level.INSTANCE, request, place)

    async def _search(self, level: Level, request: Request, place: Place) -> Answer:
        access = await self._access.allow(request, "search")
        return await answer_search(
            request,
            self._database,
            level,
            study_uid=place.study,
            series_uid=place.series,
            granted=None if access.everything else access.study_uids,
        )

    async def _store(self, request: Request, place: Place) -> Answer:
        access = await self._access.allow(request, "store")
        origin = Origin(
            institution_id=access.institution_id,
            stored_by=access.actor_id,
            route="stow",
            study_uid=place.study,
        )
        return await store(request, self._ingest, self._settings, origin)


def guarded(application: DicomWeb) -> ASGIApp:
    """Answer accidents, too, in the shape of a problem; they are raised again for the log."""

    def accident(_request: Connection, _error: Exception) -> Response:
        return problem_response(
            Problem("server/failed", Kind.INTERNAL, "The server failed; nothing was changed.")
        )

    return ServerErrorMiddleware(application, handler=accident)
