"""What is looked at, in which order, and what is left out when something before it has failed."""

from collections.abc import AsyncGenerator

from runtime.clock import Clock
from server.doctor import front, machine, probe_call
from server.doctor.dicom import check_dicom
from server.doctor.finding import Finding, find
from server.settings import Settings
from wire.identifiers import new_id

CHECK_WITHIN_S = 15.0


async def examine(settings: Settings, clock: Clock, url: str | None = None) -> AsyncGenerator[Finding]:
    """Yield a finding for every check, as soon as it is made.

    Args:
        settings: the county's.
        clock: this machine's.
        url: where the county's server is reached; by default on this machine, at the settings' port.
    """
    url = (url or front.own_url(settings)).rstrip("/")
    yield await find("settings", machine.check_settings(settings), CHECK_WITHIN_S)
    yield await find("disk", machine.check_disk(settings), CHECK_WITHIN_S)
    yield await find("printing", machine.check_printing(), CHECK_WITHIN_S)
    database = await find("database", machine.check_databases(settings), CHECK_WITHIN_S)
    yield database
    async with front.open_client(url) as client:
        alive = await find("server", front.check_alive(client), CHECK_WITHIN_S)
        yield alive
        if alive.ok:
            yield await find("services", front.check_ready(client), CHECK_WITHIN_S)
            yield await find("clock", front.check_clock(client, clock), CHECK_WITHIN_S)
        yield await find("web client", front.check_web_client(client if alive.ok else None), CHECK_WITHIN_S)
    dicom_host = front.reachable_host(settings.dicom_host)
    yield await find("DICOM", check_dicom(settings, dicom_host), CHECK_WITHIN_S)
    missing = [finding.subject for finding in (database, alive) if not finding.ok]
    if missing:
        yield Finding("call", ok=False, words=f"not placed: first mend the {' and the '.join(missing)}.")
    else:
        yield await find("call", _call(settings, clock, url), probe_call.WITHIN_S)


async def _call(settings: Settings, clock: Clock, url: str) -> str:
    tickets = await machine.sign_tickets(settings, f"doctor-{new_id()}", clock)
    signaling_url = f"{url.replace('http', 'ws', 1)}/signaling"
    return (await probe_call.place_call(signaling_url, tickets, clock)).words()
