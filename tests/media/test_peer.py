"""One connection from its first check to its last: paths, keys, silence and neighbours."""

import pytest
from dtls_client import Client, exchange
from hypothesis import given, settings
from hypothesis import strategies as st

from media.peer import Peer, PeerState
from media.rtp import packet, rtcp
from media.transport import stun
from media.transport.dtls import Certificate
from media.transport.mux import Mux

CERTIFICATE = Certificate()
RTP = packet.header(marker=0, payload_type=96, sequence=1, timestamp=2, ssrc=3, extended=False) + b"payload"


class Owner:
    """Keeps what a connection hands up."""

    def __init__(self):
        self.rtp, self.rtcp, self.states = [], [], []

    def rtp_arrived(self, data, arrival):
        self.rtp.append(data)

    def rtcp_arrived(self, compound, now):
        self.rtcp.append(compound)

    def state_changed(self, state, now):
        self.states.append(state)


class Wire:
    """A path whose other end is the test."""

    def __init__(self, host="192.0.2.1", port=1000):
        self.host, self.port = host, port
        self.sent = []

    def send(self, datagram):
        self.sent.append(datagram)

    def take(self):
        sent, self.sent = self.sent, []
        return sent


class Browser:
    """A browser on one wire, and the connection it talks to."""

    def __init__(self):
        self.mux = Mux(lambda: 0.0)
        self.owner = Owner()
        self.peer = Peer(self.mux, CERTIFICATE, self.owner, consent_timeout_s=15.0)
        self.wire = Wire()
        self.client = Client()

    def check(self, wire=None, now=0.0, credentials=None, nominate=True):
        wire = wire or self.wire
        known = credentials or self.peer.credentials
        attributes = [(stun.USERNAME, f"{known.ufrag}:r".encode())]
        attributes += [(stun.USE_CANDIDATE, b"")] if nominate else []
        request = stun.write(stun.BINDING_REQUEST, b"t" * 12, attributes, password=known.password)
        self.mux.arrived(request, (wire.host, wire.port), wire, now)
        return wire.take()

    def send(self, datagram, wire=None, now=0.0):
        wire = wire or self.wire
        self.mux.arrived(datagram, (wire.host, wire.port), wire, now)
        return wire.take()

    def connect(self, now=0.0):
        self.check(now=now)
        self.peer.expect((self.client.fingerprint,), now)
        exchange(lambda datagram: self.send(datagram, now=now), self.client)
        self.srtp = self.client.srtp()
        return self


def test_media_flows_both_ways_after_check_and_handshake():
    browser = Browser().connect()
    assert browser.owner.states == [PeerState.CONNECTED]
    browser.send(browser.srtp.protect(RTP))
    report = rtcp.receiver_report(9, [])
    browser.send(browser.srtp.protect_rtcp(report))
    assert browser.owner.rtp == [RTP]
    assert browser.owner.rtcp == [report]
    browser.peer.send_rtp(RTP)
    browser.peer.send_rtcp(report)
    media, control = browser.wire.take()
    assert browser.srtp.unprotect(media) == RTP
    assert browser.srtp.unprotect_rtcp(control) == report


def test_nothing_is_sent_before_there_are_keys():
    browser = Browser()
    browser.check()
    assert browser.peer.send_rtp(RTP) is None
    browser.peer.send_rtcp(b"\x80\xc9\0\x01\0\0\0\x01")
    assert browser.wire.take() == []


@settings(max_examples=60, deadline=None)
@given(
    junk=st.lists(st.binary(max_size=1600), max_size=30), forged=st.lists(st.binary(max_size=60), max_size=10)
)
def test_junk_from_strangers_and_from_a_forged_address_disturbs_nothing(junk, forged):
    browser, stranger = Browser().connect(), Wire("192.0.2.66", 6)
    for datagram in junk:
        browser.send(datagram, stranger)
        browser.send(datagram)
    for tail in forged:
        for head in (
            b"\x80\x60",
            b"\x80\xc8",
            b"\x16\xfe\xfd",
            b"\x15\xfe\xfd",
            b"\x17\xfe\xfd",
            b"\x00\x01",
        ):
            browser.send(head + tail)
    browser.wire.take()
    assert browser.peer.state is PeerState.CONNECTED
    assert browser.owner.rtp == []
    browser.send(browser.srtp.protect(RTP))
    assert browser.owner.rtp == [RTP]
    assert stranger.take() == []


@pytest.mark.parametrize("copies", [2, 50])
def test_a_replayed_packet_is_taken_once(copies):
    browser = Browser().connect()
    datagram = browser.srtp.protect(RTP)
    for _ in range(copies):
        browser.send(datagram)
    assert browser.owner.rtp == [RTP]
    assert browser.peer.rejected == copies - 1


def test_media_follows_the_nominated_path():
    browser, mobile = Browser().connect(), Wire("198.51.100.7", 7)
    browser.check(mobile, nominate=False)
    browser.peer.send_rtp(RTP)
    assert len(browser.wire.take()) == 1
    browser.check(mobile)
    browser.peer.send_rtp(
        packet.header(marker=0, payload_type=96, sequence=2, timestamp=2, ssrc=3, extended=False)
    )
    assert len(mobile.take()) == 1
    browser.send(browser.srtp.protect(RTP), mobile)
    assert browser.owner.rtp == [RTP]


def test_an_ice_restart_keeps_keys_and_takes_the_new_address():
    browser, elsewhere = Browser().connect(), Wire("198.51.100.7", 7)
    old = browser.peer.credentials
    browser.peer.restart_ice(1.0)
    assert browser.check(now=2.0, credentials=old) != []
    assert browser.check(elsewhere, now=3.0) != []
    browser.send(browser.srtp.protect(RTP), elsewhere, 3.0)
    assert browser.owner.rtp == [RTP]
    browser.peer.tick(12.0)
    assert browser.check(now=12.0, credentials=old) == []


def test_silence_disconnects_and_a_check_connects_again():
    browser = Browser().connect()
    browser.peer.tick(15.0)
    assert browser.peer.state is PeerState.CONNECTED
    browser.peer.tick(15.1)
    assert browser.peer.state is PeerState.DISCONNECTED
    browser.check(now=40.0)
    assert browser.owner.states == [PeerState.CONNECTED, PeerState.DISCONNECTED, PeerState.CONNECTED]


def test_another_certificate_begins_dtls_anew():
    browser = Browser().connect()
    browser.client = Client()
    browser.connect(now=1.0)
    assert browser.owner.states == [PeerState.CONNECTED, PeerState.CONNECTING, PeerState.CONNECTED]
    browser.send(browser.srtp.protect(RTP), now=1.0)
    assert browser.owner.rtp == [RTP]


def test_the_wrong_certificate_fails():
    browser = Browser()
    browser.check()
    browser.peer.expect((Client().fingerprint,), 0.0)
    exchange(browser.send, browser.client)
    assert browser.owner.states == [PeerState.FAILED]


def test_closing_says_goodbye_and_leaves_the_port():
    browser = Browser().connect()
    browser.peer.close()
    assert len(browser.wire.take()) == 1
    assert browser.check() == []
    assert browser.peer.send_rtp(RTP) is None
