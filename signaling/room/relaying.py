"""How the room and the relay move together: placement, offers and answers, connection states."""

from dataclasses import replace

from signaling import errors
from signaling.room.effects import Answer, Effect, Offer, PlaceOnRelay, Restart
from signaling.room.events import RelayAnswered, RelayConnectionChanged, RelayOffered, RelayPlaced
from signaling.room.placement import Occurrence, Phase
from signaling.room.roster import Step, release, subscribe
from signaling.room.state import Room, Seat
from signaling.room.telling import tell, tell_changed, tell_media
from wire.room import MediaState
from wire.signaling import PublishAnswered, PublishOffer, RestartIce, SubscribeAnswer


def placed(room: Room, event: RelayPlaced) -> Step:
    """The room has a worker: everybody may connect."""
    placement = room.placement.on(event.worker_id, kept=event.kept)
    if placement is None:
        return room, ()
    if placement.epoch != room.placement.epoch:
        room = _unconnected(room)
    room = replace(room, placement=placement)
    effects: tuple[Effect, ...] = tell_media(room, available=True)
    for seat in room.seats.values():
        effects = (*effects, *_take_up(room, seat))
    return room, effects


def _take_up(room: Room, seat: Seat) -> tuple[Effect, ...]:
    """Return what a worker that was silent may have missed of a participant."""
    releasing = (release(room, seat),) if seat.negotiation.releasing else ()
    unanswered = (
        () if seat.negotiation.unanswered is None else (_pass_on(room, seat, seat.negotiation.unanswered),)
    )
    return (*releasing, subscribe(room, seat), *unanswered)


def failed(room: Room) -> Step:
    """No worker took the room; the first time everybody is told."""
    placement = room.placement.after(Occurrence.FAILED)
    if placement is None:
        return room, ()
    room = replace(room, placement=placement)
    return room, tell_media(room, available=False)


def lost(room: Room, epoch: int) -> Step:
    """The worker is silent, or forgot the room: everybody is told, and the relay is asked again."""
    placement = room.placement.after(Occurrence.LOST) if epoch == room.placement.epoch else None
    if placement is None:
        return room, ()
    room = replace(room, placement=placement)
    place = PlaceOnRelay(last_worker_id=placement.worker_id)
    return room, (*tell_media(room, available=False), place)


def released(room: Room, session_id: str) -> Step:
    """What the relay offers from now on is for this session."""
    seat = room.seat_of_session(session_id)
    if seat is None:
        return room, ()
    return room.with_seat(replace(seat, negotiation=replace(seat.negotiation, releasing=False))), ()


def publish(room: Room, seat: Seat, seq: int, offer: PublishOffer) -> Step:
    """Pass a publish offer on, once.

    Raises:
        Problem: no relay at the moment, or the offer is about dead connections.
    """
    _require_relay(room, offer.media_epoch)
    negotiation = seat.negotiation.offered(offer, seq)
    if negotiation is None:
        return room, ()
    seat = replace(seat, negotiation=negotiation)
    return room.with_seat(seat), (_pass_on(room, seat, offer),)


def _pass_on(room: Room, seat: Seat, offer: PublishOffer) -> Offer:
    return Offer(
        worker_id=room.placement.worker_id,
        epoch=room.placement.epoch,
        participant_id=seat.participant_id,
        session_id=seat.session_id,
        seq=seat.negotiation.publish_seq,
        revision=offer.revision,
        sdp=offer.sdp,
        tracks=offer.tracks,
    )


def answered(room: Room, event: RelayAnswered) -> Step:
    """Hand the relay's answer to the participant, unless a newer offer is on its way."""
    seat = room.seat_of_session(event.session_id)
    if seat is None or event.epoch != room.placement.epoch:
        return room, ()
    answer = PublishAnswered(
        type="publish_answered", media_epoch=event.epoch, revision=event.revision, sdp=event.sdp
    )
    negotiation = seat.negotiation.answered(answer)
    if negotiation is None:
        return room, ()
    offer = negotiation.publish_offer
    purposes = () if offer is None else tuple(track.purpose for track in offer.tracks)
    changed = replace(
        seat,
        negotiation=negotiation,
        participant=seat.participant.model_copy(update={"publishing": purposes}),
    )
    room = room.with_seat(changed)
    told = tell_changed(room, changed) if changed.participant != seat.participant else ()
    return room, (*tell(changed, answer), *told)


def offered(room: Room, event: RelayOffered) -> Step:
    """Hand the relay's offer to the participant it is for."""
    seat = room.seats.get(event.offer.participant_id)
    if seat is None or room.placement.phase is Phase.IDLE:
        return room, ()
    negotiation = seat.negotiation.relay_offered(event.offer, room.placement.epoch)
    if negotiation is None:
        return room, ()
    seat = replace(seat, negotiation=negotiation)
    return room.with_seat(seat), tell(seat, *negotiation.outstanding()[-1:])


def accept(room: Room, seat: Seat, seq: int, answer: SubscribeAnswer) -> Step:
    """Pass the participant's answer on, unless a newer offer is on its way.

    Raises:
        Problem: no relay at the moment, or the answer is about dead connections.
    """
    _require_relay(room, answer.media_epoch)
    negotiation = seat.negotiation.relay_answered(answer.revision)
    if negotiation is None:
        return room, ()
    command = Answer(
        worker_id=room.placement.worker_id,
        epoch=room.placement.epoch,
        participant_id=seat.participant_id,
        session_id=seat.session_id,
        seq=seq,
        revision=answer.revision,
        sdp=answer.sdp,
    )
    return room.with_seat(replace(seat, negotiation=negotiation)), (command,)


def restart(room: Room, seat: Seat, seq: int, request: RestartIce) -> Step:
    """Ask the relay for new credentials on the subscribe connection.

    Raises:
        Problem: no relay at the moment, or the connections are dead.
    """
    _require_relay(room, request.media_epoch)
    command = Restart(
        worker_id=room.placement.worker_id,
        epoch=room.placement.epoch,
        participant_id=seat.participant_id,
        session_id=seat.session_id,
        seq=seq,
    )
    return room, (command,)


def connection_changed(room: Room, event: RelayConnectionChanged) -> Step:
    """Show everybody how a participant's media connection does."""
    change = event.change
    seat = room.seats.get(change.participant_id)
    if seat is None or seat.negotiation.releasing:
        return room, ()
    field = "publish_state" if change.direction == "publish" else "subscribe_state"
    participant = seat.participant.model_copy(update={field: MediaState(change.state)})
    if participant == seat.participant:
        return room, ()
    seat = replace(seat, participant=participant)
    room = room.with_seat(seat)
    return room, tell_changed(room, seat)


def _require_relay(room: Room, media_epoch: int) -> None:
    if media_epoch != room.placement.epoch:
        raise errors.stale_epoch()
    if room.placement.phase is not Phase.PLACED:
        raise errors.media_unavailable()


def _unconnected(room: Room) -> Room:
    """Return the room with all media connections to be made anew."""
    for seat in tuple(room.seats.values()):
        participant = seat.participant.model_copy(
            update={
                "publishing": (),
                "publish_state": MediaState.NEW,
                "subscribe_state": MediaState.NEW,
            }
        )
        negotiation = seat.negotiation.anew()
        room = room.with_seat(replace(seat, participant=participant, negotiation=negotiation))
    return room
