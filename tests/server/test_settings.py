from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings, own_addresses

NAMES = (
    "HTTP_PORT",
    "MEDIA_PORT",
    "DICOM_PORT",
    "DATA_DIR",
    "DATABASE_URL",
    "BUS_URL",
    "BLOB_URL",
    "RECORD_URL",
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_those_of_the_manual() -> None:
    settings = Settings()
    assert (settings.http_port, settings.media_port, settings.dicom_port) == (8080, 44380, 11112)
    assert settings.data_dir == Path("data").resolve()
    assert settings.databases == f"sqlite:{Path('data').resolve()}"
    assert (settings.bus_url, settings.blob_url, settings.record_url) == ("memory:", "file:", "embedded:")


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/lianzhen")
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example https://b.example")
    settings = Settings()
    assert settings.http_port == 9000
    assert settings.databases == "postgresql://db/lianzhen"
    assert settings.origins == {"https://a.example", "https://b.example"}


@pytest.mark.parametrize("port", ["-1", "65536", "eighty"])
def test_impossible_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("HTTP_PORT", port)
    with pytest.raises(ValidationError):
        Settings()


def test_media_addresses_are_found_or_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_addresses()[0] == "127.0.0.1"
    monkeypatch.setenv("MEDIA_ADDRESSES", "10.0.0.5 2001:db8::5")
    assert Settings().candidate_addresses == ("10.0.0.5", "2001:db8::5")
