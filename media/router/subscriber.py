"""A participant's receiving connection: offers of what there is, answers, and the subscriber's reports.

An m-section that is no longer needed becomes inactive and is used again for the next publication of its kind,
so that a long day's comings and goings don't grow the description. SSRCs are never used again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from media import errors
from media.bandwidth import receiver_estimate
from media.bandwidth.downlink import DownlinkLimit
from media.peer import Peer, PeerState
from media.router.publication import CLOCK_RATES, Kind, Publication, send_time_element
from media.router.relay import CNAME, Relay, random_ssrc
from media.router.subscription import Route, Subscription
from media.rtp import extensions, rtcp
from media.rtp.timeline import PublisherClock, middle, to_ntp
from media.transport import description, sdp
from media.transport.description import OfferedTrack
from media.transport.sdp import Description, SdpError, Section
from wire.media import ConnectionChanged, SubscribedTrack, SubscribeOffered

REPORT_INTERVAL_S = 1.0
_REPORTS_IN_ONE = 20
_FIRST_ROUND_TRIP_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication, with the clock of who publishes it."""

    publication: Publication
    clock: PublisherClock


@dataclass(slots=True, kw_only=True)
class _Carried:
    source: Source
    subscription: Subscription
    ssrc: int
    rtx_ssrc: int | None


@dataclass(slots=True, kw_only=True)
class _Slot:
    """One m-section of the offer."""

    mid: str
    kind: Kind
    carried: _Carried | None = None


