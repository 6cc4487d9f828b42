"""The base of every message and the frame it travels in."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A message between services.

    `subject` names the kind of message on the bus, `service.noun`; it is the same in every process.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: ClassVar[str]


class Acknowledged(Message):
    """The answer to a delivery: what was delivered is durable on the receiving side."""

    subject: ClassVar[str] = "wire.acknowledged"


class ProblemAnswer(Message):
    """A problem as it travels back to whoever asked."""

    subject: ClassVar[str] = "wire.problem"

    code: str
    kind: str
    detail: str
    parameters: dict[str, str | int] = {}


class Envelope(BaseModel):
    """What the bus carries: a message's subject and its JSON; for a question where and until when to answer.

    `question_id` ties an answer to its question; `expires_at` is in seconds since the epoch.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    body: str
    question_id: str = ""
    reply_to: str = ""
    expires_at: float = 0.0
