from aiortc import rtp as aiortc_rtp
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import rtcp

U32 = st.integers(0, 2**32 - 1)
BLOCK = st.builds(
    rtcp.ReportBlock,
    ssrc=U32,
    fraction_lost=st.integers(0, 255),
    packets_lost=st.integers(-(2**23), 2**23 - 1),
    highest_sequence=U32,
    jitter=U32,
    last_sender_report=U32,
    delay=U32,
)
SENDER_REPORT = st.builds(
    rtcp.SenderReport,
    ssrc=U32,
    ntp_time=st.integers(0, 2**64 - 1),
    rtp_timestamp=U32,
    packets=U32,
    octets=U32,
    blocks=st.lists(BLOCK, max_size=31).map(tuple),
)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_complaint(data):
    rtcp.parse(data)


@given(st.sampled_from([200, 201, 203, 205, 206, 207]), st.integers(0, 31), st.binary(max_size=64))
def test_any_body_of_a_known_type_is_read_without_complaint(packet_type, count, body):
    body = body[: len(body) // 4 * 4]
    rtcp.parse(bytes((0x80 | count, packet_type)) + (len(body) // 4).to_bytes(2, "big") + body)


@given(SENDER_REPORT)
def test_sender_reports_read_as_written(report):
    assert rtcp.parse(rtcp.sender_report(report)) == [report]


@given(U32, st.lists(BLOCK, max_size=31))
def test_receiver_reports_read_as_written_in_a_compound(ssrc, blocks):
    compound = rtcp.receiver_report(ssrc, blocks) + rtcp.source_description(ssrc, "name")
    assert rtcp.parse(compound) == [rtcp.ReceiverReport(ssrc=ssrc, blocks=tuple(blocks))]


@given(st.integers(0, 65_535), st.lists(st.integers(0, 200), min_size=1, max_size=40, unique=True))
def test_nacks_name_exactly_what_is_lost_to_aiortc_too(first, steps):
    lost = [(first + step) & 0xFFFF for step in sorted(steps)]
    written = rtcp.nack(1, 2, lost)
    assert rtcp.parse(written) == [rtcp.Nack(media_ssrc=2, lost=tuple(lost))]
    (theirs,) = aiortc_rtp.RtcpPacket.parse(written)
    assert theirs.lost == lost


@given(st.integers(0, (1 << 18) - 1), st.integers(0, 40), st.lists(U32, max_size=10))
def test_estimates_read_as_written_to_aiortc_too(mantissa, exponent, ssrcs):
    written = rtcp.receiver_estimate(1, mantissa << exponent, ssrcs)
    assert rtcp.parse(written) == [rtcp.ReceiverEstimate(rate_bps=mantissa << exponent, ssrcs=tuple(ssrcs))]
    (theirs,) = aiortc_rtp.RtcpPacket.parse(written)
    assert aiortc_rtp.unpack_remb_fci(theirs.fci) == (mantissa << exponent, ssrcs)


def test_picture_requests_of_both_kinds_are_read():
    assert rtcp.parse(rtcp.picture_loss(1, 9)) == [rtcp.PictureRequest(media_ssrc=9)]
    full_intra = bytes.fromhex("84ce0004 00000001 00000000 00000009 01000000")
    assert rtcp.parse(full_intra) == [rtcp.PictureRequest(media_ssrc=9)]


def test_goodbyes_read_as_written():
    assert rtcp.parse(rtcp.goodbye([1, 2])) == [rtcp.Goodbye(ssrcs=(1, 2))]


def test_what_follows_a_broken_length_is_left_out():
    compound = rtcp.picture_loss(1, 9) + b"\x80\xc8\xff\xff\0\0\0\0" + rtcp.picture_loss(1, 8)
    assert rtcp.parse(compound) == [rtcp.PictureRequest(media_ssrc=9)]
