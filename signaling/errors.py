"""What signalling refuses, and why.

The socket ends with the close code of the kind and the code as its reason:

    signaling/opening-expected   invalid          the first message is neither hello nor resume, or came too late
    signaling/too-large          too_large        one message over the size limit
    signaling/too-many-messages  too_many         more messages than the rate limit; resume slower
    signaling/too-slow           too_many         the outgoing queue ran over; resume gives a fresh snapshot
    signaling/silent             gone             nothing heard for too long; resume
    signaling/stopping           unavailable      the server is about to stop; try again
    ticket/invalid               unauthenticated  not a ticket, or not signed by the clinical service
    ticket/foreign               forbidden        a ticket for another audience
    ticket/expired               gone             get a new ticket
    ticket/used                  conflict         get a new ticket
    ticket/keys-unavailable      unavailable      the clinical service doesn't answer; try again
    session/gone                 gone             no such session any more; hello with a new ticket
    session/moved                conflict         the session was resumed on another socket
    seat/taken                   conflict         the person joined in another tab
    room/full                    too_many         no seat is free

The session goes on after a ``problem`` message:

    signaling/malformed          invalid          the message isn't one of the protocol
    signaling/out-of-order       conflict         a number is missing; send again from ``expected``
    signaling/failed             internal         a defect of the server; the message did nothing
    viewing/role-may-not         forbidden        observers and guests look on
    viewing/presenter-only       forbidden        only the presenter may
    viewing/stale-term           stale            the presenter's role changed hands meanwhile
    viewing/not-in-room          not_found        the role can't go to somebody who isn't there
    viewing/too-many-annotations too_many         clear some first
    media/unavailable            unavailable      no relay at the moment; ``media_changed`` tells when
    media/stale-epoch            stale            said about peer connections that are dead
    and whatever the relay refuses, by its own codes
"""

from wire.problems import Kind, Problem


def opening_expected() -> Problem:
    """Refuse a socket that doesn't open with hello or resume in time."""
    return Problem("signaling/opening-expected", Kind.INVALID, "The first message must be hello or resume.")


def too_large(limit_bytes: int) -> Problem:
    """Refuse a message over the size limit."""
    return Problem(
        "signaling/too-large",
        Kind.TOO_LARGE,
        "The message is too large.",
        parameters={"limit_bytes": limit_bytes},
    )


def too_many_messages() -> Problem:
    """Refuse a flood."""
    return Problem("signaling/too-many-messages", Kind.TOO_MANY, "Too many messages in a short time.")


def too_slow() -> Problem:
    """Drop a client that doesn't take what it's sent."""
    return Problem("signaling/too-slow", Kind.TOO_MANY, "Too many messages wait to be taken.")


def silent() -> Problem:
    """Drop a line on which nothing is heard."""
    return Problem("signaling/silent", Kind.GONE, "Nothing was heard for too long.")


def stopping() -> Problem:
    """Refuse newcomers while the server is about to stop."""
    return Problem("signaling/stopping", Kind.UNAVAILABLE, "The server is about to stop.")


def malformed(field: str) -> Problem:
    """Refuse a message that isn't one of the protocol; `field` is the first place that is wrong."""
    return Problem(
        "signaling/malformed",
        Kind.INVALID,
        "The message does not follow the protocol.",
        parameters={"field": field},
    )


def failed() -> Problem:
    """Tell that a message met a defect."""
    return Problem("signaling/failed", Kind.INTERNAL, "The message could not be acted on.")


def out_of_order(expected: int) -> Problem:
    """Refuse a message whose forerunner is missing."""
    return Problem(
        "signaling/out-of-order",
        Kind.CONFLICT,
        "A message before this one is missing.",
        parameters={"expected": expected},
    )


def ticket_invalid() -> Problem:
    """Refuse what isn't a ticket of the clinical service."""
    return Problem("ticket/invalid", Kind.UNAUTHENTICATED, "This is not a valid join ticket.")


def ticket_foreign() -> Problem:
    """Refuse a ticket that was issued for something else."""
    return Problem("ticket/foreign", Kind.FORBIDDEN, "The ticket was issued for another purpose.")


def ticket_expired() -> Problem:
    """Refuse a ticket past its time."""
    return Problem("ticket/expired", Kind.GONE, "The join ticket has expired.")


def ticket_used() -> Problem:
    """Refuse a ticket that was presented before."""
    return Problem("ticket/used", Kind.CONFLICT, "The join ticket was used before.")


def keys_unavailable() -> Problem:
    """Tell that tickets can't be checked now."""
    return Problem("ticket/keys-unavailable", Kind.UNAVAILABLE, "Join tickets cannot be checked right now.")


def session_gone() -> Problem:
    """Refuse to resume what isn't kept; a wrong token gets the same answer."""
    return Problem("session/gone", Kind.GONE, "The session is not kept any more.")


def session_moved() -> Problem:
    """Close the socket whose session was resumed on another one."""
    return Problem("session/moved", Kind.CONFLICT, "The session continues on another connection.")


def seat_taken() -> Problem:
    """Close the session whose person joined anew."""
    return Problem("seat/taken", Kind.CONFLICT, "The same person joined from somewhere else.")


def room_full() -> Problem:
    """Refuse one participant more."""
    return Problem("room/full", Kind.TOO_MANY, "The room has no free seat.")


def role_may_not() -> Problem:
    """Refuse what observers and guests may not do."""
    return Problem("viewing/role-may-not", Kind.FORBIDDEN, "This role looks on only.")


def presenter_only() -> Problem:
    """Refuse what only the presenter may do."""
    return Problem("viewing/presenter-only", Kind.FORBIDDEN, "Only the presenter may do this.")


def stale_term() -> Problem:
    """Refuse a view from before the presenter's role changed hands."""
    return Problem("viewing/stale-term", Kind.STALE, "The presenter has changed meanwhile.")


def not_in_room() -> Problem:
    """Refuse to hand the role to somebody absent."""
    return Problem("viewing/not-in-room", Kind.NOT_FOUND, "That participant is not in the room.")


def too_many_annotations(limit: int) -> Problem:
    """Refuse one annotation more."""
    return Problem(
        "viewing/too-many-annotations",
        Kind.TOO_MANY,
        "The shared view holds no more annotations.",
        parameters={"limit": limit},
    )


def media_unavailable() -> Problem:
    """Tell that sound and picture can't be had now."""
    return Problem("media/unavailable", Kind.UNAVAILABLE, "No media relay is available right now.")


def stale_epoch() -> Problem:
    """Refuse what is said about peer connections of a relay that is gone."""
    return Problem("media/stale-epoch", Kind.STALE, "The media connections must be made anew.")
