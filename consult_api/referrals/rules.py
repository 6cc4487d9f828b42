"""The referral as a state machine, from the township up and back down, with its deadlines.

Each side takes its own steps. A patient travels only to a destination: a bed that is held or an agreed time.
"""

from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    TRANSPORT_ARRANGED = "transport_arranged"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    ADMITTED = "admitted"
    SEEN = "seen"
    DOWN_PROPOSED = "down_proposed"
    DOWN_ACCEPTED = "down_accepted"
    RETURNED = "returned"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXTERNAL = "external"
    DECEASED = "deceased"
    SUPERSEDED = "superseded"


class Direction(StrEnum):
    """To a larger hospital, or back to the township."""

    UP = "up"
    DOWN = "down"


class Priority(StrEnum):
    """How fast; `green` is the green channel: reception, examination and admission come first."""

    GREEN = "green"
    URGENT = "urgent"
    ELECTIVE = "elective"


class ReferralParty(StrEnum):
    """Who somebody is to one referral."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class ReferralEvent(StrEnum):
    """What moves a referral."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    DECLINE = "decline"
    REDIRECT = "redirect"
    ARRANGE_TRANSPORT = "arrange_transport"
    DEPART = "depart"
    ARRIVE = "arrive"
    ADMIT = "admit"
    SEE = "see"
    PROPOSE_DOWN = "propose_down"
    ACCEPT_DOWN = "accept_down"
    RETURN = "return"
    START_FOLLOW_UP = "start_follow_up"
    CLOSE = "close"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    GO_EXTERNAL = "go_external"
    RECORD_DEATH = "record_death"
    SUPERSEDE = "supersede"
