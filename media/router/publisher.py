"""A participant's sending connection: its offer answered, its packets sorted by track, its line reported on."""

import secrets
from collections.abc import Sequence

from media import errors
from media.bandwidth import receiver_estimate
from media.bandwidth.receiver_estimate import LossEstimator
from media.bandwidth.transport_feedback import ArrivalLog
from media.peer import Peer, PeerState
from media.router.publication import Publication
from media.router.relay import CNAME, Relay
from media.router.sources import Source, SourceTable, negotiated_track, sending_section
from media.rtp import extensions, packet, rtcp, rtx
from media.rtp.packet import RtpError, RtpPacket
from media.rtp.timeline import PublisherClock
from media.transport import description, sdp
from media.transport.sdp import Description, SdpError
from wire.identifiers import new_id
from wire.media import ConnectionChanged, PublishedTrack

REPORT_INTERVAL_S = 1.0


class Publisher:
    """One participant's publications; a `PeerOwner`."""

    def __init__(self, relay: Relay, room_id: str, participant_id: str) -> None:
        self.participant_id = participant_id
        self.clock = PublisherClock()
        self.peer = Peer(
            relay.mux, relay.certificate, self, consent_timeout_s=relay.settings.consent_timeout_s
        )
        self.unroutable = 0
        """Authentic packets that belong to no negotiated track."""
        self._relay = relay
        self._room_id = room_id
        self._session_id = secrets.randbits(62)
        self._version = 0
        self._remote_ufrag = ""
        self._ssrc = secrets.randbits(32)
        self._table = SourceTable()
        self._extensions: dict[str, int] = {}
        self._arrivals: ArrivalLog | None = None
        self._accepts_estimate = False
        settings = relay.settings
        self._estimator = LossEstimator(
            lowest_bps=settings.min_video_rate_bps, highest_bps=settings.max_video_rate_bps
        )
        self._report_due = 0.0
        self._counted = (0, 0, 0)

    @property
    def publications(self) -> list[Publication]:
        """What this participant publishes, in the order of its m-sections."""
        return [track.publication for track in self._table]

    @property
    def answered(self) -> bool:
        """Whether an offer has been answered."""
        return self._version > 0

    def answer(self, text: str, tracks: Sequence[PublishedTrack]) -> str:
        """Take an offer and return the answer; the same mid and purpose stay the same publication.

        Raises:
            Problem: the offer can't be used; nothing has changed then.
        """
        try:
            offer = sdp.parse(text)
            transport = offer.bundled()
        except SdpError as broken:
            raise errors.sdp_invalid(str(broken)) from broken
        chosen = {track.mid: (track, sending_section(offer, track)) for track in tracks}
        now = self._relay.clock.monotonic()
        if self._remote_ufrag and transport.ice_ufrag != self._remote_ufrag:
            self.peer.restart_ice(now)
        self._remote_ufrag = transport.ice_ufrag
        self.peer.expect(tuple(transport.fingerprints), now)
        self._negotiate(offer)
        negotiated = {
            mid: negotiated_track(section, self._publication(track), self._extensions)
            for mid, (track, section) in chosen.items()
        }
        self._table.replace(negotiated, offer)
        self._version += 1
        return description.answer_to_publisher(
            offer.sections,
            self._relay.local(self.peer.credentials, self.peer.fingerprint, "passive"),
            session_id=self._session_id,
            version=self._version,
            wanted=frozenset(chosen),
        )

    def _publication(self, track: PublishedTrack) -> Publication:
        known = self._table.track(track.mid)
        if known is not None and known.publication.purpose == track.purpose:
            return known.publication
        return Publication(
            publication_id=new_id(),
            participant_id=self.participant_id,
            kind=track.kind,
            purpose=track.purpose,
        )

    def _negotiate(self, offer: Description) -> None:
        """One transport, so one numbering of header extensions for all sections (RFC 9143 §10.4)."""
        bundled = [section for section in offer.sections if section.mid in offer.bundle]
        self._extensions = {uri: number for one in bundled for number, uri in one.extensions.items()}
        feedback = {kind for one in bundled for codec in one.codecs.values() for kind in codec.feedback}
        transport_wide = "transport-cc" in feedback and extensions.TRANSPORT_SEQUENCE in self._extensions
        if not transport_wide:
            self._arrivals = None
        elif self._arrivals is None:
            self._arrivals = ArrivalLog()
        self._accepts_estimate = "goog-remb" in feedback

    def rtp_arrived(self, data: bytes, arrival: float) -> None:
        """Take one authentic packet to its publication."""
        try:
            received = packet.parse(data)
        except RtpError:
            self.unroutable += 1
            return
        elements = extensions.read(received.extension_profile, received.extension)
        if self._arrivals is not None:
            number = elements.get(self._extensions[extensions.TRANSPORT_SEQUENCE])
            if number is not None and len(number) == 2:
                self._arrivals.arrived(int.from_bytes(number, "big"), arrival)
        now = self._relay.clock.monotonic()
        source = self._table.source(received.ssrc) or self._identify(received, elements)
        if source is None:
            self.unroutable += 1
        elif source.is_rtx:
            self._recover(source, received, elements, now)
        else:
            source.publication.arrived(received, elements, arrival, now)

    def _identify(self, received: RtpPacket, elements: dict[int, bytes]) -> Source | None:
        mid = elements.get(self._extensions.get(extensions.MID, 0))
        return self._table.identify(received, mid.decode("ascii", "replace")) if mid else None

    def _recover(self, source: Source, received: RtpPacket, elements: dict[int, bytes], now: float) -> None:
        original = rtx.unwrap(received.payload)
        if original is None:
            return
        sequence, payload = original
        restored = RtpPacket(
            marker=received.marker,
            payload_type=received.payload_type,
            sequence=sequence,
            timestamp=received.timestamp,
            ssrc=source.primary_ssrc,
            payload=payload,
        )
        source.publication.recovered(restored, elements, now)

    def rtcp_arrived(self, compound: bytes, now: float) -> None:
        """Take the publisher's sender reports; subscribers' receiver reports are answered elsewhere."""
        for report in rtcp.parse(compound):
            if isinstance(report, rtcp.SenderReport):
                source = self._table.source(report.ssrc)
                if source is not None and not source.is_rtx:
                    self.clock.heard(report.ntp_time, self._relay.clock.now().timestamp())
                    source.publication.sender_report(report, now)

    def state_changed(self, state: PeerState, now: float) -> None:
        """Tell the room; a returning publisher owes everybody a picture."""
        if state is PeerState.CONNECTED:
            for publication in self.publications:
                if publication.subscriptions and publication.kind == "video":
                    publication.gate.want()
        self._relay.announce(
            ConnectionChanged(
                room_id=self._room_id,
                participant_id=self.participant_id,
                direction="publish",
                state=state.value,
            )
        )

    def tick(self, now: float, limit_bps: int) -> None:
        """Do what time demands: ask for losses and pictures, report arrivals and receptions.

        Args:
            now: monotonic.
            limit_bps: what this participant's video may use, as far as its subscribers can take it.
        """
        self.peer.tick(now)
        if self.peer.state is not PeerState.CONNECTED:
            return
        self._ask(now)
        if self._arrivals is not None and now >= self._arrivals.due_at:
            media_ssrc = self._table.any_ssrc()
            for message in self._arrivals.take(self._ssrc, media_ssrc, now):
                self.peer.send_rtcp(message)
        if now >= self._report_due:
            self._report(now, limit_bps)

    def _ask(self, now: float) -> None:
        for track in self._table:
            publication = track.publication
            if track.ssrc is None or publication.kind != "video":
                continue
            lost = publication.losses.due(now)
            if lost and track.nack:
                self.peer.send_rtcp(rtcp.nack(self._ssrc, track.ssrc, lost[:256]))
            if publication.losses.take_overflow():
                publication.gate.want()
            if track.pli and publication.gate.due(now):
                self.peer.send_rtcp(rtcp.picture_loss(self._ssrc, track.ssrc))

    def _report(self, now: float, limit_bps: int) -> None:
        elapsed = now - self._report_due + REPORT_INTERVAL_S if self._report_due else REPORT_INTERVAL_S
        self._report_due = now + REPORT_INTERVAL_S
        tracks = [track for track in self._table if track.ssrc is not None]
        blocks = [track.publication.report_block(track.ssrc or 0, now) for track in tracks][:31]
        compound = rtcp.receiver_report(self._ssrc, blocks)
        compound += rtcp.source_description(self._ssrc, CNAME)
        if self._accepts_estimate:
            rate = min(limit_bps, self._line_bps(elapsed))
            ssrcs = [track.ssrc for track in tracks if track.ssrc is not None][:31]
            compound += rtcp.receiver_estimate(self._ssrc, rate, ssrcs)
        self.peer.send_rtcp(compound)

    def _line_bps(self, elapsed_s: float) -> int:
        """Return what the line up carries; a browser with transport-wide feedback finds that out itself."""
        octets = sum(one.octets_received for one in self.publications)
        received = sum(one.packets_received for one in self.publications)
        lost = sum(one.packets_lost for one in self.publications)
        octets_before, received_before, lost_before = self._counted
        self._counted = (octets, received, lost)
        if self._arrivals is not None:
            return self._relay.settings.max_video_rate_bps
        lost_now, received_now = max(0, lost - lost_before), max(1, received - received_before)
        return self._estimator.update(
            received_bps=max(0, octets - octets_before) * 8 / elapsed_s,
            loss=lost_now / (lost_now + received_now),
        )

    def limit(self) -> int:
        """Return what this participant's video may use, by what its subscribers say of their lines."""
        settings = self._relay.settings
        shares = [
            subscription.share_bps
            for publication in self.publications
            if publication.kind == "video"
            for subscription in publication.subscriptions
            if subscription.active
        ]
        return receiver_estimate.publisher_limit(
            shares, lowest_bps=settings.min_video_rate_bps, highest_bps=settings.max_video_rate_bps
        )

    def close(self) -> None:
        """Release the connection."""
        self.peer.close()
