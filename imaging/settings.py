"""What can be set for imaging; `server/settings.py` fills it from the environment."""

from dataclasses import dataclass, field

from imaging.dicom.scanner import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingSettings:
    """Addresses and limits. The defaults suit one small machine."""

    dicom_host: str = "0.0.0.0"  # noqa: S104 - modalities reach it over the LAN; the allow-list decides who may
    dicom_port: int = 11112
    ae_title: str = "LIANZHEN"
    max_associations: int = 16
    max_pdu_bytes: int = 256 << 10
    association_memory_bytes: int = 1 << 30
    """The most that all associations together may hold of unfinished instances."""

    max_instance_bytes: int = 4 << 30
    max_request_bytes: int = 64 << 30
    memory_part_bytes: int = 16 << 20
    """Parts up to this size stay in memory; larger ones are spilled to the spool folder."""
    max_parts: int = 20_000
    max_render_pixels: int = 64_000_000
    access_cache_s: float = 30.0
    limits: Limits = field(default_factory=Limits)
