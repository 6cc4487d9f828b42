"""The settings, from the environment. No other module of the project reads it.

A URL's scheme picks the adapter: `sqlite:` or `postgresql:`, `memory:` or `redis:`, `file:` or `s3:`.
"""

import ipaddress
import socket
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator may set; docs/operate.md explains each."""

    model_config = SettingsConfigDict(env_file=None, frozen=True)

    http_host: str = "127.0.0.1"
    """The address to listen on. Beyond loopback put a TLS-terminating proxy in front."""
    http_port: int = Field(default=8080, ge=0, le=65535)
    allowed_origins: str = ""
    """Origins that may write and open WebSockets beside the request's own host, separated by spaces."""
    media_port: int = Field(default=44380, ge=0, le=65535)
    """UDP and TCP; one port carries every call."""
    media_addresses: str = ""
    """IP addresses to offer to browsers, separated by spaces; by default this machine's own."""
    turn_urls: str = ""
    """TURN servers that browsers may use, as `turns:host:5349`, separated by spaces."""
    turn_secret: str = ""
    """The secret shared with them, from which each browser's short-lived credentials are made."""
    dicom_port: int = Field(default=11112, ge=0, le=65535)
    dicom_host: str = "127.0.0.1"
    dicom_ae_title: str = Field(default="LIANZHEN", max_length=16)
    data_dir: Path = Path("data")
    database_url: str = "sqlite:"
    bus_url: str = "memory:"
    blob_url: str = "file:"
    record_url: str = "embedded:"
    record_token: str = ""
    """Sent as Bearer to an external record server."""
    county: str = "demo.lianzhen.invalid"
    """The namespace of the record's resource ids; never change it once in use."""
    log_level: str = "info"

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @property
    def databases(self) -> str:
        """The database URL with its folder filled in."""
        return f"sqlite:{self.data_dir}" if self.database_url == "sqlite:" else self.database_url

    @property
    def origins(self) -> frozenset[str]:
        """The allowed origins as a set."""
        return frozenset(self.allowed_origins.split())

    @property
    def candidate_addresses(self) -> tuple[str, ...]:
        """The addresses that the media relay offers, as set or as found on this machine."""
        return tuple(self.media_addresses.split()) or own_addresses()


def own_addresses() -> tuple[str, ...]:
    """Return loopback and the address that this machine's default route leaves from; nothing is sent."""
    found = ["127.0.0.1"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737): picks a route, sends no packet
        except OSError:
            return tuple(found)
        address = str(probe.getsockname()[0])
    if not ipaddress.ip_address(address).is_loopback:
        found.append(address)
    return tuple(found)
