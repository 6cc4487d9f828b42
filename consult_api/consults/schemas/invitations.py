"""Inviting experts to a consult, and what they say to its report."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from consult_api.consults.rules.invitations import (
    InvitationEventName,
    InvitationParty,
    InvitationState,
    Stance,
)
from consult_api.consults.schemas.inputs import LINE, Input
from consult_api.directory.schemas import PersonSummary, Practitioner


class Expert(Practitioner):
    """Somebody who may be invited to a consult."""

    on_duty: bool
    phone: str | None = Field(description="Where it is known.")


class NewInvitation(Input):
    """Whom to invite, and why."""

    person_id: str
    message: str = Field(default="", max_length=LINE)


class _InvitationEvent(Input):
    version: int = Field(description="The version of the invitation that the sender saw.")


class JoinConsult(_InvitationEvent):
    """Take part."""

    event: Literal["join"]


class DeclineInvitation(_InvitationEvent):
    """Don't take part, or not any longer, and say why."""

    event: Literal["decline"]
    reason: str = Field(min_length=1, max_length=LINE)


class WithdrawInvitation(_InvitationEvent):
    """Take an invitation back."""

    event: Literal["withdraw"]


class CountersignReport(_InvitationEvent):
    """Agree with the newest signed version of the report."""

    event: Literal["countersign"]
    pin: str = Field(min_length=4, max_length=32)


class DissentFromReport(_InvitationEvent):
    """Don't agree with the newest signed version of the report, and say why; the words stand beside it."""

    event: Literal["dissent"]
    reason: str = Field(min_length=1, max_length=LINE)
    pin: str = Field(min_length=4, max_length=32)


InvitationEvent = Annotated[
    JoinConsult | DeclineInvitation | WithdrawInvitation | CountersignReport | DissentFromReport,
    Field(discriminator="event"),
]


class Invitation(BaseModel):
    """One expert's invitation to a consult."""

    id: str
    version: int
    state: InvitationState
    expert: Practitioner
    message: str
    reason: str | None = Field(description="Why it was declined.")
    invited_by: PersonSummary
    invited_at: datetime
    answered_at: datetime | None
    is_mine: bool
    available_events: list[InvitationEventName]


class Attestation(BaseModel):
    """What an expert said to one signed version of a report; it never changes."""

    by: Practitioner
    stance: Stance
    reason: str | None
    signed_at: datetime
    content_sha256: str = Field(
        description="Of the report's checksum, the stance, the reason and the signer."
    )


class InvitationTransitionRow(BaseModel):
    """One cell of the invitation's transition table."""

    from_state: InvitationState
    event: InvitationEventName
    to: InvitationState
    roles: list[InvitationParty]
