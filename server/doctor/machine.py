"""What can be told on this machine alone: the settings, the disk, the databases and their ticket key."""

import asyncio
import ipaddress
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import NoResultFound, SQLAlchemyError

from consult_api.directory.lifecycle.ticket_keys import sign_ticket
from consult_api.printing.fonts import FOLDERS, load
from runtime.clock import Clock
from runtime.database import driver_url
from runtime.migrations import check
from server.administration import open_database
from server.composition import MIGRATIONS
from server.doctor.finding import failure
from server.settings import Settings
from wire.problems import Problem

LEAST_FREE_BYTES = 1 << 30
"""Less than that is filled by one study of a CT."""


def read_settings() -> Settings:
    """Read the settings.

    Raises:
        Problem: `doctor/check-failed`, naming every setting that can't be read.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()]
        raise failure("; ".join(faults), "docs/operate.md lists what each may be") from None


async def check_settings(settings: Settings) -> str:
    """Find what can be read but makes no sense together."""
    driver_url(settings.databases, "consult_api")
    if not settings.http_port:
        raise failure("HTTP_PORT is 0, which lets the system choose", "set it to the server's port")
    for address in settings.candidate_addresses:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise failure(f"MEDIA_ADDRESSES holds {address}", "give IP addresses, not names") from None
    if settings.turn_urls and not settings.turn_secret:
        raise failure("TURN_URLS is set without TURN_SECRET", "set it to what the TURN servers have")
    kinds = [urlsplit(url).scheme for url in (settings.databases, settings.bus_url, settings.blob_url)]
    return f"make sense; database {kinds[0]}, bus {kinds[1]}, images {kinds[2]}"


async def check_disk(settings: Settings) -> str:
    """Write something into the data folder and ask how much more would fit."""
    return await asyncio.to_thread(_check_disk, settings.data_dir)


def _check_disk(folder: Path) -> str:
    if not folder.is_dir():
        raise failure(
            f"there is no folder {folder}", "set DATA_DIR to the server's, or start the server once"
        )
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"lianzhen doctor")
            file.flush()
    except OSError as error:
        advice = "free some space, or give it to the user who runs this"
        raise failure(f"{folder} can't be written to ({error.strerror})", advice) from error
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise failure(
            f"only {free / 2**20:.0f} MiB are free in {folder}", "free some space before it is full"
        )
    return f"{free / 2**30:.1f} GiB free in {folder}"


async def check_printing(folders: Sequence[Path] = FOLDERS) -> str:
    """Look for a font that Chinese documents can be printed with."""
    try:
        face = await asyncio.to_thread(load, folders)
    except Problem as problem:
        advice = "install the Debian package fonts-wqy-microhei, then start the server again"
        raise failure("there is no Chinese font, so nothing can be printed", advice) from problem
    return f"Chinese is printed with {Path(face.names[0]).stem}"


async def check_databases(settings: Settings) -> str:
    """Reach every service's database and compare its version with this program's."""
    for service, scripts in MIGRATIONS.items():
        address = make_url(driver_url(settings.databases, service))
        _check_file(address)
        async with open_database(settings, service) as database:
            try:
                await check(database, scripts)
            except SQLAlchemyError as error:
                raise failure(
                    f"{service}'s can't be read ({_reason(error)})", "look at DATABASE_URL"
                ) from error
            except Problem as problem:
                advice = "update this program, or stop the server and run `lianzhen migrate`"
                raise failure(f"{service}'s is of another version than this program", advice) from problem
    return f"{' and '.join(MIGRATIONS)} can be read and are of this program's version"


def _check_file(address: URL) -> None:
    """See that an SQLite file is there, since opening one that is missing would make it."""
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise failure(f"there is no file {address.database}", "set DATA_DIR to the server's")


async def sign_tickets(settings: Settings, room_id: str, clock: Clock) -> tuple[str, str]:
    """Sign tickets into a room for two, as the clinical service does for a consult's.

    Raises:
        Problem: `doctor/check-failed`.
    """
    advice = "start the server once with the same DATA_DIR and DATABASE_URL"
    try:
        async with open_database(settings, "consult_api") as database, database.write() as transaction:
            caller, called = [
                await sign_ticket(
                    transaction,
                    room_id=room_id,
                    person_id=f"{room_id}-{role}",
                    name="lianzhen doctor",
                    role=role,
                    now=clock.now(),
                )
                for role in ("requester", "specialist")
            ]
    except NoResultFound as error:
        raise failure("the database holds no key to sign tickets with", advice) from error
    except SQLAlchemyError as error:
        raise failure(f"no ticket can be signed ({_reason(error)})", advice) from error
    return caller, called


def _reason(error: SQLAlchemyError) -> str:
    """Return what the driver says; no query here reads anything of patients."""
    return str(getattr(error, "orig", None) or type(error).__name__)
