"""A simulated browser's connection: ICE checks, a DTLS client and SRTP on one UDP socket, and nothing more.

It reads nothing but what it must, so that the load costs little beside what is measured.
"""

import datetime
import re
import secrets
import select
import socket
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from media.rtp import keyframe, packet
from media.rtp.packet import RtpError
from media.transport import sdp, stun
from media.transport.dtls import fingerprint, split_flight
from media.transport.sdp import Section
from media.transport.srtp import PROFILES, SrtpError, SrtpKeys, SrtpSession, split_keys

_CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", re.MULTILINE | re.IGNORECASE)
_DTLS_1_2 = 0xFEFD
_PATIENCE_S = 10.0
_REPEAT_FLIGHT_S = 0.05
"""Chromium's first DTLS timeout; OpenSSL's own would be a second."""

_BUFFER_BYTES = 8 * 1024 * 1024


class LoadError(Exception):
    """The server under load didn't do what a browser needs."""


class Identity:
    """One certificate for all simulated browsers of a run."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "load")])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = fingerprint(certificate, "sha-256")
        self.context = SSL.Context(SSL.DTLS_CLIENT_METHOD)
        self.context.set_max_proto_version(_DTLS_1_2)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_verify(SSL.VERIFY_PEER, _any_certificate)
        self.context.set_tlsext_use_srtp(b":".join(profile.openssl_name for profile in PROFILES))


def _any_certificate(*_: object) -> bool:
    return True


class Endpoint:
    """One simulated connection, blocking."""

    def __init__(self, identity: Identity, host: str) -> None:
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(12)
        self.received = 0
        self.profile = ""
        self._identity = identity
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self._socket.bind((host, 0))
        self._srtp: SrtpSession | None = None
        self._flight: list[bytes] = []
        self._remote_ufrag = ""
        self._remote_password = ""

    def transport_lines(self, setup: str) -> list[str]:
        """Return what a description says of this connection."""
        return [
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self._identity.fingerprint.value}",
            f"a=setup:{setup}",
            "a=rtcp-mux",
        ]

    def connect(self, remote: str) -> None:
        """Do ICE and DTLS with the server that wrote this description.

        Raises:
            LoadError: it doesn't answer.
        """
        section = sdp.parse(remote).bundled()
        self._remote_ufrag, self._remote_password = section.ice_ufrag, section.ice_password
        candidate = _CANDIDATE.search(remote)
        if candidate is None:
            raise LoadError("no candidate")
        self._socket.connect((candidate[1], int(candidate[2])))
        deadline = time.monotonic() + _PATIENCE_S
        self._check_until_answered(deadline)
        self._shake_hands(deadline)

    def check(self) -> None:
        """Send one connectivity check that nominates this pair."""
        attributes = [
            (stun.USERNAME, f"{self._remote_ufrag}:{self.ufrag}".encode()),
            (stun.PRIORITY, (1 << 24).to_bytes(4, "big")),
            (stun.ICE_CONTROLLING, secrets.token_bytes(8)),
            (stun.USE_CANDIDATE, b""),
        ]
        transaction = secrets.token_bytes(12)
        self._socket.send(
            stun.write(stun.BINDING_REQUEST, transaction, attributes, password=self._remote_password)
        )

    def _check_until_answered(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            self.check()
            datagram = self._receive(0.05)
            message = stun.parse(datagram) if datagram else None
            if message is not None and message.message_type == stun.BINDING_SUCCESS:
                return
        raise LoadError("no answer to connectivity checks")

    def _shake_hands(self, deadline: float) -> None:
        connection = SSL.Connection(self._identity.context, None)
        connection.set_connect_state()
        connection.set_ciphertext_mtu(1200)
        while time.monotonic() < deadline:
            try:
                connection.do_handshake()
                self._flush(connection)
                break
            except SSL.WantReadError:
                self._flush(connection)
            datagram = self._receive(_REPEAT_FLIGHT_S)
            if datagram is None:
                self._send_all(self._flight)
            elif 20 <= datagram[0] < 64:
                connection.bio_write(datagram)
            else:
                self._answer_check(datagram)
        else:
            raise LoadError("no DTLS handshake")
        self._take_keys(connection)

    def _take_keys(self, connection: SSL.Connection) -> None:
        name = connection.get_selected_srtp_profile()
        profile = next(profile for profile in PROFILES if profile.openssl_name == name)
        material = connection.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_bytes + profile.salt_bytes)
        )
        server = split_keys(profile, material)
        self.profile = name.decode()
        self._srtp = SrtpSession(SrtpKeys(profile=profile, receive=server.send, send=server.receive))

    def _flush(self, connection: SSL.Connection) -> None:
        try:
            self._flight = split_flight(connection.bio_read(65_536))
        except SSL.WantReadError:
            return
        self._send_all(self._flight)

    def _send_all(self, datagrams: list[bytes]) -> None:
        for datagram in datagrams:
            self._socket.send(datagram)

    def _receive(self, timeout_s: float) -> bytes | None:
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return None
        try:
            return self._socket.recv(2048)
        except ConnectionRefusedError:
            return None

    def _answer_check(self, datagram: bytes) -> None:
        """Answer a check of a server that isn't lite."""
        message = stun.parse(datagram)
        if message is None or message.message_type != stun.BINDING_REQUEST:
            return
        host, port = self._socket.getpeername()[:2]
        mapped = stun.xor_address(host, port, message.transaction)
        answer = stun.write(
            stun.BINDING_SUCCESS,
            message.transaction,
            [(stun.XOR_MAPPED_ADDRESS, mapped)],
            password=self.password,
        )
        self._socket.send(answer)

    def send(self, rtp: bytes) -> None:
        """Encrypt and send one packet."""
        if self._srtp is None:
            raise LoadError("not connected")
        self._socket.send(self._srtp.protect(rtp))

    def drain(self) -> int:
        """Read everything that has come; return how many RTP packets it was."""
        count = 0
        while True:
            try:
                datagram = self._socket.recv(2048, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return count
            if 128 <= datagram[0] < 192 and not packet.is_rtcp(datagram):
                count += 1

    def wants_picture(self) -> bool:
        """Read what has come; tell whether a key frame was asked for."""
        wanted = False
        while (datagram := self._receive(0)) is not None:
            if packet.is_rtcp(datagram) and self._srtp is not None:
                try:
                    compound = self._srtp.unprotect_rtcp(datagram)
                except SrtpError:
                    continue
                wanted = wanted or b"\x81\xce" in compound or b"\x84\xce" in compound
            else:
                self._answer_check(datagram)
        return wanted

    def has_key_frame(self) -> bool:
        """Read what has come; tell whether a key frame of VP8 begins in it."""
        while (datagram := self._receive(0)) is not None:
            if not 128 <= datagram[0] < 192 or packet.is_rtcp(datagram) or self._srtp is None:
                continue
            try:
                received = packet.parse(self._srtp.unprotect(datagram))
            except (SrtpError, RtpError):
                continue
            if keyframe.starts_vp8_key_frame(received.payload):
                return True
        return False

    def close(self) -> None:
        """Release the socket."""
        self._socket.close()


def publisher_offer(endpoint: Endpoint, ssrc: int) -> str:
    """Write a browser-like offer of one VP8 track."""
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "a=msid-semantic: WMS s",
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=sendonly",
        *endpoint.transport_lines("active"),
        "a=msid:s t",
        "a=rtpmap:96 VP8/90000",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 goog-remb",
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
        f"a=ssrc:{ssrc} cname:load",
    ]
    return "\r\n".join(lines) + "\r\n"


def subscriber_answer(endpoint: Endpoint, offer: str) -> str:
    """Write a browser-like answer that takes everything offered."""
    offered = sdp.parse(offer)
    lines = ["v=0", "o=- 2 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append(" ".join(["a=group:BUNDLE", *(section.mid for section in offered.sections)]))
    for section in offered.sections:
        lines += _answered(endpoint, section)
    return "\r\n".join(lines) + "\r\n"


def _answered(endpoint: Endpoint, section: Section) -> list[str]:
    numbers = " ".join(str(number) for number in section.codecs)
    lines = [
        f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {numbers}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{section.mid}",
        "a=recvonly",
        *endpoint.transport_lines("active"),
    ]
    lines += [f"a=extmap:{number} {uri}" for number, uri in section.extensions.items()]
    for codec in section.codecs.values():
        lines.append(f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock_rate}")
        lines += [f"a=rtcp-fb:{codec.payload_type} {kind}" for kind in codec.feedback]
        if codec.parameters:
            lines.append(f"a=fmtp:{codec.payload_type} {codec.parameters}")
    return lines
