from types import MappingProxyType

import pytest

from media.router.publication import Publication
from media.router.sources import SourceTable, negotiated_track, sending_section
from media.rtp.packet import RtpPacket
from media.transport import sdp
from wire.media import PublishedTrack
from wire.problems import Problem

OFFER = """v=0\r
a=group:BUNDLE v\r
m=video 9 UDP/TLS/RTP/SAVPF 120 121\r
a=mid:v\r
a=sendonly\r
a=rtpmap:120 VP8/90000\r
a=rtcp-fb:120 nack\r
a=rtcp-fb:120 nack pli\r
a=rtpmap:121 rtx/90000\r
a=fmtp:121 apt=120\r
a=ssrc-group:FID 7 8\r
a=ssrc:7 cname:x\r
a=ssrc:8 cname:x\r
"""
WITHOUT_SSRCS = "".join(line for line in OFFER.splitlines(keepends=True) if "ssrc" not in line)
TRACK = PublishedTrack(mid="v", kind="video", purpose="camera")


def publication():
    return Publication(publication_id="p", participant_id="d", kind="video", purpose="camera")


def learnt(offer, one, table=None):
    table = table or SourceTable()
    described = sdp.parse(offer)
    section = sending_section(described, TRACK)
    table.replace({"v": negotiated_track(section, one, MappingProxyType({}))}, described)
    return table


def rtp(ssrc, payload_type):
    return RtpPacket(0, payload_type, 1, 1, ssrc, b"x")


def test_announced_ssrcs_are_known_at_once():
    one = publication()
    table = learnt(OFFER, one)
    assert table.source(7).publication is one
    assert not table.source(7).is_rtx
    assert (table.source(8).is_rtx, table.source(8).primary_ssrc) == (True, 7)
    (track,) = table
    assert (track.nack, track.pli, track.rtx_payload_type) == (True, True, 121)


def test_unannounced_ssrcs_are_learnt_from_their_mid():
    table = learnt(WITHOUT_SSRCS, publication())
    assert table.identify(rtp(70, 120), "v").primary_ssrc == 70
    assert table.identify(rtp(80, 121), "v").is_rtx
    assert table.source(80).primary_ssrc == 70


def test_an_unknown_mid_or_payload_type_is_nobody():
    table = learnt(WITHOUT_SSRCS, publication())
    assert table.identify(rtp(70, 120), "other") is None
    assert table.identify(rtp(70, 33), "v") is None


def test_repeats_before_the_original_are_nobody():
    assert learnt(WITHOUT_SSRCS, publication()).identify(rtp(80, 121), "v") is None


def test_another_ssrc_for_the_same_track_begins_a_new_stream():
    one = publication()
    table = learnt(OFFER, one)
    one.arrived(rtp(7, 120), {}, 0.0, 0.0)
    learnt(
        OFFER.replace("FID 7 8", "FID 9 10").replace("ssrc:7", "ssrc:9").replace("ssrc:8", "ssrc:10"),
        one,
        table,
    )
    assert one.reception.received == 0
    assert one.packets_received == 1
    assert table.source(7) is None
    assert table.source(9).publication is one


def test_the_same_offer_again_changes_nothing():
    one = publication()
    table = learnt(OFFER, one)
    one.arrived(rtp(7, 120), {}, 0.0, 0.0)
    learnt(OFFER, one, table)
    assert one.reception.received == 1


def test_a_flood_of_ssrcs_ends_somewhere():
    table = learnt(WITHOUT_SSRCS, publication())
    table.identify(rtp(1, 120), "v")
    for ssrc in range(2, 500):
        table.identify(rtp(ssrc, 121), "v")
    assert table.source(63) is not None
    assert table.source(400) is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (OFFER.replace("sendonly", "recvonly"), "media/track-unknown"),
        (OFFER.replace("BUNDLE v", "BUNDLE"), "media/track-unknown"),
        (OFFER.replace("m=video", "m=audio"), "media/track-unknown"),
        (OFFER.replace("VP8", "AV1"), "media/sdp-unsupported"),
    ],
)
def test_a_track_that_is_not_sent_is_a_problem(changed, code):
    with pytest.raises(Problem) as refused:
        sending_section(sdp.parse(changed), TRACK)
    assert refused.value.code == code
