"""What every connection of a worker shares: its port, its certificate, its settings and who hears of changes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from media.settings import MediaSettings
from media.transport.description import LocalTransport
from media.transport.dtls import Certificate, Fingerprint
from media.transport.ice_lite import Credentials
from media.transport.mux import Mux
from runtime.clock import Clock
from wire.media import ConnectionChanged, SubscribeOffered

CNAME = "lianzhen"
"""The canonical name of the relay's own reports (RFC 3550 §6.5.1)."""

Hint = SubscribeOffered | ConnectionChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """One worker, as its rooms see it. `announce` never waits."""

    mux: Mux
    certificate: Certificate
    settings: MediaSettings
    clock: Clock
    announce: Callable[[Hint], None]

    def local(self, credentials: Credentials, fingerprint: Fingerprint, setup: str) -> LocalTransport:
        """Return what a description says about the way to this worker."""
        return LocalTransport(
            credentials=credentials,
            fingerprint=fingerprint,
            addresses=self.settings.addresses,
            port=self.mux.port,
            setup=setup,
        )


def random_ssrc(taken: set[int]) -> int:
    """Draw an SSRC that isn't taken, and take it (RFC 3550 §8.1)."""
    while True:
        ssrc = secrets.randbits(32)
        if ssrc and ssrc not in taken:
            taken.add(ssrc)
            return ssrc
