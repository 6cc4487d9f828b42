"""What the relay refuses.

Problem
├── media/sdp-invalid        invalid      the description isn't SDP, or lacks what the relay needs
├── media/sdp-unsupported    unsupported  the description offers no codec the relay forwards
├── media/room-unknown       not_found    this worker doesn't have the room
├── media/participant-unknown not_found   the room doesn't have the participant's connection
├── media/track-unknown      unprocessable  a named track has no m-section of its kind
├── media/revision-unknown   conflict     the answer is to an offer that was never made
├── media/not-open           unavailable  the worker doesn't hold its port
└── media/worker-full        unavailable  the worker has all the connections it accepts
"""

from wire.problems import Kind, Problem


def sdp_invalid(reason: str) -> Problem:
    """Refuse a description that can't be understood; `reason` names the missing or broken part."""
    return Problem(
        "media/sdp-invalid",
        Kind.INVALID,
        f"The session description can't be used: {reason}.",
        parameters={"reason": reason},
    )


def sdp_unsupported(kind: str) -> Problem:
    """Refuse an m-section without a codec that the relay forwards."""
    return Problem(
        "media/sdp-unsupported",
        Kind.UNSUPPORTED,
        f"No {kind} codec of this description is one that the relay forwards (Opus, VP8).",
        parameters={"kind": kind},
    )


def room_unknown() -> Problem:
    """Say that this worker doesn't have the room: it must be placed first."""
    return Problem("media/room-unknown", Kind.NOT_FOUND, "This worker doesn't have that room.")


def participant_unknown() -> Problem:
    """Say that the participant has no such connection here."""
    return Problem(
        "media/participant-unknown", Kind.NOT_FOUND, "The participant has no such connection in this room."
    )


def track_unknown(mid: str) -> Problem:
    """Refuse a track that names an m-section which isn't there, or is of another kind."""
    return Problem(
        "media/track-unknown",
        Kind.UNPROCESSABLE,
        "A named track has no sending m-section of its kind in the description.",
        parameters={"mid": mid[:16]},
    )


def revision_unknown(newest: int) -> Problem:
    """Refuse an answer to an offer that was never made."""
    return Problem(
        "media/revision-unknown",
        Kind.CONFLICT,
        "No offer of that revision was made on this connection.",
        parameters={"newest": newest},
    )


def worker_full() -> Problem:
    """Refuse a further connection."""
    return Problem("media/worker-full", Kind.UNAVAILABLE, "This media worker is full.")


def not_open() -> Problem:
    """Say that the worker doesn't hold its port (yet, or any more)."""
    return Problem("media/not-open", Kind.UNAVAILABLE, "This media worker isn't open.")
