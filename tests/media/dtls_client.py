"""A browser's DTLS, made of pyOpenSSL over memory."""

import contextlib
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from media.transport.dtls import fingerprint, split_flight
from media.transport.srtp import PROFILES, SrtpKeys, SrtpSession, split_keys


class Client:
    """A DTLS client over memory."""

    def __init__(self, profiles=b"SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80"):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "browser")])
        now = datetime.datetime.now(datetime.UTC)
        later = now + datetime.timedelta(days=1)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        )
        certificate = certificate.serial_number(1).not_valid_before(now).not_valid_after(later)
        self.certificate = certificate.sign(key, hashes.SHA256())
        context = SSL.Context(SSL.DTLS_CLIENT_METHOD)
        context.use_certificate(self.certificate)
        context.use_privatekey(key)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.set_tlsext_use_srtp(profiles)
        self.connection = SSL.Connection(context, None)
        self.connection.set_connect_state()

    @property
    def fingerprint(self):
        return fingerprint(self.certificate, "sha-256")

    def srtp(self):
        """The browser's side of the media, after the handshake."""
        name = self.connection.get_selected_srtp_profile()
        profile = next(one for one in PROFILES if one.openssl_name == name)
        size = 2 * (profile.key_bytes + profile.salt_bytes)
        material = self.connection.export_keying_material(b"EXTRACTOR-dtls_srtp", size)
        server = split_keys(profile, material)
        return SrtpSession(SrtpKeys(profile=profile, receive=server.send, send=server.receive))

    def step(self):
        with contextlib.suppress(SSL.WantReadError):
            self.connection.do_handshake()
        return self.pending()

    def pending(self):
        try:
            return split_flight(self.connection.bio_read(65_536))
        except SSL.WantReadError:
            return []


def shake_hands(server, client):
    """Let a `DtlsServer` and a client talk until they have nothing more to say."""
    exchange(server.receive, client)


def exchange(receive, client):
    """Let a client talk to whatever answers a datagram with datagrams."""
    to_server = client.step()
    while to_server:
        answers = [answer for datagram in to_server for answer in receive(datagram)]
        for answer in answers:
            client.connection.bio_write(answer)
        to_server = client.step() if answers else []