class Subscriber:
    """What one participant receives; a `PeerOwner`."""

    def __init__(self, relay: Relay, room_id: str, participant_id: str) -> None:
        self.participant_id = participant_id
        self.revision = 0
        self.peer = Peer(
            relay.mux, relay.certificate, self, consent_timeout_s=relay.settings.consent_timeout_s
        )
        self._relay = relay
        self._room_id = room_id
        self._session_id = secrets.randbits(62)
        self._ssrcs: set[int] = set()
        self._slots: list[_Slot] = []
        self._answer: Description | None = None
        self._answered_revision = 0
        self._round_trip_s = _FIRST_ROUND_TRIP_S
        self._report_due = 0.0
        self._downlink = DownlinkLimit(relay.settings.max_video_rate_bps)
        self._sent_bps = 0.0
        self._sent_octets = 0

    def carry(self, sources: Sequence[Source]) -> None:
        """Receive exactly these from now on; offers anew when that changes anything."""
        wanted = {source.publication.publication_id: source for source in sources}
        changed = False
        for slot in self._slots:
            carried = slot.carried
            if carried is not None and wanted.pop(carried.source.publication.publication_id, None) is None:
                self._release(slot)
                changed = True
        for source in wanted.values():
            self._occupy(source)
            changed = True
        if changed:
            self.offer()

    def _release(self, slot: _Slot) -> None:
        if slot.carried is not None:
            slot.carried.source.publication.subscriptions.remove(slot.carried.subscription)
            slot.carried.subscription.pause()
            slot.carried = None

    def _occupy(self, source: Source) -> None:
        publication = source.publication
        slot = next(
            (one for one in self._slots if one.carried is None and one.kind == publication.kind), None
        )
        if slot is None:
            slot = _Slot(mid=str(len(self._slots)), kind=publication.kind)
            self._slots.append(slot)
        subscription = Subscription(self.peer, publication.history, random_bits=secrets.randbits)
        slot.carried = _Carried(
            source=source,
            subscription=subscription,
            ssrc=random_ssrc(self._ssrcs),
            rtx_ssrc=random_ssrc(self._ssrcs) if publication.kind == "video" else None,
        )
        publication.subscriptions.append(subscription)

    def offer(self) -> None:
        """Announce the present state as the newest revision."""
        if not self._slots:
            return
        self.revision += 1
        self.announce()

    def announce(self) -> None:
        """Announce the newest revision, again if need be."""
        if not self.revision:
            return
        local = self._relay.local(self.peer.credentials, self.peer.fingerprint, "actpass")
        self._relay.announce(
            SubscribeOffered(
                room_id=self._room_id,
                participant_id=self.participant_id,
                revision=self.revision,
                sdp=description.offer_to_subscriber(
                    [_offered(slot) for slot in self._slots],
                    local,
                    session_id=self._session_id,
                    version=self.revision,
                ),
                tracks=[_told(slot.mid, slot.carried) for slot in self._slots if slot.carried is not None],
            )
        )

    def restart_ice(self) -> None:
        """Offer new credentials."""
        self.peer.restart_ice(self._relay.clock.monotonic())
        self.offer()

    def accept(self, revision: int, text: str) -> None:
        """Take an answer. One to a replaced offer tells who answers, its tracks don't count any more.

        Raises:
            Problem: no such offer, or the answer can't be used.
        """
        if not 0 < revision <= self.revision:
            raise errors.revision_unknown(self.revision)
        try:
            answer = sdp.parse(text)
            transport = answer.bundled()
        except SdpError as broken:
            raise errors.sdp_invalid(str(broken)) from broken
        now = self._relay.clock.monotonic()
        if revision >= self._answered_revision:
            self.peer.expect(tuple(transport.fingerprints), now)
        if revision == self.revision:
            self._answer, self._answered_revision = answer, revision
            self._start(now)

    def _start(self, now: float) -> None:
        """Begin what was accepted, as far as the connection stands."""
        if self._answer is None or self.peer.state is not PeerState.CONNECTED:
            return
        for slot in self._slots:
            section = self._answer.section(slot.mid)
            carried = slot.carried
            if carried is None or section is None:
                continue
            route = _route(carried, section)
            publication = carried.source.publication
            if route is None:
                carried.subscription.pause()
            elif carried.subscription.start(route, publication.recent(now), now):
                publication.gate.want()

    def state_changed(self, state: PeerState, now: float) -> None:
        """Start or pause everything, and tell the room."""
        if state is PeerState.CONNECTED:
            self._start(now)
        else:
            for carried in self._carried():
                carried.subscription.pause()
        self._relay.announce(
            ConnectionChanged(
                room_id=self._room_id,
                participant_id=self.participant_id,
                direction="subscribe",
                state=state.value,
            )
        )

    def rtp_arrived(self, data: bytes, arrival: float) -> None:
        """Pass over what a receiving connection shouldn't send."""
        self.peer.rejected += 1

    def rtcp_arrived(self, compound: bytes, now: float) -> None:
        """Answer the subscriber's reports and requests."""
        for message in rtcp.parse(compound):
            match message:
                case rtcp.Nack():
                    self._repeat(message, now)
                case rtcp.PictureRequest():
                    self._want_picture(message.media_ssrc, now)
                case rtcp.ReceiverEstimate():
                    self._share(message.rate_bps, now)
                case rtcp.ReceiverReport() | rtcp.SenderReport():
                    self._measure_round_trip(message.blocks)
                case rtcp.Goodbye():
                    pass

    def _repeat(self, nack: rtcp.Nack, now: float) -> None:
        carried = self._by_ssrc(nack.media_ssrc)
        if carried is not None:
            carried.subscription.repeat(
                nack.lost, now, round_trip_s=self._round_trip_s, send_time=send_time_element(now)
            )

    def _want_picture(self, ssrc: int, now: float) -> None:
        carried = self._by_ssrc(ssrc)
        if carried is not None and carried.subscription.gate.admit(now):
            carried.source.publication.gate.want()

    def _share(self, rate_bps: int, now: float) -> None:
        limit = self._downlink.update(rate_bps, self._sent_bps, now)
        active = [carried for carried in self._carried() if carried.subscription.active]
        kinds = [carried.source.publication.kind for carried in active]
        for carried in active:
            carried.subscription.share_bps = receiver_estimate.video_share(
                limit, audio_tracks=kinds.count("audio"), video_tracks=kinds.count("video")
            )

    def _measure_round_trip(self, blocks: Sequence[rtcp.ReportBlock]) -> None:
        """RFC 3550 §6.4.1: arrival minus LSR minus DLSR, in 1/65,536 s."""
        arrival = middle(to_ntp(self._relay.clock.now().timestamp()))
        for block in blocks:
            if block.last_sender_report:
                elapsed = (arrival - block.last_sender_report - block.delay) & 0xFFFFFFFF
                if elapsed < 0x80000:  # eight seconds
                    self._round_trip_s += (elapsed / 65_536 - self._round_trip_s) / 8

    def tick(self, now: float) -> None:
        """Do what time demands, and report every second."""
        self.peer.tick(now)
        if self.peer.state is not PeerState.CONNECTED or now < self._report_due:
            return
        elapsed = now - self._report_due + REPORT_INTERVAL_S
        self._report_due = now + REPORT_INTERVAL_S
        self._measure_sent(elapsed)
        reports = [report for carried in self._carried() if (report := self._sender_report(carried))]
        for start in range(0, len(reports), _REPORTS_IN_ONE):
            batch = reports[start : start + _REPORTS_IN_ONE]
            compound = b"".join(rtcp.sender_report(report) for report in batch)
            self.peer.send_rtcp(compound + rtcp.source_description(batch[0].ssrc, CNAME))

    def _measure_sent(self, elapsed_s: float) -> None:
        octets = sum(carried.subscription.octets for carried in self._carried())
        self._sent_bps = max(0, octets - self._sent_octets) * 8 / elapsed_s
        self._sent_octets = octets

    def _sender_report(self, carried: _Carried) -> rtcp.SenderReport | None:
        subscription, source = carried.subscription, carried.source
        wall = self._relay.clock.now().timestamp()
        at_source = source.publication.clock.timestamp_at(wall, source.clock)
        outgoing = None if at_source is None else subscription.timestamp_of(at_source)
        if outgoing is None or not subscription.active or not subscription.packets:
            return None
        return rtcp.SenderReport(
            ssrc=carried.ssrc,
            ntp_time=to_ntp(wall),
            rtp_timestamp=outgoing,
            packets=subscription.packets,
            octets=subscription.octets,
        )

    def _carried(self) -> list[_Carried]:
        return [slot.carried for slot in self._slots if slot.carried is not None]

    def _by_ssrc(self, ssrc: int) -> _Carried | None:
        return next((carried for carried in self._carried() if carried.ssrc == ssrc), None)

    def close(self) -> None:
        """Release the connection and every subscription."""
        for slot in self._slots:
            self._release(slot)
        self.peer.close()


