from media.router.publication import Publication
from media.router.slots import Slots, Source, accepted_route
from media.rtp.timeline import PublisherClock
from media.transport import sdp

ANSWER = """v=0\r
m=video 9 UDP/TLS/RTP/SAVPF 96 97\r
a=mid:0\r
a=recvonly\r
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r
a=rtpmap:96 VP8/90000\r
a=rtpmap:97 rtx/90000\r
a=fmtp:97 apt=96\r
"""


class Line:
    def send_rtp(self, data):
        return data

    def send_again(self, datagram):
        raise AssertionError("nobody asked")


def source(name, kind="video"):
    purpose = "camera" if kind == "video" else "microphone"
    one = Publication(publication_id=name, participant_id=f"of-{name}", kind=kind, purpose=purpose)
    return Source(publication=one, clock=PublisherClock())


def test_the_same_sources_again_change_nothing():
    slots, one = Slots(Line()), source("one")
    assert slots.carry([one])
    assert not slots.carry([one])
    assert [track.publication_id for track in slots.told()] == ["one"]


def test_an_m_section_is_used_again_by_its_kind_and_ssrcs_never():
    slots = Slots(Line())
    slots.carry([source("one"), source("sound", "audio")])
    first = slots.carried()[0]
    slots.carry([])
    assert [slot.offered().ssrc for slot in slots] == [None, None]
    slots.carry([source("two"), source("three")])
    assert [(track.mid, track.publication_id) for track in slots.told()] == [("0", "two"), ("2", "three")]
    ssrcs = [one.ssrc for one in (first, *slots.carried())] + [
        one.rtx_ssrc for one in (first, *slots.carried())
    ]
    assert len(set(ssrcs)) == 6


def test_a_released_publication_has_no_subscription_left():
    slots, one = Slots(Line()), source("one")
    slots.carry([one])
    slots.release_all()
    assert one.publication.subscriptions == []


def test_what_is_offered_names_the_stream_the_track_and_its_owner():
    slots, one = Slots(Line()), source("one")
    slots.carry([one])
    (offered,) = [slot.offered() for slot in slots]
    assert (offered.stream_id, offered.track_id, offered.cname) == ("of-one-person", "one", "of-one")
    assert slots.by_ssrc(offered.ssrc) is slots.carried()[0]


def test_a_route_is_what_the_answer_takes():
    slots = Slots(Line())
    slots.carry([source("one")])
    (carried,) = slots.carried()
    route = accepted_route(carried, sdp.parse(ANSWER).sections[0])
    assert (route.payload_type, route.rtx_payload_type, route.send_time) == (96, 97, False)
    assert route.mid_element == b"\x100"
    without_rtx = accepted_route(carried, sdp.parse(ANSWER.replace("rtx", "other")).sections[0])
    assert without_rtx.rtx_payload_type is None
    for refused in ("m=video 0 ", "a=inactive"):
        changed = (
            ANSWER.replace("m=video 9 ", refused)
            if refused[0] == "m"
            else ANSWER.replace("a=recvonly", refused)
        )
        assert accepted_route(carried, sdp.parse(changed).sections[0]) is None
