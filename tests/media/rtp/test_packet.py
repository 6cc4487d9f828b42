import pytest
from aiortc import rtp as aiortc_rtp
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import packet


@given(st.binary(max_size=80))
def test_any_bytes_parse_or_are_refused(data):
    try:
        parsed = packet.parse(data)
    except packet.RtpError:
        return
    assert len(parsed.payload) <= len(data) - 12


@given(
    marker=st.integers(0, 1),
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 65_535),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=50),
)
def test_header_reads_the_same_to_aiortc_and_to_us(marker, payload_type, sequence, timestamp, ssrc, payload):
    written = packet.header(
        marker=marker,
        payload_type=payload_type,
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
        extended=False,
    )
    ours = packet.parse(written + payload)
    theirs = aiortc_rtp.RtpPacket.parse(written + payload)
    assert (ours.marker, ours.payload_type, ours.sequence) == (theirs.marker, theirs.payload_type, sequence)
    assert (ours.timestamp, ours.ssrc, ours.payload) == (theirs.timestamp, theirs.ssrc, theirs.payload)


def test_padding_sources_and_extension_are_taken_off():
    data = bytes.fromhex("b2 e0 0001 00000002 00000003") + b"\0" * 8 + bytes.fromhex("bede0001 10 31 0000")
    parsed = packet.parse(data + b"payload" + b"\0\0\x03")
    assert parsed.payload == b"payload"
    assert parsed.marker == 1
    assert (parsed.extension_profile, parsed.extension) == (0xBEDE, bytes.fromhex("10310000"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80" * 11,
        b"\x40" + b"\0" * 20,
        b"\x8f" + b"\0" * 11,
        b"\x90" + b"\0" * 11,
        b"\x90" + b"\0" * 11 + b"\xbe\xde\x00\x09",
        b"\xa0" + b"\0" * 12,
        b"\xa0" + b"\0" * 11 + b"\x09",
    ],
    ids=[
        "empty",
        "short",
        "version 1",
        "sources",
        "no extension",
        "long extension",
        "padding 0",
        "long padding",
    ],
)
def test_lengths_that_point_past_the_end_are_refused(data):
    with pytest.raises(packet.RtpError):
        packet.parse(data)


def test_rtcp_is_told_by_its_packet_type():
    assert packet.is_rtcp(b"\x80\xc8")
    assert packet.is_rtcp(b"\x80\xce")
    assert not packet.is_rtcp(b"\x80\x60")
    assert not packet.is_rtcp(b"\x80\xe0")
    assert not packet.is_rtcp(b"\x80")
