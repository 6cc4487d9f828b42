"""The events that people send to a consult."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from consult_api.consults.rules.states import Side, Verdict
from consult_api.consults.schemas.inputs import LINE, Input


class _ConsultEvent(Input):
    version: int = Field(description="The version the sender saw; a newer one refuses the event.")


class SubmitConsult(_ConsultEvent):
    """Send the draft."""

    event: Literal["submit"]


class AcceptConsult(_ConsultEvent):
    """Take the consult."""

    event: Literal["accept"]


class DeclineConsult(_ConsultEvent):
    """Don't take it, and say why."""

    event: Literal["decline"]
    reason: str = Field(min_length=1, max_length=LINE)


class AskBackConsult(_ConsultEvent):
    """Ask for more before deciding."""

    event: Literal["ask_back"]
    question: str = Field(min_length=1, max_length=LINE)


class AnswerBackConsult(_ConsultEvent):
    """Answer what was asked back."""

    event: Literal["answer_back"]
    answer: str = Field(min_length=1, max_length=LINE)


class RouteConsult(_ConsultEvent):
    """Ask another department; its ladder begins at once."""

    event: Literal["route"]
    department_id: str
    reason: str = Field(min_length=1, max_length=LINE)


class RingForConsult(_ConsultEvent):
    """Ring somebody by name, beside whom the ladder rings."""

    event: Literal["ring"]
    person_id: str


class ProposeTimes(_ConsultEvent):
    """Say when one's side could meet; replaces what it proposed before."""

    event: Literal["propose"]
    slots: list[AwareDatetime] = Field(min_length=1, max_length=5)
    minutes: int = Field(default=30, ge=5, le=240)


class ScheduleConsult(_ConsultEvent):
    """Agree to a time that the other side proposed."""

    event: Literal["schedule"]
    at: AwareDatetime


class NoShowConsult(_ConsultEvent):
    """Say which side didn't come."""

    event: Literal["no_show"]
    side: Side


class StartConsultSession(_ConsultEvent):
    """Begin the meeting."""

    event: Literal["start_session"]


class InterruptConsultSession(_ConsultEvent):
    """Pause the meeting."""

    event: Literal["interrupt"]


class ResumeConsultSession(_ConsultEvent):
    """Go on with the meeting."""

    event: Literal["resume"]


class FinishConsultSession(_ConsultEvent):
    """End the meeting."""

    event: Literal["finish"]


class SignConsult(_ConsultEvent):
    """Sign the report draft as it stands."""

    event: Literal["sign"]
    pin: str = Field(min_length=4, max_length=32)


class CorrectConsult(_ConsultEvent):
    """Sign the report draft as a new version of the signed report."""

    event: Literal["correct"]
    pin: str = Field(min_length=4, max_length=32)
    reason: str = Field(min_length=1, max_length=LINE)


class AcknowledgeConsult(_ConsultEvent):
    """Say what becomes of the advice; anything but `adopted` needs a reason."""

    event: Literal["acknowledge"]
    verdict: Verdict
    reason: str | None = Field(default=None, min_length=1, max_length=LINE)


class CancelConsult(_ConsultEvent):
    """Take the question back."""

    event: Literal["cancel"]
    reason: str = Field(min_length=1, max_length=LINE)


class CloseConsult(_ConsultEvent):
    """End the consult, with what became of the patient."""

    event: Literal["close"]
    outcome: str | None = Field(default=None, max_length=LINE)


ConsultEvent = Annotated[
    SubmitConsult
    | AcceptConsult
    | DeclineConsult
    | AskBackConsult
    | AnswerBackConsult
    | RouteConsult
    | RingForConsult
    | ProposeTimes
    | ScheduleConsult
    | NoShowConsult
    | StartConsultSession
    | InterruptConsultSession
    | ResumeConsultSession
    | FinishConsultSession
    | SignConsult
    | CorrectConsult
    | AcknowledgeConsult
    | CancelConsult
    | CloseConsult,
    Field(discriminator="event"),
]
