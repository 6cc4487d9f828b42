"""The invitation's transition table: every pair of state and event."""

from itertools import product

import pytest

from consult_api.consults.rules.invitations import (
    InvitationEventName,
    InvitationParty,
    InvitationState,
    NotAllowedNow,
    available_events,
    step,
    transition_rows,
)

# What clinical.md says, written out once more by hand: from, event, to; `signed` where a report must be there.
DESIGN = {
    "invited": {"join": "joined", "decline": "declined", "withdraw": "withdrawn"},
    "joined": {
        "decline": "declined",
        "withdraw": "withdrawn",
        "countersign": "countersigned",
        "dissent": "dissented",
    },
    "countersigned": {"ask_again": "joined"},
    "dissented": {"ask_again": "joined"},
}
ONLY_SIGNED = {"countersign", "dissent"}
ONLY_UNSIGNED = {("joined", "withdraw")}


@pytest.mark.parametrize(
    ("state", "event", "is_signed"), list(product(InvitationState, InvitationEventName, (False, True)))
)
def test_a_pair_of_state_and_event_does_what_the_design_says_or_is_refused(
    state: InvitationState, event: InvitationEventName, is_signed: bool
) -> None:
    expected = DESIGN.get(state.value, {}).get(event.value)
    if (event in ONLY_SIGNED and not is_signed) or ((state, event) in ONLY_UNSIGNED and is_signed):
        expected = None
    if expected is None:
        with pytest.raises(NotAllowedNow):
            step(state, event, is_signed=is_signed)
    else:
        assert step(state, event, is_signed=is_signed).to.value == expected


def test_only_the_expert_says_what_they_think() -> None:
    for row in transition_rows():
        if row.event in ("join", "decline", "countersign", "dissent"):
            assert row.by == (InvitationParty.EXPERT,)


def test_the_offered_events_can_be_done() -> None:
    for state, is_signed in product(InvitationState, (False, True)):
        for event in available_events(state, frozenset(InvitationParty), is_signed=is_signed):
            step(state, event, is_signed=is_signed)
