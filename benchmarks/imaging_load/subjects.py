"""Starts a server, waits until it answers, speaks DICOMweb to it over one kept connection."""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ORTHANC = "/usr/sbin/Orthanc"
PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"
READY_WITHIN_S = 60
BOUNDARY = "benchmark-boundary"
DICOM = 'multipart/related; type="application/dicom"'
FRAME = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'


class LoadError(Exception):
    """A server is missing, doesn't start, or answers wrongly."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stow_body(files: Sequence[bytes]) -> bytes:
    """Return the multipart body that stores `files`."""
    head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join(head + data + b"\r\n" for data in files) + f"--{BOUNDARY}--\r\n".encode()


class Subject:
    """One running server."""

    def __init__(
        self,
        name: str,
        root: str,
        port: int,
        command: Sequence[str],
        headers: Mapping[str, str],
        folder: Path,
    ) -> None:
        self.name = name
        self._root = root
        self._headers = dict(headers)
        self._log = (folder / f"{name}.log").open("wb")
        self._process = subprocess.Popen(
            command,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TCP_NODELAY": "1"},
        )
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._connect()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise LoadError(f"{self.name} does not answer")

    def _connect(self) -> None:
        self._connection.close()
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """Put one request over the kept connection; return the body.

        Raises:
            LoadError: the answer is no success.
        """
        named = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        try:
            self._connection.request(method, self._root + path, body, named)
            response = self._connection.getresponse()
        except ConnectionError:  # closed meanwhile, while the other server had its turn
            self._connect()
            self._connection.request(method, self._root + path, body, named)
            response = self._connection.getresponse()
        data = response.read()
        if response.status not in (200, 204):
            raise LoadError(f"{self.name} answers {response.status} to {method} {path}")
        return data

    def store(self, files: Sequence[bytes]) -> None:
        """Store files in one request."""
        content_type = f"{DICOM}; boundary={BOUNDARY}"
        answer = json.loads(
            self.ask(
                "POST",
                "/studies",
                stow_body(files),
                Content_Type=content_type,
                Accept="application/dicom+json",
            )
        )
        if len(answer["00081199"]["Value"]) != len(files):
            raise LoadError(f"{self.name} did not store everything")

    def find(self, query: str) -> int:
        """Search; return how many studies were found."""
        body = self.ask("GET", f"/studies?{query}", Accept="application/dicom+json")
        return len(json.loads(body)) if body else 0

    def metadata(self, study_uid: str, series_uid: str) -> bytes:
        """Fetch a series' metadata as a browser does, compressed when the server can."""
        path = f"/studies/{study_uid}/series/{series_uid}/metadata"
        return self.ask("GET", path, Accept="application/dicom+json", Accept_Encoding="gzip")

    def frame(self, study_uid: str, series_uid: str, sop_uid: str) -> bytes:
        """Fetch the first frame as Cornerstone does."""
        path = f"/studies/{study_uid}/series/{series_uid}/instances/{sop_uid}/frames/1"
        return self.ask("GET", path, Accept=FRAME)

    def stop(self) -> None:
        """End the server."""
        self._connection.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


def ours(folder: Path) -> Subject:
    """Start our service, with authentication and every write flushed to the disk."""
    port, token = free_port(), "benchmark"
    command = [
        sys.executable,
        "-m",
        "benchmarks.imaging_load.serving",
        str(port),
        str(folder / "ours"),
        token,
    ]
    return Subject("ours", "/dicomweb", port, command, {"Authorization": f"Bearer {token}"}, folder)


def orthanc_version() -> str | None:
    """Return the versions of Orthanc and its DICOMweb plugin; None when either is missing."""
    if not shutil.which(ORTHANC) or not Path(PLUGIN).exists():
        return None
    text = subprocess.run([ORTHANC, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Orthanc (\S+)", text)
    plugin = re.search(r"so\.(\S+)", Path(PLUGIN).resolve().name)
    return f"{found[1] if found else '?'} with DICOMweb {plugin[1] if plugin else '?'}"


def orthanc(folder: Path) -> Subject:
    """Start Orthanc on loopback, with authentication."""
    port = free_port()
    storage = folder / "orthanc"
    storage.mkdir()
    configuration = {
        "Name": "peer",
        "StorageDirectory": str(storage),
        "IndexDirectory": str(storage),
        "HttpPort": port,
        "DicomPort": free_port(),
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {"benchmark": "benchmark"},
        "HttpVerbose": False,
        "KeepAlive": True,
        "TcpNoDelay": True,
        "HttpCompressionEnabled": True,
        "Plugins": [PLUGIN],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "EnableWado": False},
    }
    path = folder / "orthanc.json"
    path.write_text(json.dumps(configuration))
    basic = base64.b64encode(b"benchmark:benchmark").decode()
    return Subject(
        "orthanc", "/dicom-web", port, [ORTHANC, str(path)], {"Authorization": f"Basic {basic}"}, folder
    )
