import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.transport import sdp
from media.transport.dtls import Fingerprint

OFFER = """v=0\r
o=- 1 2 IN IP4 127.0.0.1\r
s=-\r
t=0 0\r
a=group:BUNDLE 0 1\r
a=fingerprint:sha-256 aa:bb\r
m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r
a=mid:0\r
a=ice-ufrag:abcd\r
a=ice-pwd:efghijklmnopqrstuvwxyz01\r
a=setup:actpass\r
a=rtcp-mux\r
a=sendonly\r
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on\r
a=rtpmap:111 opus/48000/2\r
a=rtcp-fb:111 transport-cc\r
a=fmtp:111 minptime=10;useinbandfec=1\r
a=rtpmap:63 red/48000/2\r
a=ssrc:5 cname:x\r
m=video 9 UDP/TLS/RTP/SAVPF 96 97\r
a=mid:1\r
a=sendrecv\r
a=rtpmap:96 VP8/90000\r
a=rtcp-fb:* nack pli\r
a=rtpmap:97 rtx/90000\r
a=fmtp:97 apt=96\r
a=ssrc-group:FID 7 8\r
a=ssrc:7 cname:x\r
a=ssrc:8 cname:x\r
m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r
a=mid:2\r
"""


def test_a_browser_s_offer_is_read():
    offer = sdp.parse(OFFER)
    audio, video, data = offer.sections
    assert offer.bundle == ("0", "1")
    assert (audio.kind, audio.mid, audio.sends) == ("audio", "0", True)
    assert audio.codec("opus").channels == 2
    assert audio.codec("opus").feedback == ["transport-cc"]
    assert audio.extensions == {1: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"}
    assert video.codec("vp8").feedback == ["nack pli"]
    assert video.retransmission_for(96).payload_type == 97
    assert video.ssrcs == [7, 8]
    assert video.retransmission_of == {8: 7}
    assert data.codecs == {}
    assert offer.bundled() is audio
    assert audio.fingerprints == [Fingerprint("sha-256", "AA:BB")]


@pytest.mark.parametrize(
    ("removed", "part"),
    [
        ("a=ice-ufrag:abcd\r\n", "ice credentials"),
        ("a=fingerprint:sha-256 aa:bb\r\n", "fingerprint"),
        ("a=rtcp-mux\r\n", "rtcp-mux"),
        ("a=group:BUNDLE 0 1\r\n", "bundle"),
    ],
)
def test_what_the_transport_needs_is_demanded(removed, part):
    with pytest.raises(sdp.SdpError, match=part):
        sdp.parse(OFFER.replace(removed, "")).bundled()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "hello",
        "v=0\r\nm=audio\r\n",
        "v=0\r\nm=audio x UDP/TLS/RTP/SAVPF 1\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 128\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF ١\r\n",
        OFFER.replace("a=mid:1", "a=mid:0"),
        OFFER.replace("a=mid:1", "a=mid:" + "x" * 17),
        OFFER + "m=audio 9 UDP/TLS/RTP/SAVPF 1\r\n" * 70,
        "v=0\r\n" + "a" * sdp.LONGEST_CHARACTERS,
    ],
)
def test_what_is_no_description_is_refused(broken):
    with pytest.raises(sdp.SdpError):
        sdp.parse(broken)


LINES = st.lists(
    st.sampled_from(OFFER.splitlines())
    | st.builds(
        lambda name, rest: f"a={name}:{rest}",
        st.sampled_from(["mid", "extmap", "ssrc", "ssrc-group", "rtpmap", "fmtp", "rtcp-fb", "fingerprint"]),
        st.text(max_size=20),
    ),
    max_size=30,
)


@given(LINES)
def test_any_lines_are_read_or_refused(lines):
    try:
        parsed = sdp.parse("v=0\r\n" + "\r\n".join(lines))
        parsed.bundled()
    except sdp.SdpError:
        return
    assert len(parsed.sections) <= sdp.MOST_SECTIONS


def test_the_associated_type_of_rtx_survives_odd_parameters():
    codec = sdp.Codec(payload_type=97, name="rtx", parameters="rtx-time=3000; apt=96")
    assert codec.associated == 96
    assert sdp.Codec(payload_type=97, parameters="apt=x").associated is None
