from hypothesis import given
from hypothesis import strategies as st

from media.transport.framing import Deframer, frame


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=10), st.integers(1, 50))
def test_frames_come_out_however_the_stream_is_cut(datagrams, piece):
    stream = b"".join(frame(datagram) for datagram in datagrams)
    deframer, found = Deframer(), []
    for start in range(0, len(stream), piece):
        found += deframer.feed(stream[start : start + piece])
    assert found == datagrams


def test_empty_frames_are_left_out():
    assert Deframer().feed(b"\0\0\0\x01a\0\0") == [b"a"]
