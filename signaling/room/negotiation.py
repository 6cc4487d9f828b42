"""Which offer is in flight on each of a participant's two media connections (RFC 8829).

The participant offers on the publish connection, the relay on the subscribe connection, so offers never meet.
Each connection counts its offers; whatever belongs to an older one, or comes twice, changes nothing.
"""

from dataclasses import dataclass, replace

from wire.media import SubscribeOffered as RelayOffer
from wire.signaling import PublishAnswered, PublishOffer, ServerMessage, SubscribeOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiation:
    """Where one participant's connections are.

    Attributes:
        publish_revision: the newest publish offer's revision.
        publish_offer: that offer, once the relay was given it.
        publish_seq: the number of the message it came in.
        publish_answer: the relay's answer to it, once there.
        subscribe_offer: the relay's newest offer.
        subscribe_answered: the newest subscribe offer that the participant answered.
        releasing: the relay still lets go of an earlier session's connections; its offers are that session's.
    """

    publish_revision: int = 0
    publish_offer: PublishOffer | None = None
    publish_seq: int = 0
    publish_answer: PublishAnswered | None = None
    subscribe_offer: SubscribeOffered | None = None
    subscribe_answered: int = 0
    releasing: bool = False

    def offered(self, offer: PublishOffer, seq: int) -> "Negotiation | None":
        """Return what stands after a publish offer, or None for one that came before."""
        if offer.revision <= self.publish_revision:
            return None
        return replace(
            self,
            publish_revision=offer.revision,
            publish_offer=offer,
            publish_seq=seq,
            publish_answer=None,
        )

    def answered(self, answer: PublishAnswered) -> "Negotiation | None":
        """Return what stands after the relay's answer, or None when it isn't to the newest offer."""
        if answer.revision != self.publish_revision or self.publish_answer is not None:
            return None
        return replace(self, publish_answer=answer)

    def relay_offered(self, offer: RelayOffer, media_epoch: int) -> "Negotiation | None":
        """Return what stands after the relay's offer, or None for one that came before."""
        newest = 0 if self.subscribe_offer is None else self.subscribe_offer.revision
        if self.releasing or offer.revision <= newest:
            return None
        message = SubscribeOffered(
            type="subscribe_offered",
            media_epoch=media_epoch,
            revision=offer.revision,
            sdp=offer.sdp,
            tracks=tuple(offer.tracks),
        )
        return replace(self, subscribe_offer=message)

    def relay_answered(self, revision: int) -> "Negotiation | None":
        """Return what stands after the participant's answer, or None when it isn't to the newest offer."""
        offer = self.subscribe_offer
        if offer is None or revision != offer.revision or revision <= self.subscribe_answered:
            return None
        return replace(self, subscribe_answered=revision)

    @property
    def unanswered(self) -> PublishOffer | None:
        """The publish offer that waits for the relay's answer, if one does."""
        return None if self.publish_answer is not None else self.publish_offer

    def anew(self) -> "Negotiation":
        """Return what stands when both connections have to be made anew within the same session."""
        return Negotiation(publish_revision=self.publish_revision)

    def outstanding(self) -> tuple[ServerMessage, ...]:
        """Return what a client that comes back may have missed; having it already does no harm."""
        offer = self.subscribe_offer
        unanswered = None if offer is None or offer.revision <= self.subscribe_answered else offer
        return tuple(message for message in (self.publish_answer, unanswered) if message is not None)
