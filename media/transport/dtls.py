"""The server side of DTLS-SRTP (RFC 5764) over datagrams handed in and out; no socket, no timer of its own.

OpenSSL speaks DTLS 1.2 through memory. The peer's certificate is self-signed and judged by the fingerprint in
its SDP alone (RFC 8122 §5); until the SDP is known the handshake may finish, but no key leaves.
"""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from media.transport.srtp import PROFILES, SrtpKeys, split_keys

_DTLS_1_2 = 0xFEFD
_DATAGRAM_BYTES = 1200
_FLIGHT_BYTES = 65_536
_RECORD_HEADER_BYTES = 13
_EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"
_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "sha-256": hashes.SHA256,
    "sha-384": hashes.SHA384,
    "sha-512": hashes.SHA512,
}
_CIPHERS = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"


class DtlsState(Enum):
    """Where a handshake stands."""

    WAITING = "waiting"
    VERIFYING = "verifying"
    CONNECTED = "connected"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`a=fingerprint` (RFC 8122 §5): a hash name and upper-case hex pairs joined by colons."""

    algorithm: str
    value: str


class Certificate:
    """This worker's key and self-signed certificate, new at each start; valid 30 days."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, secrets.token_hex(8))])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = fingerprint(certificate, "sha-256")
        self.context = SSL.Context(SSL.DTLS_SERVER_METHOD)
        self.context.set_min_proto_version(_DTLS_1_2)
        self.context.set_max_proto_version(_DTLS_1_2)
        self.context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION)
        self.context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _any_certificate)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_cipher_list(_CIPHERS)
        self.context.set_tlsext_use_srtp(b":".join(profile.openssl_name for profile in PROFILES))


def _any_certificate(*_: object) -> bool:
    return True  # judged by its fingerprint after the handshake


def fingerprint(certificate: x509.Certificate, algorithm: str) -> Fingerprint:
    """Return the certificate's fingerprint by a hash of `_HASHES`."""
    digest = certificate.fingerprint(_HASHES[algorithm]())
    return Fingerprint(algorithm, digest.hex(":").upper())


class DtlsServer:
    """One peer's handshake."""

    def __init__(self, certificate: Certificate) -> None:
        self.state = DtlsState.WAITING
        self._certificate = certificate
        self._expected: tuple[Fingerprint, ...] = ()
        self._connection = self._fresh()

    def _fresh(self) -> SSL.Connection:
        connection = SSL.Connection(self._certificate.context, None)
        connection.set_accept_state()
        connection.set_ciphertext_mtu(_DATAGRAM_BYTES)
        return connection

    def expect(self, fingerprints: tuple[Fingerprint, ...]) -> None:
        """Say what certificate the peer's SDP promises."""
        self._expected = fingerprints
        if self.state is DtlsState.VERIFYING:
            self._verify()

    def receive(self, datagram: bytes) -> list[bytes]:
        """Take one datagram; return the datagrams to answer with. Never raises: junk changes nothing."""
        if self.state in (DtlsState.CLOSED, DtlsState.FAILED):
            return []
        self._connection.bio_write(datagram)
        if self.state is DtlsState.WAITING:
            self._shake_hands()
        else:
            self._read()
        return self._outgoing()

    def _shake_hands(self) -> None:
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error:
            # Anybody on the path can forge an early, unprotected message: begin anew, the browser repeats itself.
            self._connection = self._fresh()
            return
        self.state = DtlsState.VERIFYING
        if self._expected:
            self._verify()

    def _read(self) -> None:
        try:
            self._connection.recv(16_384)  # application data (SCTP) isn't offered and not wanted
        except SSL.ZeroReturnError:
            self.state = DtlsState.CLOSED
        except SSL.Error:
            return

    def _verify(self) -> None:
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        known = [promised for promised in self._expected if promised.algorithm in _HASHES]
        matches = certificate is not None and all(
            fingerprint(certificate, promised.algorithm).value == promised.value for promised in known
        )
        has_profile = self._connection.get_selected_srtp_profile() != b""
        self.state = DtlsState.CONNECTED if known and matches and has_profile else DtlsState.FAILED

    def keys(self) -> SrtpKeys:
        """Return the SRTP keys (RFC 5764 §4.2); only when connected."""
        if self.state is not DtlsState.CONNECTED:
            raise ValueError("no keys before the peer is verified")
        name = self._connection.get_selected_srtp_profile()
        profile = next(profile for profile in PROFILES if profile.openssl_name == name)
        material = self._connection.export_keying_material(
            _EXPORTER_LABEL, 2 * (profile.key_bytes + profile.salt_bytes)
        )
        return split_keys(profile, material)

    def timeout_s(self) -> float | None:
        """Return the seconds until `handle_timeout` is due; None when nothing waits."""
        return self._connection.DTLSv1_get_timeout() if self.state is DtlsState.WAITING else None

    def handle_timeout(self) -> list[bytes]:
        """Return what has to be repeated."""
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error:
            self._connection = self._fresh()
        return self._outgoing()

    def close(self) -> list[bytes]:
        """Say goodbye to the peer (close_notify)."""
        if self.state not in (DtlsState.VERIFYING, DtlsState.CONNECTED):
            return []
        self.state = DtlsState.CLOSED
        try:
            self._connection.shutdown()
        except SSL.Error:
            return []
        return self._outgoing()

    def _outgoing(self) -> list[bytes]:
        try:
            flight = self._connection.bio_read(_FLIGHT_BYTES)
        except SSL.WantReadError:
            return []
        return split_flight(flight)


def split_flight(flight: bytes) -> list[bytes]:
    """Divide a flight of DTLS 1.2 records (RFC 6347 §4.1) into datagrams of at most 1,200 bytes."""
    datagrams: list[bytes] = []
    start = position = 0
    while position + _RECORD_HEADER_BYTES <= len(flight):
        end = position + _RECORD_HEADER_BYTES + int.from_bytes(flight[position + 11 : position + 13], "big")
        if end - start > _DATAGRAM_BYTES and position > start:
            datagrams.append(flight[start:position])
            start = position
        position = end
    if start < len(flight):
        datagrams.append(flight[start:])
    return datagrams
