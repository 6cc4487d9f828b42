"""A room: who is in it, and that everybody receives what the others publish."""

from media import errors
from media.router.publisher import Publisher
from media.router.relay import Relay
from media.router.slots import Source
from media.router.subscriber import Subscriber
from wire.media import PublicationStats, PublishedTrack


class Room:
    """One room of this worker."""

    def __init__(self, relay: Relay, room_id: str) -> None:
        self.room_id = room_id
        self._relay = relay
        self._publishers: dict[str, Publisher] = {}
        self._subscribers: dict[str, Subscriber] = {}

    @property
    def peers(self) -> int:
        """Connections in use."""
        return len(self._publishers) + len(self._subscribers)

    def publish(self, participant_id: str, sdp: str, tracks: list[PublishedTrack]) -> str:
        """Answer a participant's offer and offer what is new to the others.

        Raises:
            Problem: the offer can't be used; everything is as it was.
        """
        known = self._publishers.get(participant_id)
        publisher = known or Publisher(self._relay, self.room_id, participant_id)
        try:
            answer = publisher.answer(sdp, tracks)
        finally:
            if known is None and not publisher.answered:
                publisher.close()
        self._publishers[participant_id] = publisher
        self._spread()
        return answer

    def subscribe(self, participant_id: str) -> None:
        """Begin to offer a participant what the others publish; asked again, offer the same again."""
        known = self._subscribers.get(participant_id)
        if known is not None:
            known.announce()
            return
        self._subscribers[participant_id] = Subscriber(self._relay, self.room_id, participant_id)
        self._spread()

    def accept(self, participant_id: str, revision: int, sdp: str) -> None:
        """Take a subscriber's answer.

        Raises:
            Problem: no such connection or offer, or the answer can't be used.
        """
        self._subscriber(participant_id).accept(revision, sdp)

    def restart_ice(self, participant_id: str) -> None:
        """Offer a subscriber new credentials.

        Raises:
            Problem: no such connection.
        """
        self._subscriber(participant_id).restart_ice()

    def drop(self, participant_id: str) -> None:
        """Release both connections of a participant; nobody there is fine."""
        publisher = self._publishers.pop(participant_id, None)
        subscriber = self._subscribers.pop(participant_id, None)
        if subscriber is not None:
            subscriber.close()
        if publisher is not None:
            self._spread()
            publisher.close()

    def close(self) -> None:
        """Release every connection."""
        for subscriber in self._subscribers.values():
            subscriber.close()
        for publisher in self._publishers.values():
            publisher.close()
        self._subscribers.clear()
        self._publishers.clear()

    def tick(self, now: float) -> None:
        """Do what time demands."""
        for publisher in self._publishers.values():
            publisher.tick(now, publisher.limit())
        for subscriber in self._subscribers.values():
            subscriber.tick(now)

    def stats(self) -> list[PublicationStats]:
        """Return the counters of every publication."""
        return [
            PublicationStats(
                publication_id=publication.publication_id,
                participant_id=publication.participant_id,
                kind=publication.kind,
                packets_received=publication.packets_received,
                bytes_received=publication.octets_received,
                packets_forwarded=publication.forwarded,
                packets_lost=publication.packets_lost,
                key_frames_requested=publication.gate.requests,
            )
            for publisher in self._publishers.values()
            for publication in publisher.publications
        ]

    def _spread(self) -> None:
        for participant_id, subscriber in self._subscribers.items():
            subscriber.carry(
                [
                    Source(publication=publication, clock=publisher.clock)
                    for publisher in self._publishers.values()
                    if publisher.participant_id != participant_id
                    for publication in publisher.publications
                ]
            )

    def _subscriber(self, participant_id: str) -> Subscriber:
        try:
            return self._subscribers[participant_id]
        except KeyError:
            raise errors.participant_unknown() from None
