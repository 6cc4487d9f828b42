"""The container files and the code agree: images, commands, settings, ports, paths, secrets."""

import re
import shutil
import subprocess
import sys
import tomllib

import httpx
import pytest
import yaml

from server.composition import ALL
from server.front import Front
from server.settings import Settings

OURS = ("consult_api", "signaling", "imaging", "media")
# Settings that a library reads from the environment itself: the S3 client's keys, uvicorn's trusted proxies.
LIBRARIES_SETTINGS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "FORWARDED_ALLOW_IPS"}
WITHOUT_HEALTHCHECK = {
    "bucket": "makes the bucket, then ends",
    "fhir": "its image holds no program that could ask",
}
PINNED = re.compile(r"^[a-z0-9./-]+:(?!latest)[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*$")


@pytest.fixture(scope="module")
def compose(root):
    return yaml.safe_load((root / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def dockerfile(root):
    return (root / "Dockerfile").read_text()


def default(name):
    return Settings.model_fields[name].default


def run(*command, **options):
    return subprocess.run(command, check=False, capture_output=True, text=True, **options)


def test_the_compose_file_is_valid(root):
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = run(*schema, str(root / "docker-compose.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_compose_plugin_accepts_the_file_where_it_is_installed(root, compose):
    docker = shutil.which("docker")
    if not docker or run(docker, "compose", "version").returncode:
        # Then the schema stands for it, and what no schema sees: every name that is used is declared.
        used = {name for service in compose["services"].values() for name in service["networks"]}
        assert used == set(compose["networks"])
        return
    values = dict.fromkeys(required_variables(root), "value")
    checked = run(docker, "compose", "config", "--quiet", cwd=root, env=values)
    assert checked.returncode == 0, checked.stderr


def test_every_image_is_pinned(services, dockerfile, root):
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    bases = re.findall(r"^ARG \w+_IMAGE=(.+)$", dockerfile, re.MULTILINE)
    for service in services.values():
        build = service.get("build")
        if isinstance(build, dict):
            bases += re.findall(r"^FROM (\S+)", build["dockerfile_inline"], re.MULTILINE)
        bases.append(service["image"])
    assert len(bases) > len(services)
    assert not [base for base in bases if not PINNED.match(base)]
    assert {services[name]["image"] for name in OURS} == {f"lianzhen:{version}"}
    assert re.search(r"pip install --no-cache-dir uv==\d+\.\d+\.\d+", dockerfile)


@pytest.mark.parametrize("image", ["postgres", "postgres:latest", "minio/minio:edge", "nginx:stable-alpine"])
def test_a_floating_tag_is_not_a_pin(image):
    assert not PINNED.match(image)


def test_every_service_of_the_code_has_a_container_of_its_own(services):
    assert sorted(OURS) == sorted(ALL)
    for name in OURS:
        assert services[name]["command"] == ["run", "--services", name]


def test_the_command_line_knows_what_the_containers_run(dockerfile):
    lianzhen = [sys.executable, "-c", "from server.cli import main; main()"]
    shown = subprocess.run([*lianzhen, "run", "--help"], capture_output=True, text=True, check=True)
    assert "--services" in shown.stdout
    assert 'ENTRYPOINT ["lianzhen"]' in dockerfile
    assert 'CMD ["run"]' in dockerfile


def test_containers_set_only_what_the_settings_know(services, dockerfile):
    known = {name.upper() for name in Settings.model_fields} | LIBRARIES_SETTINGS
    for name in OURS:
        assert set(services[name]["environment"]) <= known
    assert "DATA_DIR=/data" in dockerfile
    assert "DATA_DIR" in known


def test_ports_are_the_settings_defaults(services, dockerfile):
    http, media, dicom = default("http_port"), default("media_port"), default("dicom_port")
    assert re.findall(r"^EXPOSE (.+)$", dockerfile, re.MULTILINE) == [
        f"{http}/tcp {media}/udp {media}/tcp {dicom}/tcp"
    ]
    assert services["media"]["ports"] == [f"{media}:{media}/udp", f"{media}:{media}/tcp"]
    assert services["imaging"]["ports"] == [f"{dicom}:{dicom}/tcp"]
    for name in OURS:
        assert f"http://127.0.0.1:{http}/" in services[name]["healthcheck"]["test"][-1]


def test_nginx_sends_every_request_to_the_services_port(compose):
    upstreams = re.findall(r"http://(\w+):(\d+)", compose["configs"]["nginx"]["content"])
    assert {name for name, _ in upstreams} == {"consult_api", "imaging", "signaling"}
    assert {int(port) for _, port in upstreams} == {default("http_port")}


async def test_healthchecks_ask_paths_that_every_process_answers(services, dockerfile):
    asked = {services[name]["healthcheck"]["test"][-1] for name in OURS} | {dockerfile}
    asked.add(str(services["nginx"]["healthcheck"]["test"]))
    paths = {path for text in asked for path in re.findall(r"http://127\.0\.0\.1:\d+(/\w+)", text)}
    assert paths == {"/healthz", "/readyz"}
    transport = httpx.ASGITransport(Front({}, []))
    async with httpx.AsyncClient(transport=transport, base_url="http://front") as client:
        for path in paths:
            assert (await client.get(path)).status_code == 200


def test_every_container_is_confined(services):
    for name, service in services.items():
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), f"{name} runs as root"
        assert service["read_only"] is True, f"{name} may write its own image"
        assert service["cap_drop"] == ["ALL"], f"{name} keeps capabilities"
        lacking = "test" not in service.get("healthcheck", {})
        assert lacking == (name in WITHOUT_HEALTHCHECK), f"{name}: healthcheck"


def test_the_image_itself_runs_without_root(dockerfile):
    last_stage = dockerfile.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last_stage, re.MULTILINE)


def required_variables(root):
    return set(re.findall(r"(?<!\$)\$\{(\w+):\?", (root / "docker-compose.yml").read_text()))


def test_secrets_have_no_defaults_and_the_install_page_names_every_variable(root):
    text = (root / "docker-compose.yml").read_text()
    assert not re.findall(r"(?<!\$)\$\{\w+(?!:\?|\w)[^}]*\}", text), "a variable has a default"
    page = (root / "docs" / "install.md").read_text()
    assert not sorted(name for name in required_variables(root) if f"`{name}`" not in page)


def test_the_turn_server_relays_to_the_media_port_alone(services):
    command = services["coturn"]["command"]
    assert [option for option in command if option.startswith("--allowed-peer-ip")] == [
        "--allowed-peer-ip=${PUBLIC_ADDRESS:?}"
    ]
    denied = {option.partition("=")[2] for option in command if option.startswith("--denied-peer-ip")}
    assert denied == {
        "0.0.0.0-255.255.255.255",
        "::ffff:0.0.0.0-::ffff:255.255.255.255",
        "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    }
    assert {"--no-tcp-relay", "--no-multicast-peers", "--use-auth-secret", "--no-cli"} <= set(command)


def test_everything_that_the_image_copies_exists(root, dockerfile):
    wanted = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    missing = [name for names in wanted for name in names.split() if not (root / name).exists()]
    assert wanted
    assert not missing
