"""What the running server says over HTTP: alive, ready, on time, and with the web client behind it."""

from email.utils import parsedate_to_datetime

import httpx

from runtime.clock import Clock
from server.composition import CLIENT
from server.doctor.finding import failure
from server.settings import Settings

ANSWER_WITHIN_S = 5.0
MOST_SKEW_S = 10.0
"""Join tickets are good for a minute, of which a slow line takes its part."""


def reachable_host(listening: str) -> str:
    """Return the address at which a listener is reached from this machine, in brackets where URLs want them."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(listening, listening)  # noqa: S104
    return f"[{host}]" if ":" in host else host


def own_url(settings: Settings) -> str:
    """Return this machine's server, without a slash at the end."""
    return f"http://{reachable_host(settings.http_host)}:{settings.http_port}"


def open_client(url: str) -> httpx.AsyncClient:
    """Open a client that asks the server itself: proxies that the environment names are left aside."""
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=ANSWER_WITHIN_S)


async def check_alive(client: httpx.AsyncClient) -> str:
    """Ask whether it serves at all."""
    answer = await _get(client, "/healthz")
    if not answer.is_success:
        wrong = f"{_place(client)} answers {answer.status_code}"
        raise failure(wrong, "something else listens there; set HTTP_PORT to the server's")
    return f"{_place(client)} answers"


async def check_ready(client: httpx.AsyncClient) -> str:
    """Ask whether every service of it can work."""
    answer = await _get(client, "/readyz")
    if not answer.is_success:
        raise failure(f"something is missing: {answer.text.strip()[:200]}", "look at the server's log")
    return "every service of it can work"


async def check_clock(client: httpx.AsyncClient, clock: Clock) -> str:
    """Compare this machine's clock with the server's `Date` (RFC 9110 §6.6.1), which tells whole seconds."""
    answer = await _get(client, "/healthz")
    told = answer.headers.get("date")
    if told is None:
        raise failure("the server doesn't tell its time", "let proxies keep the header Date")
    skew_s = abs((clock.now() - parsedate_to_datetime(told)).total_seconds())
    if skew_s > MOST_SKEW_S:
        raise failure(f"this machine and the server are {skew_s:.0f} s apart", "set both by NTP")
    return f"{skew_s:.1f} s between this machine and the server"


async def check_web_client(client: httpx.AsyncClient | None) -> str:
    """See that the client was built, and, where the server can be asked, that it has read it."""
    if not (CLIENT / "index.html").is_file():
        raise failure("it isn't built", "run `make setup`, then start the server anew")
    if client is None:
        return "built"
    answer = await _get(client, "/")
    if not answer.is_success or "html" not in answer.headers.get("content-type", ""):
        raise failure(f"the server answers {answer.status_code} for the first page", "start the server anew")
    return "built and served"


def _place(client: httpx.AsyncClient) -> str:
    return str(client.base_url).rstrip("/")


async def _get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    try:
        return await client.get(path)
    except httpx.TransportError as error:
        wrong = f"{_place(client)} doesn't answer ({str(error) or type(error).__name__})"
        raise failure(wrong, "start it with `lianzhen run`, or set HTTP_PORT to its port") from error
