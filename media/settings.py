"""What an operator may choose about the relay."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """The relay's settings; `server/settings.py` fills them from the environment.

    Attributes:
        port: UDP and TCP port that carries all media; 0 lets the system choose (tests).
        addresses: IP addresses at which browsers reach this machine, advertised as host candidates in this
            order. IPv4 and IPv6.
        worker_id: this worker's name on the bus.
        consent_timeout_s: silence of a browser's connectivity checks after which it counts as disconnected
            (RFC 7675 §5.1 allows 30 s at most).
        max_video_rate_bps: the most that one publisher's connection is told to send.
        min_video_rate_bps: the least that one publisher's connection is told to send.
        max_peers: connections that one worker accepts.
    """

    port: int = 44380
    addresses: tuple[str, ...] = ("127.0.0.1",)
    worker_id: str = "media-1"
    consent_timeout_s: float = 15.0
    max_video_rate_bps: int = 4_000_000
    min_video_rate_bps: int = 150_000
    max_peers: int = 400
