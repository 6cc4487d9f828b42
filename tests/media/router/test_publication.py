import random

from media.router.publication import Publication, SourceIds
from media.router.subscription import Route, Subscription
from media.rtp import extensions, packet
from media.rtp.packet import RtpPacket
from media.rtp.rtcp import SenderReport
from media.rtp.timeline import to_ntp

KEY, DELTA = b"\x10\x10key", b"\x10\x11delta"


class Line:
    def __init__(self):
        self.sent = []

    def send_rtp(self, data):
        self.sent.append(packet.parse(data))
        return data

    def send_again(self, datagram):
        raise AssertionError("nobody asked")


def publication(kind="video"):
    return Publication(publication_id="p", participant_id="d", kind=kind, purpose="camera")


def listening(one):
    line = Line()
    subscription = Subscription(line, one.history, random_bits=random.Random(1).getrandbits)
    one.subscriptions.append(subscription)
    route = Route(
        ssrc=5,
        rtx_ssrc=6,
        payload_type=96,
        rtx_payload_type=97,
        clock_rate=90_000,
        mid_element=b"",
        send_time=False,
        repeats=True,
        starts_with_key_frame=one.kind == "video",
    )
    subscription.start(route, [], 0.0)
    return line


def rtp(sequence, payload=KEY):
    return RtpPacket(0, 120, sequence, sequence, 77, payload)


def test_a_packet_that_comes_twice_is_passed_on_once():
    one = publication()
    line = listening(one)
    one.arrived(rtp(1), {}, 0.0, 0.0)
    one.recovered(rtp(1), {}, 0.0)
    assert len(line.sent) == 1
    assert one.forwarded == 1


def test_a_recovered_packet_takes_its_place_and_is_not_lost():
    one = publication()
    line = listening(one)
    one.arrived(rtp(1), {}, 0.0, 0.0)
    one.arrived(rtp(3, DELTA), {}, 0.0, 0.0)
    assert one.losses.due(0.1) == [65_538]
    one.recovered(rtp(2, DELTA), {}, 0.2)
    assert [sent.sequence - line.sent[0].sequence for sent in line.sent] == [0, 2, 1]
    assert one.packets_lost == 0


def test_padding_without_payload_leaves_no_gap():
    one = publication()
    line = listening(one)
    for sequence, payload in ((1, KEY), (2, b""), (3, DELTA)):
        one.arrived(rtp(sequence, payload), {}, 0.0, 0.0)
    assert line.sent[1].sequence == (line.sent[0].sequence + 1) & 0xFFFF


def test_level_and_orientation_are_passed_on_in_our_own_numbers():
    one = publication()
    one.negotiated(SourceIds(audio_level=9, video_orientation=11))
    line = listening(one)
    one.arrived(rtp(1), {9: b"\x81", 11: b"\x01", 13: b"x"}, 0.0, 0.0)
    (sent,) = line.sent
    assert extensions.read(sent.extension_profile, sent.extension) == {3: b"\x81", 4: b"\x01"}


def test_what_is_not_negotiated_is_not_passed_on():
    one = publication()
    line = listening(one)
    one.arrived(rtp(1), {0: b"x", 9: b"\x81"}, 0.0, 0.0)
    assert line.sent[0].extension == b""


def test_a_restarted_source_keeps_the_counters():
    one = publication()
    one.arrived(rtp(1), {}, 0.0, 0.0)
    one.arrived(rtp(4), {}, 0.0, 0.0)
    one.source_replaced()
    one.arrived(rtp(9), {}, 0.0, 0.0)
    assert (one.packets_received, one.packets_lost) == (3, 2)


def test_reports_name_the_last_sender_report():
    one = publication()
    one.arrived(rtp(1), {}, 0.0, 0.0)
    report = SenderReport(ssrc=77, ntp_time=to_ntp(1000.0), rtp_timestamp=1, packets=1, octets=1)
    one.sender_report(report, 5.0)
    block = one.report_block(77, 5.5)
    assert block.delay == 32_768
    assert block.last_sender_report == to_ntp(1000.0) >> 16 & 0xFFFFFFFF
