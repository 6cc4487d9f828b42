"""What the relay writes, read back by our own parser and by aiortc's."""

import aiortc.sdp

from media.transport import description, sdp
from media.transport.description import LocalTransport, OfferedTrack
from media.transport.dtls import Fingerprint
from media.transport.ice_lite import Credentials

LOCAL = LocalTransport(
    credentials=Credentials("uuuuuuuu", "p" * 24),
    fingerprint=Fingerprint("sha-256", "AA:BB"),
    addresses=("192.0.2.1", "2001:db8::1"),
    port=44380,
    setup="passive",
)
BROWSER = """v=0\r
a=group:BUNDLE a v
m=audio 9 UDP/TLS/RTP/SAVPF 63 109\r
a=mid:a\r
a=sendonly\r
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=extmap:9 urn:example:unknown\r
a=rtpmap:63 red/48000/2\r
a=rtpmap:109 opus/48000/2\r
m=video 9 UDP/TLS/RTP/SAVPF 45 120 121\r
a=mid:v\r
a=sendonly\r
a=rtpmap:45 AV1/90000\r
a=rtpmap:120 VP8/90000\r
a=rtcp-fb:120 nack\r
a=rtcp-fb:120 made-up\r
a=rtpmap:121 rtx/90000\r
a=fmtp:121 apt=120\r
m=video 9 UDP/TLS/RTP/SAVPF 98\r
a=mid:x\r
a=rtpmap:98 H265/90000\r
m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
a=mid:d\r
"""


def answered(wanted=("a", "v")):
    offer = sdp.parse(BROWSER)
    return description.answer_to_publisher(
        offer.sections, LOCAL, session_id=1, version=2, wanted=frozenset(wanted)
    )


def test_the_answer_takes_opus_and_vp8_with_the_browser_s_numbers():
    answer = sdp.parse(answered())
    audio, video, h265, data = answer.sections
    assert [one.name for one in audio.codecs.values()] == ["opus"]
    assert list(video.codecs) == [120, 121]
    assert video.codecs[120].feedback == ["nack"]
    assert audio.extensions == {3: "urn:ietf:params:rtp-hdrext:sdes:mid"}
    assert (audio.direction, video.direction) == ("recvonly", "recvonly")
    assert (h265.port, data.port) == (0, 0)
    assert answer.bundle == ("a", "v")
    assert (audio.setup, audio.ice_ufrag) == ("passive", "uuuuuuuu")


def test_what_is_not_wanted_is_inactive():
    assert sdp.parse(answered(wanted=("a",))).section("v").direction == "inactive"


def test_every_address_is_a_candidate_over_udp_and_tcp():
    lines = [line for line in answered().splitlines() if line.startswith("a=candidate")][:4]
    assert [line.split()[2] for line in lines] == ["udp", "tcp", "udp", "tcp"]
    assert [line.split()[4] for line in lines] == ["192.0.2.1"] * 2 + ["2001:db8::1"] * 2
    assert all(line.endswith("tcptype passive") for line in lines[1::2])
    priorities = [int(line.split()[3]) for line in lines]
    assert len(set(priorities)) == 4
    assert min(priorities[::2]) > max(priorities[1::2])


def test_aiortc_reads_our_offer():
    written = description.offer_to_subscriber(
        [
            OfferedTrack(mid="0", kind="audio", stream_id="s", track_id="t", ssrc=5, cname="c"),
            OfferedTrack(mid="1", kind="video", stream_id="s", track_id="u", ssrc=6, rtx_ssrc=7, cname="c"),
            OfferedTrack(mid="2", kind="video"),
        ],
        LOCAL,
        session_id=1,
        version=1,
    )
    theirs = aiortc.sdp.SessionDescription.parse(written)
    audio, video, unused = theirs.media
    assert theirs.group[0].items == ["0", "1", "2"]
    assert audio.direction == video.direction == "sendonly"
    assert unused.direction == "inactive"
    assert [one.ssrc for one in video.ssrc] == [6, 7]
    assert video.ssrc_group[0].items == [6, 7]
    assert video.ice.iceLite
    assert [codec.payloadType for codec in video.rtp.codecs] == [96, 97]
    assert len(audio.ice_candidates) == 4
