"""Which services a process runs, what they are built from, and how it starts and stops.

Embedded, one process runs all four on a bus in memory; grown, each process runs some of them on Redis and
PostgreSQL. The services can't tell the difference.
"""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import structlog
import uvicorn

import consult_api.service
import imaging.service
from media.service import build as build_media
from runtime.blobs import BlobStore
from runtime.blobs.directory import DirectoryBlobs
from runtime.blobs.s3 import S3Blobs
from runtime.bus import Bus
from runtime.bus.memory import MemoryBus
from runtime.bus.redis import RedisBus
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.migrations import upgrade
from runtime.service import Machine, Service
from server.client_files import ClientFiles
from server.front import Front
from server.service_settings import consult_api_settings, imaging_settings, media_settings, signaling_settings
from server.settings import PROJECT, Settings
from signaling.service import build as build_signaling
from wire.problems import Kind, Problem

GRACE_S = 5
LARGEST_MESSAGE_BYTES = 1 << 20
CLIENT = PROJECT / "web_client" / "dist"

MIGRATIONS: Mapping[str, Path] = {
    "consult_api": consult_api.service.MIGRATIONS,
    "imaging": imaging.service.MIGRATIONS,
}

Builder = Callable[[Machine, Settings], Awaitable[Service]]

log = structlog.get_logger()


async def _consult_api(machine: Machine, settings: Settings) -> Service:
    return await consult_api.service.build(machine, consult_api_settings(settings))


async def _imaging(machine: Machine, settings: Settings) -> Service:
    return await imaging.service.build(machine, imaging_settings(settings))


async def _signaling(machine: Machine, settings: Settings) -> Service:
    return await build_signaling(machine, signaling_settings(settings))


async def _media(machine: Machine, settings: Settings) -> Service:
    return await build_media(machine, media_settings(settings))


BUILDERS: Mapping[str, Builder] = {
    "consult_api": _consult_api,
    "imaging": _imaging,
    "signaling": _signaling,
    "media": _media,
}
ALL = tuple(BUILDERS)


def open_bus(url: str) -> Bus:
    """Open the bus that the URL's scheme names."""
    if url.startswith("memory:"):
        return MemoryBus()
    if url.startswith(("redis://", "rediss://")):
        return RedisBus(url)
    raise Problem("settings/bus-url", Kind.INVALID, "BUS_URL must begin with memory: or redis://.")


def open_blobs(url: str, data_dir: Path) -> BlobStore:
    """Open the blob store: `file:`, `file:/folder` or `s3://bucket/prefix?endpoint=…&region=…`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return DirectoryBlobs(Path(parts.path) if parts.path else data_dir / "blobs")
    if parts.scheme == "s3":
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return S3Blobs(
            parts.netloc,
            data_dir / "spool",
            prefix=parts.path.strip("/"),
            endpoint=options.get("endpoint", ""),
            region=options.get("region", ""),
        )
    raise Problem("settings/blob-url", Kind.INVALID, "BLOB_URL must begin with file: or s3://.")


@asynccontextmanager
async def open_machine(settings: Settings) -> AsyncGenerator[Machine]:
    """Open what the services are built from."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    bus = open_bus(settings.bus_url)
    try:
        yield Machine(
            clock=SystemClock(),
            bus=bus,
            blobs=open_blobs(settings.blob_url, settings.data_dir),
            data_dir=settings.data_dir,
            database_url=settings.databases,
        )
    finally:
        await bus.close()


async def migrate(settings: Settings, names: Sequence[str] = ALL) -> None:
    """Bring the tables of these services to the version that this program expects."""
    for name in names:
        if name in MIGRATIONS:
            database = Database.open(settings.databases, name)
            try:
                await upgrade(database, name, MIGRATIONS[name])
            finally:
                await database.close()


@dataclass(frozen=True, slots=True)
class Assembly:
    """The services of a process and its door."""

    services: tuple[Service, ...]
    front: Front


async def assemble(machine: Machine, settings: Settings, names: Sequence[str]) -> Assembly:
    """Build the services and join their mounts. The client is served where the clinical core is.

    Raises:
        Problem: `settings/unknown-service`.
    """
    unknown = set(names) - set(BUILDERS)
    if unknown:
        raise Problem(
            "settings/unknown-service",
            Kind.INVALID,
            f"--services takes {', '.join(ALL)}, not {', '.join(unknown)}.",
        )
    services = tuple([await BUILDERS[name](machine, settings) for name in names])
    front = Front(
        {prefix: app for service in services for prefix, app in service.mounts.items()},
        [service.ready for service in services],
        origins=settings.origins,
        fallback=ClientFiles(CLIENT) if "consult_api" in names else None,
    )
    return Assembly(services, front)


class _Server(uvicorn.Server):
    """Uvicorn without its signal handling: the services drain before the connections close."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer requests, and say so."""
        await super().startup(sockets)
        self._tell_started()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def run(settings: Settings, names: Sequence[str], started: Callable[[], None]) -> None:
    """Run the services until SIGINT or SIGTERM, then drain: nothing acknowledged is left half done.

    Args:
        started: called once requests are answered.
    """
    listener = _listen(settings.http_host, settings.http_port)
    async with open_machine(settings) as machine:
        assembly = await assemble(machine, settings, names)
        server = _Server(
            uvicorn.Config(
                assembly.front,
                lifespan="off",
                ws="websockets-sansio",
                ws_max_size=LARGEST_MESSAGE_BYTES,
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            ),
            started,
        )
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopping.set)
        async with AsyncExitStack() as serving:
            for service in assembly.services:
                await serving.enter_async_context(service.running())
            serving_http = asyncio.create_task(server.serve(sockets=[listener]))
            stopped = asyncio.create_task(stopping.wait())
            await asyncio.wait({stopped, serving_http}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            assembly.front.stopping = True
        server.should_exit = True
        await serving_http
        log.info("stopped", services=list(names))


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise Problem(
            "server/port-taken",
            Kind.UNAVAILABLE,
            f"Port {port} on {host} can't be opened: {error.strerror}. Set HTTP_PORT to another.",
        ) from error
