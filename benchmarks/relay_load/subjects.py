"""The two servers under load, each in a process of its own: our relay, and Debian's Janus."""

import asyncio
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import structlog
import uvloop

from benchmarks.relay_load.endpoint import LoadError
from media.service import MediaService
from media.settings import MediaSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus.memory import MemoryBus
from runtime.clock import SystemClock
from runtime.service import Machine
from wire.envelope import Acknowledged
from wire.media import (
    PlaceRoom,
    PublishAnswer,
    PublishedTrack,
    PublishOffer,
    RoomPlaced,
    Subscribe,
    SubscribeAnswer,
    SubscribeOffered,
)

_PATIENCE_S = 15.0
_JANUS_PLUGINS = Path("/usr/lib/x86_64-linux-gnu/janus/plugins")
_JANUS_TRANSPORTS = Path("/usr/lib/x86_64-linux-gnu/janus/transports")


class Subject(Protocol):
    """A server that takes one publisher and any number of subscribers per room."""

    def publish(self, room: str, offer: str) -> str:
        """Return the answer to a publisher's offer."""
        ...

    def subscribe(self, room: str, participant: str) -> str:
        """Return the offer to a new subscriber."""
        ...

    def accept(self, participant: str, answer: str) -> None:
        """Take the subscriber's answer."""
        ...

    def cpu_s(self) -> float:
        """Return the processor seconds used so far by all its threads."""
        ...

    def stop(self) -> None:
        """End the process."""
        ...


def process_cpu_s(pid: int) -> float:
    """Return the seconds on a processor of every thread, from /proc/PID/task/TID/schedstat."""
    tasks = Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


