"""One connection's transport: ICE-lite, then DTLS, then SRTP, over whichever path the browser nominates.

Hands authenticated plaintext up and takes plaintext down. Knows nothing of rooms or streams. Its keys live as
long as the browser's certificate: an ICE restart changes the way, not the keys (RFC 8842 §5.1).
"""

from enum import StrEnum
from typing import Protocol

from media.rtp.packet import is_rtcp
from media.transport import stun
from media.transport.dtls import Certificate, DtlsServer, DtlsState, Fingerprint
from media.transport.ice_lite import Credentials, IceLite
from media.transport.mux import Mux
from media.transport.path import Path
from media.transport.srtp import LONGEST_PLAINTEXT_BYTES, SrtpError, SrtpSession

_SHORTEST_SRTP_BYTES = 12


class PeerState(StrEnum):
    """What a participant may be told about a connection."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


class PeerOwner(Protocol):
    """Who gets a connection's plaintext."""

    def rtp_arrived(self, data: bytes, arrival: float) -> None:
        """Take one authentic RTP packet and when it reached the machine."""
        ...

    def rtcp_arrived(self, compound: bytes, now: float) -> None:
        """Take one authentic RTCP compound."""
        ...

    def state_changed(self, state: PeerState, now: float) -> None:
        """Learn how the connection is."""
        ...


class Peer:
    """A connection; a `Listener` of the port."""

    def __init__(
        self, mux: Mux, certificate: Certificate, owner: PeerOwner, *, consent_timeout_s: float
    ) -> None:
        self.state = PeerState.CONNECTING
        self.rejected = 0
        """Datagrams from the peer's own address that weren't authentic, were replays or made no sense."""
        self._mux = mux
        self._certificate = certificate
        self._owner = owner
        self._consent_timeout_s = consent_timeout_s
        self._ice = IceLite()
        self._fingerprints: tuple[Fingerprint, ...] = ()
        self._dtls = DtlsServer(certificate)
        self._dtls_due: float | None = None
        self._srtp: SrtpSession | None = None
        self._path: Path | None = None
        mux.listen(self._ice.credentials.ufrag, self)

    @property
    def credentials(self) -> Credentials:
        """What the description says of ICE."""
        return self._ice.credentials

    @property
    def fingerprint(self) -> Fingerprint:
        """What the description says of DTLS."""
        return self._certificate.fingerprint

    def expect(self, fingerprints: tuple[Fingerprint, ...], now: float) -> None:
        """Say which certificate the browser's description promises; another one begins DTLS anew."""
        if self._fingerprints and set(fingerprints) != set(self._fingerprints):
            self._dtls = DtlsServer(self._certificate)
            self._srtp = None
            self._become(PeerState.CONNECTING, now)
        self._fingerprints = fingerprints
        self._dtls.expect(fingerprints)
        self._follow_handshake(now)

    def restart_ice(self, now: float) -> None:
        """Take new credentials; the previous ones stay good for some seconds, keys and path stay."""
        credentials = self._ice.restart(now)
        self._mux.listen(credentials.ufrag, self)

    def checked(self, message: stun.StunMessage, path: Path, now: float) -> bool:
        """Judge and answer a connectivity check."""
        result = self._ice.receive(message, path.host, path.port, now)
        if result.answer is not None:
            path.send(result.answer)
        if result.nominated or (result.accepted and self._path is None):
            self._path = path
        if result.accepted and self.state is PeerState.DISCONNECTED and self._srtp is not None:
            self._become(PeerState.CONNECTED, now)
        return result.accepted

    def received(self, datagram: bytes, path: Path, now: float) -> None:
        """Take a datagram from one of the browser's addresses (RFC 7983 §7)."""
        first = datagram[0]
        if first < 64:
            self._handshake(datagram, path, now)
            return
        if self._srtp is None or first < 128 or len(datagram) < _SHORTEST_SRTP_BYTES:
            self.rejected += 1
            return
        try:
            if is_rtcp(datagram):
                self._owner.rtcp_arrived(self._srtp.unprotect_rtcp(datagram), now)
            else:
                self._owner.rtp_arrived(self._srtp.unprotect(datagram), now)
        except SrtpError:
            self.rejected += 1

    def send_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt and send; return the datagram, None if nothing was sent."""
        if self._srtp is None or self._path is None or len(packet) > LONGEST_PLAINTEXT_BYTES:
            return None
        try:
            datagram = self._srtp.protect(packet)
        except SrtpError:
            return None
        self._path.send(datagram)
        return datagram

    def send_again(self, datagram: bytes) -> None:
        """Send what `send_rtp` returned once more, byte for byte."""
        if self._path is not None:
            self._path.send(datagram)

    def send_rtcp(self, compound: bytes) -> None:
        """Encrypt and send a compound."""
        if self._srtp is None or self._path is None or len(compound) > LONGEST_PLAINTEXT_BYTES:
            return
        try:
            self._path.send(self._srtp.protect_rtcp(compound))
        except SrtpError:
            return

    def tick(self, now: float) -> None:
        """Do what time demands: repeat a handshake flight, notice silence, retire old credentials."""
        if self._dtls_due is not None and now >= self._dtls_due:
            self._send_all(self._dtls.handle_timeout())
            self._plan_handshake(now)
        retired = self._ice.expired(now)
        if retired is not None:
            self._mux.unlisten(retired.ufrag)
        silent = self._ice.silent_s(now)
        if self.state is PeerState.CONNECTED and silent is not None and silent > self._consent_timeout_s:
            self._become(PeerState.DISCONNECTED, now)

    def close(self) -> None:
        """Say goodbye and leave the port."""
        self._send_all(self._dtls.close())
        self._srtp = None
        self._path = None
        self._mux.forget(self)

    def _handshake(self, datagram: bytes, path: Path, now: float) -> None:
        for answer in self._dtls.receive(datagram):
            path.send(answer)
        self._follow_handshake(now)

    def _follow_handshake(self, now: float) -> None:
        match self._dtls.state:
            case DtlsState.CONNECTED if self._srtp is None:
                self._srtp = SrtpSession(self._dtls.keys())
                self._become(PeerState.CONNECTED, now)
            case DtlsState.CLOSED:
                self._become(PeerState.DISCONNECTED, now)
            case DtlsState.FAILED:
                self._become(PeerState.FAILED, now)
            case _:
                pass
        self._plan_handshake(now)

    def _plan_handshake(self, now: float) -> None:
        timeout = self._dtls.timeout_s()
        self._dtls_due = None if timeout is None else now + timeout

    def _send_all(self, datagrams: list[bytes]) -> None:
        if self._path is not None:
            for datagram in datagrams:
                self._path.send(datagram)

    def _become(self, state: PeerState, now: float) -> None:
        if state is not self.state:
            self.state = state
            self._owner.state_changed(state, now)
