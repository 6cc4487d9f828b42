"""Handshakes against a client made of pyOpenSSL, as a browser's would be."""

import pytest
from dtls_client import Client, shake_hands
from hypothesis import given, settings
from hypothesis import strategies as st

from media.transport.dtls import Certificate, DtlsServer, DtlsState, Fingerprint, fingerprint, split_flight
from media.transport.srtp import AEAD_AES_128_GCM, AES128_CM_SHA1_80, PROFILES, SrtpSession, split_keys

CERTIFICATE = Certificate()


def expected(client):
    return (fingerprint(client.certificate, "sha-256"),)


def connected(client=None):
    client = client or Client()
    server = DtlsServer(CERTIFICATE)
    server.expect(expected(client))
    shake_hands(server, client)
    return server, client


def test_both_sides_get_the_same_keys():
    server, client = connected()
    assert server.state is DtlsState.CONNECTED
    keys = server.keys()
    assert keys.profile is AEAD_AES_128_GCM
    material = client.connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 56)
    theirs = split_keys(keys.profile, material)
    assert theirs == keys
    packet = b"\x80\x60\x00\x01" + b"\0" * 8 + b"payload"
    browser = SrtpSession(type(keys)(profile=keys.profile, receive=keys.send, send=keys.receive))
    assert SrtpSession(keys).unprotect(browser.protect(packet)) == packet


def test_a_client_without_gcm_gets_the_profile_everybody_has():
    server, _ = connected(Client(b"SRTP_AES128_CM_SHA1_80"))
    assert server.keys().profile is AES128_CM_SHA1_80


def test_the_wrong_certificate_gets_no_keys():
    client, server = Client(), DtlsServer(CERTIFICATE)
    server.expect((Fingerprint("sha-256", "00:" * 31 + "00"),))
    shake_hands(server, client)
    assert server.state is DtlsState.FAILED
    with pytest.raises(ValueError, match="verified"):
        server.keys()


def test_an_unknown_hash_alone_proves_nothing():
    client, server = Client(), DtlsServer(CERTIFICATE)
    server.expect((Fingerprint("md5", "00"),))
    shake_hands(server, client)
    assert server.state is DtlsState.FAILED


def test_a_handshake_before_the_answer_waits_for_the_fingerprint():
    client, server = Client(), DtlsServer(CERTIFICATE)
    shake_hands(server, client)
    assert server.state is DtlsState.VERIFYING
    server.expect(expected(client))
    assert server.state is DtlsState.CONNECTED


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=1400), min_size=1, max_size=5))
def test_junk_before_and_after_the_handshake_changes_nothing(junk):
    client, server = Client(), DtlsServer(CERTIFICATE)
    server.expect(expected(client))
    for datagram in junk:
        server.receive(b"\x16\xfe\xfd" + datagram)
        server.receive(datagram)
    shake_hands(server, client)
    assert server.state is DtlsState.CONNECTED
    before = server.keys()
    for datagram in junk:
        server.receive(b"\x17\xfe\xfd" + datagram)
        server.receive(datagram)
    assert server.state is DtlsState.CONNECTED
    assert server.keys() == before


def test_a_forged_fatal_alert_after_the_handshake_is_ignored():
    server, _ = connected()
    server.receive(bytes.fromhex("15fefd 0000 000000000009 0002 0228"))
    assert server.state is DtlsState.CONNECTED


def test_a_goodbye_closes():
    server, client = connected()
    client.connection.shutdown()
    for datagram in client.pending():
        server.receive(datagram)
    assert server.state is DtlsState.CLOSED
    assert server.receive(b"\x16\xfe\xfd") == []


def test_our_goodbye_is_sent_once():
    server, _ = connected()
    assert len(server.close()) == 1
    assert server.close() == []


def test_flights_are_cut_between_records():
    record = b"\x16\xfe\xfd" + b"\0" * 8 + (700).to_bytes(2, "big") + b"x" * 700
    assert split_flight(record * 3) == [record, record, record]
    small = b"\x16\xfe\xfd" + b"\0" * 8 + (10).to_bytes(2, "big") + b"x" * 10
    assert split_flight(small * 3) == [small * 3]
    assert split_flight(b"") == []


def test_profiles_are_offered_strongest_first():
    assert PROFILES[0] is AEAD_AES_128_GCM
