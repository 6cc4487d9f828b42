"""The invitation of one expert to a consult, as a transition table: joining, then agreeing with the report or not.

A consult that several experts answer has one invitation each. The specialist who accepted chairs and signs; every
other expert countersigns what was signed or dissents and says why. A new version of the report asks them again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class InvitationState(StrEnum):
    """Where an invitation stands."""

    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COUNTERSIGNED = "countersigned"
    DISSENTED = "dissented"


class InvitationParty(StrEnum):
    """Who somebody is to an invitation."""

    EXPERT = "expert"
    INVITER = "inviter"
    PLATFORM = "platform"


class InvitationEventName(StrEnum):
    """What moves an invitation."""

    JOIN = "join"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    COUNTERSIGN = "countersign"
    DISSENT = "dissent"
    ASK_AGAIN = "ask_again"


class Stance(StrEnum):
    """What an expert says to a signed report."""

    COUNTERSIGNED = "countersigned"
    DISSENTED = "dissented"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationTransition:
    """One cell: who may, and where it leads."""

    from_state: InvitationState
    event: InvitationEventName
    to: InvitationState
    by: tuple[InvitationParty, ...]


S, E = InvitationState, InvitationEventName
_EXPERT = (InvitationParty.EXPERT,)
_INVITER = (InvitationParty.INVITER, InvitationParty.PLATFORM)
_PLATFORM = (InvitationParty.PLATFORM,)

_CELLS = (
    (S.INVITED, E.JOIN, S.JOINED, _EXPERT),
    (S.INVITED, E.DECLINE, S.DECLINED, _EXPERT),
    (S.INVITED, E.WITHDRAW, S.WITHDRAWN, _INVITER),
    (S.JOINED, E.DECLINE, S.DECLINED, _EXPERT),
    (S.JOINED, E.WITHDRAW, S.WITHDRAWN, _INVITER),
    (S.JOINED, E.COUNTERSIGN, S.COUNTERSIGNED, _EXPERT),
    (S.JOINED, E.DISSENT, S.DISSENTED, _EXPERT),
    (S.COUNTERSIGNED, E.ASK_AGAIN, S.JOINED, _PLATFORM),
    (S.DISSENTED, E.ASK_AGAIN, S.JOINED, _PLATFORM),
)
TRANSITIONS: Mapping[tuple[InvitationState, InvitationEventName], InvitationTransition] = {
    (at, event): InvitationTransition(from_state=at, event=event, to=to, by=by)
    for at, event, to, by in _CELLS
}

TAKING_PART = frozenset({S.JOINED, S.COUNTERSIGNED, S.DISSENTED})
OPEN = TAKING_PART | {S.INVITED}
_ON_A_REPORT = frozenset({E.COUNTERSIGN, E.DISSENT})


class NotAllowedNow(Exception):  # noqa: N818 - it is no accident, the table has no such cell
    """The state knows no such event, or there is nothing signed to say it of."""


def step(state: InvitationState, event: InvitationEventName, *, is_signed: bool) -> InvitationTransition:
    """Find where an event leads.

    Whoever has joined can't be sent away any more once there is a report that they might dissent from.

    Args:
        state: where the invitation stands.
        event: what happens.
        is_signed: whether the consult has a signed report.

    Raises:
        NotAllowedNow: the table has no cell for it, or the report forbids it.
    """
    cell = TRANSITIONS.get((state, event))
    if cell is None or (event in _ON_A_REPORT and not is_signed):
        raise NotAllowedNow
    if event is E.WITHDRAW and state is S.JOINED and is_signed:
        raise NotAllowedNow
    return cell


def transition_rows() -> Iterator[InvitationTransition]:
    """Walk the table as it is served to the browser and drawn in the documentation."""
    yield from TRANSITIONS.values()


def available_events(
    state: InvitationState, parties: frozenset[InvitationParty], *, is_signed: bool
) -> list[InvitationEventName]:
    """What somebody who is these parties may do with an invitation in this state."""
    found: list[InvitationEventName] = []
    for cell in TRANSITIONS.values():
        if cell.from_state is not state or not parties & set(cell.by):
            continue
        try:
            step(state, cell.event, is_signed=is_signed)
        except NotAllowedNow:
            continue
        found.append(cell.event)
    return found
