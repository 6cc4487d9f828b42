"""One outgoing track, judged by what its subscriber's connection is given to encrypt."""

import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from media.router.publication import Publication
from media.router.subscription import Route, Subscription
from media.rtp import extensions, packet
from media.rtp.packet import RtpPacket
from media.rtp.sequence import Unwrapper

KEY, DELTA = b"\x10\x10key", b"\x10\x11delta"
SEND_TIME = extensions.element(2, b"\0\0\0")


class Line:
    """A subscriber's connection: counts 16-bit numbers up to full indexes as SRTP does (RFC 3711 §3.3.1)."""

    def __init__(self):
        self.plaintexts: list[bytes] = []
        self.again: list[bytes] = []
        self.indexes: dict[int, list[int]] = {}
        self._unwrappers: dict[int, Unwrapper] = {}

    def send_rtp(self, data):
        parsed = packet.parse(data)
        index = self._unwrappers.setdefault(parsed.ssrc, Unwrapper()).extend(parsed.sequence)
        self.indexes.setdefault(parsed.ssrc, []).append(index)
        self.plaintexts.append(data)
        return b"datagram" + data

    def send_again(self, datagram):
        self.again.append(datagram)

    def sent(self, ssrc=5):
        return [one for one in map(packet.parse, self.plaintexts) if one.ssrc == ssrc]


def route(*, rtx=True, video=True, mid="1", send_time=True):
    return Route(
        ssrc=5,
        rtx_ssrc=6,
        payload_type=96,
        rtx_payload_type=97 if rtx else None,
        clock_rate=90_000,
        mid_element=extensions.element(1, mid.encode()) if mid else b"",
        send_time=send_time,
        repeats=video,
        starts_with_key_frame=video,
    )


def subscribed(publication, line, **options):
    subscription = Subscription(line, publication.history, random_bits=random.Random(3).getrandbits)
    publication.subscriptions.append(subscription)
    wanted = subscription.start(route(**options), publication.recent(0.0), 0.0)
    return subscription, wanted


def video():
    return Publication(publication_id="p", participant_id="d", kind="video", purpose="camera")


def send(publication, sequence, payload=DELTA, *, timestamp=None, marker=0, now=0.0):
    one = RtpPacket(marker, 120, sequence & 0xFFFF, timestamp or sequence, 77, payload)
    publication.arrived(one, {}, now, now)


def test_nothing_is_sent_before_a_key_frame_and_one_is_asked_for():
    publication, line = video(), Line()
    _, wanted = subscribed(publication, line)
    send(publication, 1)
    assert wanted
    assert line.plaintexts == []
    send(publication, 2, KEY)
    send(publication, 3)
    assert [one.payload for one in line.sent()] == [KEY, DELTA]


def test_packets_carry_the_negotiated_numbers_mid_and_time():
    publication, line = video(), Line()
    subscribed(publication, line, mid="17")
    send(publication, 1, KEY, marker=1, now=2.0)
    (sent,) = line.sent()
    assert (sent.payload_type, sent.marker, sent.ssrc) == (96, 1, 5)
    elements = extensions.read(sent.extension_profile, sent.extension)
    assert elements == {1: b"17", 2: extensions.abs_send_time(2.0)}


def test_what_was_not_negotiated_is_not_carried():
    publication, line = video(), Line()
    subscribed(publication, line, mid="", send_time=False)
    send(publication, 1, KEY)
    assert extensions.read(line.sent()[0].extension_profile, line.sent()[0].extension) == {}


def test_a_newcomer_gets_the_pictures_since_the_last_key_frame_at_once():
    publication, line = video(), Line()
    send(publication, 1, KEY)
    for sequence in range(2, 10):
        send(publication, sequence)
    _, wanted = subscribed(publication, line)
    assert not wanted
    assert len(line.sent()) == 9
    assert line.sent()[0].payload == KEY


def test_an_old_key_frame_is_not_replayed():
    publication, line = video(), Line()
    send(publication, 1, KEY)
    for sequence in range(2, 60):
        send(publication, sequence)
    _, wanted = subscribed(publication, line)
    assert wanted
    assert line.plaintexts == []


def test_sound_starts_with_the_next_packet():
    publication = Publication(publication_id="p", participant_id="d", kind="audio", purpose="microphone")
    line = Line()
    _, wanted = subscribed(publication, line, video=False)
    send(publication, 1, b"opus")
    assert not wanted
    assert [one.payload for one in line.sent()] == [b"opus"]


def test_a_lost_packet_is_repeated_by_rtx_with_its_original_number():
    publication, line = video(), Line()
    subscription, _ = subscribed(publication, line)
    for sequence in (1, 2, 3):
        send(publication, sequence, KEY)
    lost = line.sent()[1].sequence
    assert subscription.repeat([lost], 1.0, round_trip_s=0.05, send_time=SEND_TIME) == 1
    (repeat,) = line.sent(ssrc=6)
    assert repeat.payload_type == 97
    assert repeat.payload == lost.to_bytes(2, "big") + KEY
    assert repeat.timestamp == line.sent()[1].timestamp


