"""A participant's receiving connection: offers of what there is, answers, and the subscriber's reports."""

import secrets
from collections.abc import Sequence

from media import errors
from media.bandwidth import receiver_estimate
from media.bandwidth.downlink import DownlinkLimit
from media.peer import Peer, PeerState
from media.router.publication import send_time_element
from media.router.relay import CNAME, Relay
from media.router.slots import Carried, Slots, Source, accepted_route
from media.rtp import rtcp
from media.rtp.timeline import middle, to_ntp
from media.transport import description, sdp
from media.transport.sdp import Description, SdpError
from wire.media import ConnectionChanged, SubscribeOffered

REPORT_INTERVAL_S = 1.0
_REPORTS_IN_ONE = 20
_FIRST_ROUND_TRIP_S = 0.1


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
        self._slots = Slots(self.peer)
        self._answer: Description | None = None
        self._answered_revision = 0
        self._round_trip_s = _FIRST_ROUND_TRIP_S
        self._report_due = 0.0
        self._downlink = DownlinkLimit(relay.settings.max_video_rate_bps)
        self._sent_bps = 0.0
        self._sent_octets = 0

    def carry(self, sources: Sequence[Source]) -> None:
        """Receive exactly these from now on; offers anew when that changes anything."""
        if self._slots.carry(sources):
            self.offer()

    def offer(self) -> None:
        """Announce the present state as the newest revision."""
        if not len(self._slots):
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
                    [slot.offered() for slot in self._slots],
                    local,
                    session_id=self._session_id,
                    version=self.revision,
                ),
                tracks=self._slots.told(),
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
            route = accepted_route(carried, section)
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
            for carried in self._slots.carried():
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
        carried = self._slots.by_ssrc(nack.media_ssrc)
        if carried is not None:
            carried.subscription.repeat(
                nack.lost, now, round_trip_s=self._round_trip_s, send_time=send_time_element(now)
            )

    def _want_picture(self, ssrc: int, now: float) -> None:
        carried = self._slots.by_ssrc(ssrc)
        if carried is not None and carried.subscription.gate.admit(now):
            carried.source.publication.gate.want()

    def _share(self, rate_bps: int, now: float) -> None:
        limit = self._downlink.update(rate_bps, self._sent_bps, now)
        active = self._slots.active()
        kinds = [carried.kind for carried in active]
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
        reports = [report for carried in self._slots.carried() if (report := self._sender_report(carried))]
        for start in range(0, len(reports), _REPORTS_IN_ONE):
            batch = reports[start : start + _REPORTS_IN_ONE]
            compound = b"".join(rtcp.sender_report(report) for report in batch)
            self.peer.send_rtcp(compound + rtcp.source_description(batch[0].ssrc, CNAME))

    def _measure_sent(self, elapsed_s: float) -> None:
        octets = sum(carried.subscription.octets for carried in self._slots.carried())
        self._sent_bps = max(0, octets - self._sent_octets) * 8 / elapsed_s
        self._sent_octets = octets

    def _sender_report(self, carried: Carried) -> rtcp.SenderReport | None:
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

    def close(self) -> None:
        """Release the connection and every subscription."""
        self._slots.release_all()
        self.peer.close()
