"""What a service is to the process that runs it, and what it is built from."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.types import ASGIApp

from runtime.blobs import BlobStore
from runtime.bus import Bus
from runtime.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the composition root hands to every service.

    `database_url` is `sqlite:FOLDER` or `postgresql://…`; each service opens its own part of it.
    """

    clock: Clock
    bus: Bus
    blobs: BlobStore
    data_dir: Path
    database_url: str


class Service(Protocol):
    """A part of the system that a process can run, alone or beside others."""

    @property
    def name(self) -> str:
        """The service's name, as in `--services`."""
        ...

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        """Path prefixes, without a trailing slash, and the ASGI application for each; paths arrive whole."""
        ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """Do the service's background work while open; leave nothing half done on exit."""
        ...

    async def ready(self) -> None:
        """Return when requests can be served.

        Raises:
            Problem: what is missing.
        """
        ...
