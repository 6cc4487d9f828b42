"""One port, hostile neighbours: what reaches a connection and what doesn't."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transport import stun
from media.transport.framing import frame
from media.transport.mux import Mux
from media.transport.path import UdpPath

ADDRESS, OTHER = ("192.0.2.1", 1000), ("192.0.2.2", 2000)


class Recorder:
    """A connection that accepts every check and keeps what it gets."""

    def __init__(self):
        self.datagrams = []
        self.paths = []

    def checked(self, message, path, now):
        self.paths.append(path)
        return True

    def received(self, datagram, path, now):
        self.datagrams.append(datagram)


class Nowhere:
    """A path that leads nowhere."""

    host, port = "192.0.2.9", 9

    def send(self, datagram):
        raise AssertionError("nobody asked")


def request(ufrag):
    return stun.write(stun.BINDING_REQUEST, b"t" * 12, [(stun.USERNAME, f"{ufrag}:r".encode())], password="p")


def known_to(mux, ufrag="mine", address=ADDRESS, now=0.0):
    listener = Recorder()
    mux.listen(ufrag, listener)
    mux.arrived(request(ufrag), address, Nowhere(), now)
    return listener


def test_an_address_belongs_to_whoever_was_checked_there():
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    mux.arrived(b"\x80media", ADDRESS, Nowhere(), 0.0)
    mux.arrived(b"\x16dtls", ADDRESS, Nowhere(), 0.0)
    mux.arrived(b"\x80stranger", OTHER, Nowhere(), 0.0)
    assert mine.datagrams == [b"\x80media", b"\x16dtls"]
    assert mux.dropped["stranger"] == 1


@given(st.binary(max_size=1600))
def test_a_stranger_s_datagram_reaches_nobody(datagram):
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    mux.arrived(datagram, OTHER, Nowhere(), 0.0)
    assert mine.datagrams == []
    assert len(mine.paths) == 1


@pytest.mark.parametrize(
    "datagram", [b"", b"\x80" * 1501, b"\x00", b"\x05abc", b"\xff" * 20, b"\x45" * 70_000]
)
def test_empty_oversized_and_unknown_datagrams_from_the_right_address_are_dropped(datagram):
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    mux.arrived(datagram, ADDRESS, Nowhere(), 0.0)
    assert len(mine.datagrams) == (1 if datagram[:1] == b"\x45" and len(datagram) <= 1500 else 0)


def test_a_living_path_is_not_taken_away_by_another_connection():
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    thief = Recorder()
    mux.listen("thief", thief)
    mux.arrived(request("thief"), ADDRESS, Nowhere(), 5.0)
    mux.arrived(b"\x80media", ADDRESS, Nowhere(), 5.0)
    assert mine.datagrams == [b"\x80media"]
    assert thief.paths == []


def test_an_abandoned_address_may_be_used_again():
    mux = Mux(lambda: 0.0)
    known_to(mux)
    second = known_to(mux, "second", now=11.0)
    mux.arrived(b"\x80media", ADDRESS, Nowhere(), 11.0)
    assert second.datagrams == [b"\x80media"]


def test_a_forgotten_connection_gets_nothing():
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    mux.forget(mine)
    mux.arrived(b"\x80media", ADDRESS, Nowhere(), 0.0)
    mux.arrived(request("mine"), ADDRESS, Nowhere(), 0.0)
    assert mine.datagrams == []
    assert len(mine.paths) == 1


def test_addresses_without_checks_are_swept():
    mux = Mux(lambda: 0.0)
    mine = known_to(mux)
    mux.sweep(61.0)
    mux.arrived(b"\x80media", ADDRESS, Nowhere(), 61.0)
    assert mine.datagrams == []


@pytest.fixture
async def port():
    loop = asyncio.get_running_loop()
    mux = Mux(loop.time)
    await mux.open(0, ("127.0.0.1",))
    yield mux
    await mux.close()


class Arrived(Recorder):
    """A recorder that says when something came."""

    def __init__(self):
        super().__init__()
        self.event = asyncio.Event()

    def received(self, datagram, path, now):
        super().received(datagram, path, now)
        self.event.set()


async def test_udp_datagrams_keep_their_edges_and_answers_find_their_way(port):
    listener = Arrived()
    port.listen("mine", listener)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
        browser.connect(("127.0.0.1", port.port))
        for datagram in (b"", b"\x80" * 3000, request("mine"), b"\x80" * 2000, b"\x80one"):
            browser.send(datagram)
        await asyncio.wait_for(listener.event.wait(), 5)
        listener.paths[0].send(b"answer")
        browser.settimeout(5)
        assert browser.recv(100) == b"answer"
    assert listener.datagrams == [b"\x80one"]
    assert isinstance(listener.paths[0], UdpPath)


async def test_tcp_frames_are_datagrams_too(port):
    listener = Arrived()
    port.listen("mine", listener)
    reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
    writer.write(frame(b"\x80 from nobody yet") + frame(request("mine")) + frame(b"\x80one"))
    await asyncio.wait_for(listener.event.wait(), 5)
    listener.paths[0].send(b"answer")
    assert await reader.readexactly(8) == frame(b"answer")
    writer.close()
    assert listener.datagrams == [b"\x80one"]
    assert port.dropped["stranger"] == 1


async def test_a_taken_port_is_an_error_at_once(port):
    second = Mux(asyncio.get_running_loop().time)
    with pytest.raises(OSError, match="in use"):
        await second.open(port.port, ("127.0.0.1",))


async def test_an_address_behind_a_router_is_served_on_all_addresses():
    mux = Mux(asyncio.get_running_loop().time)
    await mux.open(0, ("203.0.113.7",))
    try:
        assert mux.port > 0
    finally:
        await mux.close()
