"""The front of the grown deployment, run for real: nginx with the very configuration of docker-compose.yml."""

import asyncio
import re
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
import websockets
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("consult_api", "imaging", "signaling")


class Echo:
    """A service that tells who it is and what arrived; it notes when a body's first bytes came."""

    def __init__(self, name):
        self.name = name
        self.first_bytes = asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": f"{self.name} {scope['path']}"})
            await send({"type": "websocket.close", "code": 1000})
            return
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if size:
                self.first_bytes.set()
            if not message.get("more_body"):
                break
        host = dict(scope["headers"])[b"host"].decode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send(
            {"type": "http.response.body", "body": f"{self.name} {scope['path']} {host} {size}".encode()}
        )


@asynccontextmanager
async def serving(app):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, lifespan="off", log_level="warning", ws="websockets-sansio")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


def certify(folder):
    """Write a certificate for localhost, as an operator would put one there."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configuration(folder, services, ports):
    """Take the text of docker-compose.yml as it is, with this machine's addresses in place of the containers'."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    text = compose["configs"]["nginx"]["content"].replace("$$", "$")
    for name, port in services.items():
        text = text.replace(f"http://{name}:8080", f"http://127.0.0.1:{port}")
    text = re.sub(r"/(certificates|tmp)/", f"{folder}/", text)
    for inner, outer in ports.items():
        text = re.sub(rf"listen (127\.0\.0\.1:)?{inner}\b", f"listen 127.0.0.1:{outer}", text)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


async def listening(process, port):
    """Return once the port answers; fail with nginx's own words when nginx has ended."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            assert process.returncode is None, (await process.stderr.read()).decode()
            await asyncio.sleep(0)
        else:
            writer.close()
            return


@pytest.fixture
async def front(tmp_path):
    """Nginx before three services; yields the services and the ports of its three servers."""
    certify(tmp_path)
    async with AsyncExitStack() as stack:
        echoes = {name: Echo(name) for name in SERVICES}
        backends = {name: await stack.enter_async_context(serving(echo)) for name, echo in echoes.items()}
        ports = {8080: free_port(), 8081: free_port(), 8443: free_port()}
        path = configuration(tmp_path, backends, ports)
        command = ["/usr/sbin/nginx", "-p", str(tmp_path), "-c", str(path), "-g", "daemon off;"]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        try:
            await listening(process, ports[8443])
            yield echoes, ports
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "consult_api"),
        ("/consults/7", "consult_api"),
        ("/api/session", "consult_api"),
        ("/api/events", "consult_api"),
        ("/fhir", "consult_api"),
        ("/fhir/Patient/1", "consult_api"),
        ("/dicomweb/studies", "imaging"),
        ("/readyz", "consult_api"),
    ],
)
async def test_each_path_reaches_its_service_with_the_browsers_host(front, path, service):
    _, ports = front
    async with httpx.AsyncClient(verify=False) as client:
        answer = await client.get(f"https://127.0.0.1:{ports[8443]}{path}")
    assert answer.text == f"{service} {path} 127.0.0.1:{ports[8443]} 0"


async def test_signalling_is_reached_by_websocket(front):
    _, ports = front
    tls = httpx.create_ssl_context(verify=False)
    async with websockets.connect(f"wss://127.0.0.1:{ports[8443]}/signaling", ssl=tls) as socket_:
        assert await socket_.recv() == "signaling /signaling"


async def test_an_upload_reaches_imaging_while_it_is_still_being_sent(front):
    echoes, ports = front

    async def film():
        yield b"x" * 65_536
        await asyncio.wait_for(echoes["imaging"].first_bytes.wait(), 10)
        yield b"x" * 65_536

    async with httpx.AsyncClient(verify=False) as client:
        answer = await client.post(f"https://127.0.0.1:{ports[8443]}/dicomweb/studies", content=film())
    assert answer.text.endswith(" 131072")


async def test_plain_http_only_leads_to_tls(front):
    _, ports = front
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{ports[8080]}/api/session?a=b")
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://127.0.0.1/api/session?a=b"


async def test_the_container_engine_can_ask_for_health(front):
    _, ports = front
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{ports[8081]}/healthz")
    assert answer.text.startswith("consult_api /healthz")
