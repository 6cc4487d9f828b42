"""One track of one publisher: counted, its losses asked for again, its packets handed to every subscription.

The payload is never looked into, but for the one bit that says where a key frame begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from media.router.subscription import Outgoing, Subscription
from media.rtp import extensions
from media.rtp.history import History
from media.rtp.keyframe import SourceGate, starts_vp8_key_frame
from media.rtp.nack import LossDetector
from media.rtp.packet import RtpPacket
from media.rtp.reception import Reception
from media.rtp.rtcp import ReportBlock, SenderReport
from media.rtp.sequence import Unwrapper
from media.rtp.timeline import SourceClock
from media.transport.description import ABS_SEND_TIME_ID, AUDIO_LEVEL_ID, VIDEO_ORIENTATION_ID
from wire.media import Purpose

Kind = Literal["audio", "video"]

CLOCK_RATES: dict[Kind, int] = {"audio": 48_000, "video": 90_000}
_HISTORY_PACKETS: dict[Kind, int] = {"audio": 64, "video": 1024}
_SEND_TIME_HEAD = extensions.element(ABS_SEND_TIME_ID, bytes(3))[:1]
_REPLAYED_PACKETS = 40
"""A newcomer gets the pictures since the last key frame at once, if they are no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIds:
    """How the publisher numbers what is passed on, 0 for what isn't negotiated."""

    audio_level: int = 0
    video_orientation: int = 0


class Publication:
    """A track that others can receive."""

    def __init__(self, *, publication_id: str, participant_id: str, kind: Kind, purpose: Purpose) -> None:
        self.publication_id = publication_id
        self.participant_id = participant_id
        self.kind: Kind = kind
        self.purpose: Purpose = purpose
        self.clock = SourceClock(CLOCK_RATES[kind])
        self.reception = Reception(CLOCK_RATES[kind])
        self.losses = LossDetector()
        self.gate = SourceGate()
        self.history = History(_HISTORY_PACKETS[kind])
        self.subscriptions: list[Subscription] = []
        self.forwarded = 0
        self.lost_before = 0
        self._unwrapper = Unwrapper()
        self._key_frame_index = -1
        self._passed_on: list[tuple[int, int]] = []
        self._received_before = 0
        self._octets_before = 0

    @property
    def packets_received(self) -> int:
        """Since the publication began."""
        return self._received_before + self.reception.received

    @property
    def octets_received(self) -> int:
        """Payload bytes since the publication began."""
        return self._octets_before + self.reception.octets

    @property
    def packets_lost(self) -> int:
        """Expected, and neither received nor recovered."""
        return max(0, self.lost_before + self.reception.lost - self.losses.recovered)

    def negotiated(self, ids: SourceIds) -> None:
        """Learn how the publisher numbers its header extensions."""
        pairs = ((ids.audio_level, AUDIO_LEVEL_ID), (ids.video_orientation, VIDEO_ORIENTATION_ID))
        self._passed_on = [pair for pair in pairs if pair[0]]

    def source_replaced(self) -> None:
        """The publisher sends another stream for this track: other numbers, other clock."""
        self.lost_before = self.packets_lost
        self._received_before, self._octets_before = self.packets_received, self.octets_received
        self.clock = SourceClock(CLOCK_RATES[self.kind])
        self.reception = Reception(CLOCK_RATES[self.kind])
        self.losses = LossDetector()
        self.history.clear()
        self._unwrapper = Unwrapper()
        self._key_frame_index = -1
        wanted = [subscription.source_replaced() for subscription in self.subscriptions]
        if any(wanted):
            self.gate.want()

    def arrived(self, packet: RtpPacket, elements: dict[int, bytes], arrival: float, now: float) -> None:
        """Take a packet of the track's own SSRC, which arrived some time ago and is passed on now."""
        index = self._unwrapper.extend(packet.sequence)
        self.reception.count(index, packet.timestamp, len(packet.payload), arrival)
        self._pass_on(packet, elements, index, now)

    def recovered(self, packet: RtpPacket, elements: dict[int, bytes], now: float) -> None:
        """Take a packet that came as a retransmission; `packet.sequence` is the original's."""
        if self._unwrapper.highest >= 0:
            self._pass_on(packet, elements, self._unwrapper.peek(packet.sequence), now)

    def _pass_on(self, packet: RtpPacket, elements: dict[int, bytes], index: int, now: float) -> None:
        if not self.history.put(index, packet):
            return
        if self.kind == "video":
            self.losses.received(index, now)
        if not packet.payload:
            for subscription in self.subscriptions:
                subscription.leave_out(index)
            return
        starts = self.kind == "video" and starts_vp8_key_frame(packet.payload)
        if starts and index > self._key_frame_index:
            self._key_frame_index = index
            self.losses.forget_before(index)
            self.gate.arrived()
        outgoing = self._outgoing(packet, elements, index, starts, now)
        for subscription in self.subscriptions:
            self.forwarded += subscription.forward(outgoing, now)

    def _outgoing(
        self, packet: RtpPacket, elements: dict[int, bytes], index: int, starts: bool, now: float
    ) -> Outgoing:
        carried = b""
        for theirs, ours in self._passed_on:
            value = elements.get(theirs)
            if value is not None and len(value) == 1:
                carried += extensions.element(ours, value)
        return Outgoing(packet, index, starts, carried, send_time_element(now) + carried)

    def recent(self, now: float) -> Iterator[Outgoing]:
        """Yield what has come since the last key frame, if that is little; for a newcomer's first picture."""
        first, last = self._key_frame_index, self._unwrapper.highest
        if first < 0 or last - first >= _REPLAYED_PACKETS:
            return
        timed = send_time_element(now)
        for index in range(first, last + 1):
            packet = self.history.get(index)
            if packet is not None and packet.payload:
                yield Outgoing(packet, index, index == first, b"", timed)

    def sender_report(self, report: SenderReport, now: float) -> None:
        """Learn which timestamp belongs to which moment."""
        self.clock.heard(report.ntp_time, report.rtp_timestamp, now)

    def report_block(self, ssrc: int, now: float) -> ReportBlock:
        """Return this interval's block for the publisher."""
        return self.reception.report(
            ssrc, last_sender_report=self.clock.last_sender_report, delay_s=self.clock.delay_s(now)
        )


def send_time_element(now: float) -> bytes:
    """Return the written abs-send-time element."""
    return _SEND_TIME_HEAD + extensions.abs_send_time(now)
