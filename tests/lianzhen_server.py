"""The real program as real processes: embedded in one, or grown into two behind nginx on PostgreSQL and Redis."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import yaml

PROJECT = Path(__file__).parent.parent
LIANZHEN = Path(sys.executable).with_name("lianzhen")
START_WITHIN_S = 60
STOP_WITHIN_S = 20


def free_ports(count: int) -> list[int]:
    """Return ports that are free now for TCP and UDP on loopback."""
    ports: list[int] = []
    held: list[socket.socket] = []
    while len(ports) < count:
        tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held += [tcp, udp]
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            continue
        ports.append(tcp.getsockname()[1])
    for each in held:
        each.close()
    return ports


def wait_ready(url: str, process: subprocess.Popen[bytes], words: Callable[[], str]) -> None:
    """Return once `/readyz` says so; fail with the process's own words when it dies or takes too long."""
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        assert process.poll() is None, f"it stopped while starting:\n{words()}"
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"it was not ready in time:\n{words()}"
        select_wait(0.05)


def select_wait(seconds: float) -> None:
    """Give other processes the processor for a moment; polling a real process has no clock of ours to move."""
    time.sleep(seconds)


@dataclass
class Process:
    """One `lianzhen run`."""

    folder: Path
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['HTTP_PORT']}"

    @property
    def log(self) -> Path:
        return self.folder / f"log-{self.environment['HTTP_PORT']}.txt"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [LIANZHEN, "run", *self.arguments],
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_ready(self.url, self.process, lambda: self.log.read_text()[-4000:])

    def kill(self) -> None:
        """Kill at once: nothing is flushed, nothing is said."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask to stop and return the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_WITHIN_S)


@dataclass
class LianzhenServer:
    """A running county: its address, its logins, its processes."""

    folder: Path
    base_url: str
    environment: Mapping[str, str]
    processes: list[Process] = field(default_factory=list)
    nginx_configuration: Path | None = None
    nginx: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            if process.process is not None and process.process.poll() is None:
                process.stop()
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait()

    def start(self) -> None:
        for process in self.processes:
            process.start()
        if self.nginx_configuration is not None:
            command = ["nginx", "-c", str(self.nginx_configuration), "-g", "daemon off;"]
            self.nginx = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            wait_ready(self.base_url, self.nginx, lambda: "nginx lets nothing through")

    @property
    def demonstration(self) -> dict[str, object]:
        """What the demonstration county wrote down about itself: logins, PINs, films."""
        return json.loads((self.folder / "data" / "demonstration" / "county.json").read_text())

    def login(self, username: str) -> dict[str, str]:
        """Return the login of that username."""
        logins = self.demonstration["logins"]
        assert isinstance(logins, list)
        return next(login for login in logins if login["username"] == username)

    def films(self) -> Path:
        """Return the folder of sample films to upload."""
        return self.folder / "data" / "demonstration" / "films"

    def command(self, *arguments: str) -> str:
        """Run a `lianzhen` command against this county and return what it prints."""
        result = subprocess.run(
            [LIANZHEN, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            check=True,
            capture_output=True,
            text=True,
        )
        return result.stdout


def embedded(folder: Path, template: Path | None = None, **settings: str) -> LianzhenServer:
    """Describe a county in one process. `template` is a seeded data folder to begin with."""
    if template is not None:
        shutil.copytree(template, folder / "data")
    http, media, dicom = free_ports(3)
    environment = {
        "HTTP_PORT": str(http),
        "MEDIA_PORT": str(media),
        "MEDIA_ADDRESSES": "127.0.0.1",
        "DICOM_PORT": str(dicom),
        "DATA_DIR": str(folder / "data"),
        **settings,
    }
    process = Process(folder, environment)
    return LianzhenServer(folder, f"http://localhost:{http}", environment, [process])


def separate(folder: Path, database_url: str, bus_url: str, **settings: str) -> LianzhenServer:
    """Describe a county in two processes behind nginx, with the configuration that docker-compose.yml ships."""
    front, clinical, images, media, dicom = free_ports(5)
    shared = {
        "MEDIA_PORT": str(media),
        "MEDIA_ADDRESSES": "127.0.0.1",
        "DICOM_PORT": str(dicom),
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "BUS_URL": bus_url,
        "ALLOWED_ORIGINS": f"http://localhost:{front}",
        **settings,
    }
    processes = [
        Process(folder, {**shared, "HTTP_PORT": str(clinical)}, ("--services", "consult_api,signaling")),
        Process(folder, {**shared, "HTTP_PORT": str(images)}, ("--services", "imaging,media")),
    ]
    configuration = folder / "nginx.conf"
    configuration.write_text(nginx_configuration(folder, front, clinical, images))
    environment = {**shared, "HTTP_PORT": str(clinical)}
    return LianzhenServer(folder, f"http://localhost:{front}", environment, processes, configuration)


def nginx_configuration(folder: Path, front: int, clinical: int, images: int) -> str:
    """Return the shipped configuration with this machine's addresses and without TLS."""
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    text: str = compose["configs"]["nginx"]["content"].replace("$$", "$")
    health, plain = free_ports(2)
    for old, new in (
        ("http://consult_api:8080", f"http://127.0.0.1:{clinical}"),
        ("http://signaling:8080", f"http://127.0.0.1:{clinical}"),
        ("http://imaging:8080", f"http://127.0.0.1:{images}"),
        ("listen 127.0.0.1:8081;", f"listen 127.0.0.1:{health};"),
        ("listen 8080;", f"listen 127.0.0.1:{plain};"),
        ("listen 8443 ssl http2;", f"listen 127.0.0.1:{front};"),
        ("/tmp/", f"{folder}/nginx-"),
    ):
        assert old in text, f"docker-compose.yml no longer has {old}"
        text = text.replace(old, new)
    return re.sub(
        r"^\s*(resolver|ssl_\w+|add_header Strict-Transport-Security) .*;\n", "", text, flags=re.MULTILINE
    )
