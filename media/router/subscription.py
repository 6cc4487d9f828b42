"""One publication on its way to one subscriber: renumbered, started at a key frame, sent again when lost.

The numbers of its SSRCs only ever grow, whatever happens to the source, so no packet index is used for two
plaintexts under the subscriber's keys. A repeat is either an RTX packet with a number of its own (RFC 4588)
or, for a subscriber without RTX, the very datagram that was sent before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from media.rtp import rtx
from media.rtp.history import History
from media.rtp.keyframe import ReceiverGate
from media.rtp.munger import Munger
from media.rtp.packet import HEADER, RtpPacket

_SENT_KEPT = 1024
_RESENDS = 3
_RESEND_SPACING_S = 0.1
_EXTENSION_HEADERS = tuple(b"\xbe\xde" + words.to_bytes(2, "big") for words in range(32))
_PADDING = (b"", b"\0", b"\0\0", b"\0\0\0")


class Sink(Protocol):
    """The subscriber's connection."""

    def send_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt and send; return the datagram, None if nothing was sent."""
        ...

    def send_again(self, datagram: bytes) -> None:
        """Send a datagram once more, byte for byte."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What was negotiated for one outgoing track.

    Attributes:
        ssrc: of the track.
        rtx_ssrc: of its repeats, None for a track that isn't repeated.
        payload_type: of the codec.
        rtx_payload_type: of its repeats; None when the subscriber has no RTX.
        clock_rate: timestamp units per second.
        mid_element: the written MID header extension element, or nothing.
        send_time: whether packets carry abs-send-time.
        repeats: whether the subscriber may ask again for what it lost.
        starts_with_key_frame: whether nothing may be sent before a key frame.
    """

    ssrc: int
    rtx_ssrc: int | None
    payload_type: int
    rtx_payload_type: int | None
    clock_rate: int
    mid_element: bytes
    send_time: bool
    repeats: bool
    starts_with_key_frame: bool


class Outgoing(NamedTuple):
    """A packet on its way to everybody, with what doesn't depend on the subscriber.

    Attributes:
        packet: as received.
        source_index: the source's 64-bit number.
        starts_key_frame: whether a picture can start here.
        carried: header extension elements passed on, in the relay's own ids.
        timed: the same, with the time of sending.
    """

    packet: RtpPacket
    source_index: int
    starts_key_frame: bool
    carried: bytes
    timed: bytes


class _Sent(NamedTuple):
    number: int
    source_index: int
    timestamp: int
    datagram: bytes | None


@dataclass(slots=True)
class _Resent:
    times: int
    last: float


class Subscription:
    """One outgoing track."""

    def __init__(self, sink: Sink, history: History, *, random_bits: Callable[[int], int]) -> None:
        self.active = False
        self.share_bps: int | None = None
        """What this track may use of the subscriber's line; None without a limit."""
        self.packets = 0
        self.octets = 0
        self.gate = ReceiverGate()
        self._sink = sink
        self._history = history
        self._route: Route | None = None
        self._munger = Munger(first_index=random_bits(14), first_timestamp=random_bits(32))
        self._rtx_number = random_bits(14)
        self._waiting = True
        self._last_sent_at = 0.0
        self._sent: list[_Sent | None] = [None] * _SENT_KEPT
        self._resent: dict[int, _Resent] = {}

    @property
    def route(self) -> Route | None:
        """What was negotiated last."""
        return self._route

    def timestamp_of(self, source_timestamp: int) -> int | None:
        """Return the outgoing timestamp for the source's, None before anything was sent."""
        if not self._munger.attached:
            return None
        return (source_timestamp + self._munger.timestamp_offset) & 0xFFFFFFFF

    def start(self, route: Route, recent: Iterable[Outgoing], now: float) -> bool:
        """Begin, or begin again after a silence, with what is recent if a picture starts there.

        Returns:
            Whether a key frame has to be asked for.
        """
        self._route = route
        if self.active:
            return False
        self.active = True
        self._waiting = True
        for outgoing in recent:
            self.forward(outgoing, now)
        return self._waiting and route.starts_with_key_frame

    def pause(self) -> None:
        """Send nothing until started again."""
        self.active = False

    def source_replaced(self) -> bool:
        """The publisher's stream is another one from now on; return whether a key frame is wanted."""
        self._waiting = True
        self._sent = [None] * _SENT_KEPT
        return self.active and self._route is not None and self._route.starts_with_key_frame

    def leave_out(self, index: int) -> None:
        """This source packet carries nothing: close the gap."""
        self._munger.leave_out(index)

    def forward(self, outgoing: Outgoing, now: float) -> bool:
        """Send one packet on; return whether it was sent."""
        route = self._route
        if route is None or not self.active:
            return False
        packet, index = outgoing.packet, outgoing.source_index
        munger = self._munger
        if self._waiting:
            if route.starts_with_key_frame and not outgoing.starts_key_frame:
                return False
            elapsed = int((now - self._last_sent_at) * route.clock_rate) if munger.attached else 0
            munger.attach(index, packet.timestamp, elapsed=elapsed)
            self._waiting = False
        placed = munger.place(index, packet.timestamp)
        if placed is None:
            return False
        number, timestamp = placed
        body = route.mid_element + (outgoing.timed if route.send_time else outgoing.carried)
        size = len(body)
        head = HEADER.pack(
            0x90, packet.marker << 7 | route.payload_type, number & 0xFFFF, timestamp, route.ssrc
        )
        datagram = self._sink.send_rtp(
            head + _EXTENSION_HEADERS[size + 3 >> 2] + body + _PADDING[-size & 3] + packet.payload
        )
        if datagram is None:
            return False
        self.packets += 1
        self.octets += len(packet.payload)
        self._last_sent_at = now
        if route.repeats:
            kept = datagram if route.rtx_payload_type is None else None
            self._sent[number & _SENT_KEPT - 1] = _Sent(number, index, timestamp, kept)
        return True

    def repeat(self, sequences: Iterable[int], now: float, *, round_trip_s: float, send_time: bytes) -> int:
        """Answer a NACK; return how many packets were sent again.

        Args:
            sequences: 16-bit numbers as sent.
            now: monotonic.
            round_trip_s: to the subscriber; a number asked for again sooner is on its way already.
            send_time: the written abs-send-time element.
        """
        repeated = 0
        spacing = min(_RESEND_SPACING_S, 2 * round_trip_s)
        highest = self._munger.highest
        for sequence in sequences:
            number = highest - (highest - sequence & 0xFFFF)
            sent = self._sent[number & _SENT_KEPT - 1]
            if sent is None or sent.number != number or not self._may_repeat(number, now, spacing):
                continue
            repeated += self._repeat(sent, send_time)
        return repeated

    def _may_repeat(self, number: int, now: float, spacing_s: float) -> bool:
        entry = self._resent.get(number)
        if entry is None:
            if len(self._resent) >= _SENT_KEPT:
                oldest = self._munger.highest - _SENT_KEPT
                self._resent = {n: one for n, one in self._resent.items() if n > oldest}
            self._resent[number] = _Resent(1, now)
            return True
        if entry.times >= _RESENDS or now - entry.last < spacing_s:
            return False
        entry.times += 1
        entry.last = now
        return True

    def _repeat(self, sent: _Sent, send_time: bytes) -> bool:
        route = self._route
        if sent.datagram is not None:
            self._sink.send_again(sent.datagram)
            return True
        packet = self._history.get(sent.source_index)
        if packet is None or route is None or route.rtx_ssrc is None or route.rtx_payload_type is None:
            return False
        self._rtx_number += 1
        marker_and_type = packet.marker << 7 | route.rtx_payload_type
        head = HEADER.pack(0x90, marker_and_type, self._rtx_number & 0xFFFF, sent.timestamp, route.rtx_ssrc)
        body = route.mid_element + (send_time if route.send_time else b"")
        extension = _EXTENSION_HEADERS[len(body) + 3 >> 2] + body + _PADDING[-len(body) & 3]
        return self._sink.send_rtp(head + extension + rtx.wrap(sent.number, packet.payload)) is not None
