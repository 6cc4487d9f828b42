"""What the write-back's routes take and give. None of it holds patient data."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from consult_api.regulator.schemas import FeedStanding
from consult_api.write_back.rules import Cause

SubscriberName = Literal["record", "record-external"]
DeadLetterState = Literal["parked", "set_aside"]


class Reconciliation(BaseModel):
    """The comparison of what was written with what the record holds that was asked for last."""

    state: Literal["queued", "running", "done"]
    asked_at: datetime
    finished_at: datetime | None
    compared: int
    mismatched: int = Field(description="When it ended; 0 is the target.")
    delay_cause: Cause | None = Field(description="Why it can't go on for now.")


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
    mismatches: int = Field(description="Resources that the record doesn't hold as they were written.")
    reconciliation: Reconciliation | None


class WriteBack(BaseModel):
    """The write-back as a whole. `attention` counts what only a human can put right."""

    subscribers: list[Subscriber]
    regulator: FeedStanding
    regulator_waiting: int = Field(description="Events that aren't in the regulator's feed yet.")
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


class ResourceId(BaseModel):
    """A resource of the record."""

    model_config = ConfigDict(extra="forbid")

    resource_type: str = Field(min_length=1, max_length=40)
    resource_id: str = Field(min_length=1, max_length=64)


class Mismatch(BaseModel):
    """A resource that the record doesn't hold as it was written."""

    resource_type: str
    resource_id: str
    difference: Literal["missing", "content", "version"]
    found_at: datetime
    resend_asked: bool
    cause: Cause | None = Field(description="Why sending it again failed.")
    status: int | None


class Reconcile(BaseModel):
    """Compare everything now."""

    model_config = ConfigDict(extra="forbid")


class Resend(BaseModel):
    """Write these resources once more, over whatever stands there; all that differ when none is named."""

    model_config = ConfigDict(extra="forbid")

    resources: list[ResourceId] | None = Field(default=None, max_length=1000)