def _offered(slot: _Slot) -> OfferedTrack:
    carried = slot.carried
    if carried is None:
        return OfferedTrack(mid=slot.mid, kind=slot.kind)
    publication = carried.source.publication
    group = "screen" if publication.purpose.startswith("screen") else "person"
    return OfferedTrack(
        mid=slot.mid,
        kind=slot.kind,
        stream_id=f"{publication.participant_id}-{group}",
        track_id=publication.publication_id,
        ssrc=carried.ssrc,
        rtx_ssrc=carried.rtx_ssrc,
        cname=publication.participant_id,
    )


def _told(mid: str, carried: _Carried) -> SubscribedTrack:
    publication = carried.source.publication
    return SubscribedTrack(
        mid=mid,
        kind=publication.kind,
        purpose=publication.purpose,
        participant_id=publication.participant_id,
        publication_id=publication.publication_id,
    )


def _route(carried: _Carried, section: Section) -> Route | None:
    """Read from the answer what the subscriber takes; None when it takes nothing."""
    codec = description.forwarded_codec(section)
    if codec is None or section.port == 0 or section.direction not in ("recvonly", "sendrecv"):
        return None
    kind = carried.source.publication.kind
    rtx_codec = section.retransmission_for(codec.payload_type)
    accepted = set(section.extensions.values())
    mid = extensions.element(description.MID_ID, section.mid.encode()) if extensions.MID in accepted else b""
    return Route(
        ssrc=carried.ssrc,
        rtx_ssrc=carried.rtx_ssrc,
        payload_type=codec.payload_type,
        rtx_payload_type=rtx_codec.payload_type if rtx_codec else None,
        clock_rate=CLOCK_RATES[kind],
        mid_element=mid,
        send_time=extensions.ABS_SEND_TIME in accepted,
        repeats=kind == "video",
        starts_with_key_frame=kind == "video",
    )
