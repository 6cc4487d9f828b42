"""What the write-back's routes take and give. None of it holds patient data."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from consult_api.write_back.rules import Cause

SubscriberName = Literal["record", "record-external"]
DeadLetterState = Literal["parked", "set_aside"]


class Subscriber(BaseModel):
    """Where one subscriber of the clinic's events stands."""

    name: SubscriberName
    waiting: int = Field(description="Events on their way.")
    delayed: int = Field(description="Those of them whose last try failed.")
    oldest_waiting_at: datetime | None
    delay_cause: Cause | None = Field(description="Why the newest of the delayed ones failed.")
    delay_status: int | None
    dead_letters: int
    held_up: int = Field(description="Events that wait behind a dead letter.")
    set_aside: int
    lag_p95_s: float | None = Field(
        description="From the event to its delivery, the 95th of 100 deliveries of the last day."
    )


class WriteBack(BaseModel):
    """The write-back as a whole. `attention` counts what only a human can put right."""

    subscribers: list[Subscriber]
    attention: int


class DeadLetter(BaseModel):
    """An event that a record never got."""

    subscriber: SubscriberName
    event_id: str
    event: str = Field(description="The kind of event, such as clinical.report_signed.")
    about_kind: str = Field(description="consult, referral, patient, …")
    about_id: str
    created_at: datetime
    parked_at: datetime | None
    attempts: int
    cause: Cause
    status: int | None = Field(description="The HTTP status that the record answered with.")
    details: str = Field(description="Codes and places; never a value.")
    held_up: int
    state: DeadLetterState
    may_overwrite: bool = Field(description="It can be written over what others changed or removed.")
    note: str | None = Field(description="Why it was set aside.")


class RefusedResource(BaseModel):
    """A resource of the refused transaction, at its place in it."""

    position: int
    resource_type: str
    resource_id: str


class Finding(BaseModel):
    """An issue of the OperationOutcome, without its free text."""

    severity: str
    code: str
    detail_codes: list[str]
    places: list[str]


class DeadLetterPage(BaseModel):
    """A dead letter with what was sent and how it was refused."""

    letter: DeadLetter
    resources: list[RefusedResource]
    findings: list[Finding]


class Retry(BaseModel):
    """Try one dead letter again; `overwrite` goes over what others changed or removed in the record."""

    model_config = ConfigDict(extra="forbid")

    overwrite: bool = False


class SetAside(BaseModel):
    """Give a dead letter up, with a reason that the audit keeps."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class RetryAll(BaseModel):
    """Try all dead letters of a subscriber again."""

    model_config = ConfigDict(extra="forbid")


class Retried(BaseModel):
    """How many dead letters are tried again."""

    count: int
