"""The m-sections of what a subscriber is offered: which publication each carries, and what was accepted.

An m-section that is no longer needed becomes inactive and is used again for the next publication of its kind,
so that a long day's comings and goings don't grow the description. SSRCs are never used again.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from media.router.publication import CLOCK_RATES, Kind, Publication
from media.router.relay import random_ssrc
from media.router.subscription import Route, Sink, Subscription
from media.rtp import extensions
from media.rtp.timeline import PublisherClock
from media.transport import description
from media.transport.description import OfferedTrack
from media.transport.sdp import Section
from wire.media import SubscribedTrack


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication, with the clock of who publishes it."""

    publication: Publication
    clock: PublisherClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one m-section carries."""

    source: Source
    subscription: Subscription
    ssrc: int
    rtx_ssrc: int | None

    @property
    def kind(self) -> Kind:
        """Audio or video."""
        return self.source.publication.kind


@dataclass(slots=True, kw_only=True)
class Slot:
    """One m-section; inactive while it carries nothing."""

    mid: str
    kind: Kind
    carried: Carried | None = None

    def offered(self) -> OfferedTrack:
        """Return what the offer says."""
        carried = self.carried
        if carried is None:
            return OfferedTrack(mid=self.mid, kind=self.kind)
        publication = carried.source.publication
        group = "screen" if publication.purpose.startswith("screen") else "person"
        return OfferedTrack(
            mid=self.mid,
            kind=self.kind,
            stream_id=f"{publication.participant_id}-{group}",
            track_id=publication.publication_id,
            ssrc=carried.ssrc,
            rtx_ssrc=carried.rtx_ssrc,
            cname=publication.participant_id,
        )


class Slots:
    """All m-sections of one subscriber, in order."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._slots: list[Slot] = []
        self._ssrcs: set[int] = set()

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    def carry(self, sources: Sequence[Source]) -> bool:
        """Carry exactly these from now on; return whether that changes anything."""
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
        return changed

    def release_all(self) -> None:
        """Carry nothing."""
        for slot in self._slots:
            self._release(slot)

    def _release(self, slot: Slot) -> None:
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
            slot = Slot(mid=str(len(self._slots)), kind=publication.kind)
            self._slots.append(slot)
        subscription = Subscription(self._sink, publication.history, random_bits=secrets.randbits)
        slot.carried = Carried(
            source=source,
            subscription=subscription,
            ssrc=random_ssrc(self._ssrcs),
            rtx_ssrc=random_ssrc(self._ssrcs) if publication.kind == "video" else None,
        )
        publication.subscriptions.append(subscription)

    def carried(self) -> list[Carried]:
        """Return what is carried, in the order of the m-sections."""
        return [slot.carried for slot in self._slots if slot.carried is not None]

    def active(self) -> list[Carried]:
        """Return what is being sent."""
        return [carried for carried in self.carried() if carried.subscription.active]

    def by_ssrc(self, ssrc: int) -> Carried | None:
        """Return what is sent with that SSRC."""
        return next((carried for carried in self.carried() if carried.ssrc == ssrc), None)

    def told(self) -> list[SubscribedTrack]:
        """Return, for each m-section in use, whose track it is."""
        return [
            SubscribedTrack(
                mid=slot.mid,
                kind=slot.kind,
                purpose=slot.carried.source.publication.purpose,
                participant_id=slot.carried.source.publication.participant_id,
                publication_id=slot.carried.source.publication.publication_id,
            )
            for slot in self._slots
            if slot.carried is not None
        ]


def accepted_route(carried: Carried, section: Section) -> Route | None:
    """Read from the answer what the subscriber takes; None when it takes nothing."""
    codec = description.forwarded_codec(section)
    if codec is None or section.port == 0 or section.direction not in ("recvonly", "sendrecv"):
        return None
    rtx_codec = section.retransmission_for(codec.payload_type)
    accepted = set(section.extensions.values())
    mid = extensions.element(description.MID_ID, section.mid.encode()) if extensions.MID in accepted else b""
    return Route(
        ssrc=carried.ssrc,
        rtx_ssrc=carried.rtx_ssrc,
        payload_type=codec.payload_type,
        rtx_payload_type=rtx_codec.payload_type if rtx_codec else None,
        clock_rate=CLOCK_RATES[carried.kind],
        mid_element=mid,
        send_time=extensions.ABS_SEND_TIME in accepted,
        repeats=carried.kind == "video",
        starts_with_key_frame=carried.kind == "video",
    )