class OurRelay:
    """The media worker, spoken to by lines of JSON."""

    def __init__(self, host: str) -> None:
        command = [sys.executable, "-m", "benchmarks.relay_load.subjects", host]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._call({"do": "hello"})

    def _call(self, question: Mapping[str, str]) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise LoadError("no pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise LoadError("our relay has ended")
        return cast("str", json.loads(line))

    def publish(self, room: str, offer: str) -> str:
        """Return the answer to a publisher's offer."""
        return self._call({"do": "publish", "room": room, "sdp": offer})

    def subscribe(self, room: str, participant: str) -> str:
        """Return the offer to a new subscriber."""
        return self._call({"do": "subscribe", "room": room, "participant": participant})

    def accept(self, participant: str, answer: str) -> None:
        """Take the subscriber's answer."""
        self._call({"do": "accept", "participant": participant, "sdp": answer})

    def cpu_s(self) -> float:
        """Return the processor seconds used so far."""
        return process_cpu_s(self._process.pid)

    def stop(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(_PATIENCE_S)


class _Worker:
    """Our relay's side of the pipe."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus
        self._offers: dict[str, SubscribeOffered] = {}

    async def answer(self, question: Mapping[str, str]) -> str:
        match question["do"]:
            case "publish":
                return await self._publish(question["room"], question["sdp"])
            case "subscribe":
                return await self._subscribe(question["room"], question["participant"])
            case "accept":
                offer = self._offers[question["participant"]]
                answer = SubscribeAnswer(
                    room_id=offer.room_id,
                    participant_id=offer.participant_id,
                    revision=offer.revision,
                    sdp=question["sdp"],
                )
                await self._bus.ask(answer, Acknowledged, to="bench")
                return ""
            case _:
                return "hello"

    async def _publish(self, room: str, sdp: str) -> str:
        await self._bus.ask(PlaceRoom(room_id=room), RoomPlaced)
        tracks = [PublishedTrack(mid="0", kind="video", purpose="camera")]
        question = PublishOffer(room_id=room, participant_id="publisher", sdp=sdp, tracks=tracks)
        return (await self._bus.ask(question, PublishAnswer, to="bench")).sdp

    async def _subscribe(self, room: str, participant: str) -> str:
        async with self._bus.subscribe(SubscribeOffered, to=room) as offers:
            question = Subscribe(room_id=room, participant_id=participant)
            await self._bus.ask(question, Acknowledged, to="bench")
            async for offer in offers:
                if offer.participant_id == participant:
                    self._offers[participant] = offer
                    return offer.sdp
        raise LoadError("no offer")


async def _serve(host: str) -> None:
    bus, folder = MemoryBus(), Path(tempfile.mkdtemp())
    machine = Machine(
        clock=SystemClock(), bus=bus, blobs=DirectoryBlobs(folder), data_dir=folder, database_url="sqlite:"
    )
    service = MediaService(machine, MediaSettings(port=0, addresses=(host,), worker_id="bench"))
    reader = asyncio.StreamReader(limit=1 << 20)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    async with service.running():
        worker = _Worker(bus)
        while line := await reader.readline():
            print(json.dumps(await worker.answer(json.loads(line))), flush=True)
    shutil.rmtree(folder)


class Janus:
    """Debian's Janus with its VideoRoom plugin, spoken to over HTTP."""

    def __init__(self, host: str, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/janus"
        self._folder = Path(tempfile.mkdtemp())
        self._write_settings(host, port)
        self._process = subprocess.Popen(
            ["janus", "-F", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._handles: dict[str, str] = {}
        self._rooms: dict[str, tuple[int, int]] = {}
        self._session = self._start()

    @staticmethod
    def version() -> str | None:
        """Return the installed version, None without Janus."""
        if shutil.which("janus") is None:
            return None
        shown = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", "janus"],
            check=False,
            capture_output=True,
            text=True,
        )
        return shown.stdout.strip() or "unknown"

    def _write_settings(self, host: str, port: int) -> None:
        plugins = ",".join(
            one.name for one in _JANUS_PLUGINS.glob("*.so") if one.name != "libjanus_videoroom.so"
        )
        transports = ",".join(
            one.name for one in _JANUS_TRANSPORTS.glob("*.so") if one.name != "libjanus_http.so"
        )
        (self._folder / "janus.jcfg").write_text(
            f"""general: {{ configs_folder = "{self._folder}"
  plugins_folder = "{_JANUS_PLUGINS}"
  transports_folder = "{_JANUS_TRANSPORTS}"
  debug_level = 1 }}
nat: {{ ice_lite = true
  ice_enforce_list = "{host}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
        )
        (self._folder / "janus.transport.http.jcfg").write_text(
            f'general: {{ http = true\n port = {port}\n ip = "127.0.0.1"\n https = false }}\n'
            "admin: { admin_http = false }\n"
        )
        (self._folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")

    def _start(self) -> int:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self._id(self._post("", {"janus": "create"}))
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline:
                    self.stop()
                    raise LoadError("Janus did not start") from None
                time.sleep(0.1)

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        whole = {**body, "transaction": secrets.token_hex(6)}
        request = urllib.request.Request(
            self._url + path, json.dumps(whole).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
            return cast("dict[str, object]", json.load(answer))

    @staticmethod
    def _id(answer: Mapping[str, object]) -> int:
        return cast("dict[str, int]", answer["data"])["id"]

    def _attach(self) -> str:
        body = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        return f"/{self._session}/{self._id(self._post(f'/{self._session}', body))}"

    def _message(self, handle: str, body: object, jsep: object = None) -> dict[str, object]:
        """Send a message and return the event that carries its outcome."""
        message: dict[str, object] = {"janus": "message", "body": body}
        if jsep is not None:
            message["jsep"] = jsep
        answer = self._post(handle, message)
        sender = int(handle.rsplit("/", 1)[1])
        while answer["janus"] != "success" and not (
            answer["janus"] == "event" and answer.get("sender") == sender
        ):
            with urllib.request.urlopen(f"{self._url}/{self._session}?maxev=1", timeout=60) as event:
                answer = cast("dict[str, object]", json.load(event))
        return answer

    def publish(self, room: str, offer: str) -> str:
        """Return the answer to a publisher's offer, in a new room."""
        handle = self._attach()
        number = len(self._rooms) + 1000
        self._message(
            handle,
            {"request": "create", "room": number, "publishers": 1, "bitrate": 0, "videocodec": "vp8"},
        )
        joined = self._message(
            handle,
            {"request": "joinandconfigure", "room": number, "ptype": "publisher"},
            {"type": "offer", "sdp": offer},
        )
        data = cast("dict[str, dict[str, int]]", joined["plugindata"])["data"]
        self._rooms[room] = (number, data["id"])
        return cast("dict[str, str]", joined["jsep"])["sdp"]

    def subscribe(self, room: str, participant: str) -> str:
        """Return the offer to a new subscriber."""
        handle = self._handles[participant] = self._attach()
        number, feed = self._rooms[room]
        attached = self._message(
            handle,
            {"request": "join", "room": number, "ptype": "subscriber", "streams": [{"feed": feed}]},
        )
        return cast("dict[str, str]", attached["jsep"])["sdp"]

    def accept(self, participant: str, answer: str) -> None:
        """Take the subscriber's answer."""
        jsep = {"type": "answer", "sdp": answer}
        self._message(self._handles[participant], {"request": "start"}, jsep)

    def cpu_s(self) -> float:
        """Return the processor seconds used so far."""
        return process_cpu_s(self._process.pid)

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(_PATIENCE_S)
        shutil.rmtree(self._folder, ignore_errors=True)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    uvloop.run(_serve(sys.argv[1]))