def test_without_rtx_the_same_datagram_is_sent_again_and_nothing_encrypted_twice():
    publication, line = video(), Line()
    subscription, _ = subscribed(publication, line, rtx=False)
    for sequence in (1, 2, 3):
        send(publication, sequence, KEY)
    encrypted = list(line.plaintexts)
    assert subscription.repeat([line.sent()[1].sequence], 1.0, round_trip_s=0.05, send_time=SEND_TIME) == 1
    assert line.again == [b"datagram" + encrypted[1]]
    assert line.plaintexts == encrypted


def test_repeats_are_limited_to_three_and_not_while_one_is_on_its_way():
    publication, line = video(), Line()
    subscription, _ = subscribed(publication, line)
    send(publication, 1, KEY)
    (sent,) = line.sent()
    times = [
        at / 100
        for at in range(100)
        if subscription.repeat([sent.sequence], at / 100, round_trip_s=0.05, send_time=SEND_TIME)
    ]
    assert len(times) == 3
    assert times[1] - times[0] >= 0.1


def test_numbers_never_sent_are_not_repeated():
    publication, line = video(), Line()
    subscription, _ = subscribed(publication, line)
    assert subscription.repeat(range(0, 65_536, 77), 1.0, round_trip_s=0.05, send_time=SEND_TIME) == 0


def test_after_a_pause_sending_goes_on_with_a_key_frame_and_later_times():
    publication, line = video(), Line()
    subscription, _ = subscribed(publication, line)
    send(publication, 1, KEY)
    subscription.pause()
    send(publication, 2, KEY, now=1.0)
    subscription.start(route(), [], 10.0)
    send(publication, 3, now=10.0)
    send(publication, 4, KEY, timestamp=5, now=10.0)
    first, second = line.sent()
    assert second.sequence == (first.sequence + 1) & 0xFFFF
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 10 * 90_000


def test_a_replaced_source_continues_the_numbers():
    publication, line = video(), Line()
    subscribed(publication, line)
    send(publication, 60_000, KEY)
    publication.source_replaced()
    assert publication.gate.due(1.0)
    send(publication, 7)
    send(publication, 8, KEY)
    first, second = line.sent()
    assert second.sequence == (first.sequence + 1) & 0xFFFF


class AnyDay(RuleBasedStateMachine):
    """Whatever happens in a room, no packet index is used for two plaintexts under one key.

    RFC 3711 §9.1 and RFC 7714 §8.4: a repeated (SSRC, ROC, sequence) would reveal both packets, and with GCM the
    authentication key besides.
    """

    def __init__(self):
        super().__init__()
        self.line = Line()
        self.publication = video()
        self.subscription, _ = subscribed(self.publication, self.line)
        self.sequence = 1000
        self.now = 0.0

    @rule(gap=st.integers(0, 4), payload=st.sampled_from([KEY, DELTA, b""]))
    def packet_comes(self, gap, payload):
        self.now += 0.01
        self.sequence += 1 + gap
        send(self.publication, self.sequence, payload, now=self.now)

    @rule(back=st.integers(0, 30), payload=st.sampled_from([KEY, DELTA, b""]))
    def packet_comes_late_or_twice(self, back, payload):
        send(self.publication, self.sequence - back, payload, now=self.now)

    @rule(back=st.integers(0, 30), payload=st.sampled_from([KEY, DELTA]))
    def packet_is_recovered(self, back, payload):
        one = RtpPacket(0, 120, (self.sequence - back) & 0xFFFF, 9, 77, payload)
        self.publication.recovered(one, {}, self.now)

    @rule(jump=st.integers(2000, 60_000))
    def source_jumps(self, jump):
        self.sequence += jump

    @rule(sequence=st.integers(0, 65_535))
    def source_is_replaced(self, sequence):
        self.sequence = sequence + 65_536
        self.publication.source_replaced()

    @rule()
    def line_breaks(self):
        self.subscription.pause()

    @rule(rtx=st.booleans())
    def line_is_back(self, rtx):
        self.subscription.start(route(rtx=rtx), self.publication.recent(self.now), self.now)

    @rule(picks=st.lists(st.integers(0, 200), max_size=20), wait=st.floats(0, 1))
    def subscriber_asks_again(self, picks, wait):
        self.now += wait
        numbers = [one.sequence for one in self.line.sent()]
        asked = [numbers[-1 - pick] for pick in picks if pick < len(numbers)]
        self.subscription.repeat(asked, self.now, round_trip_s=0.02, send_time=SEND_TIME)

    @invariant()
    def no_index_is_encrypted_twice(self):
        for indexes in self.line.indexes.values():
            assert len(set(indexes)) == len(indexes)

    @invariant()
    def the_receiver_s_roll_over_counter_is_never_in_doubt(self):
        for indexes in self.line.indexes.values():
            highest = indexes[0]
            for index in indexes:
                assert abs(index - highest) < 2**15
                highest = max(highest, index)


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)


@pytest.mark.parametrize("sequence", [0, 65_535])
def test_numbers_wrap_on_the_wire_only(sequence):
    publication, line = video(), Line()
    subscribed(publication, line)
    for step in range(70_000):
        send(publication, sequence + step, KEY)
    (indexes,) = line.indexes.values()
    assert indexes == list(range(indexes[0], indexes[0] + 70_000))
