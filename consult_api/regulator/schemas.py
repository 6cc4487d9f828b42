"""What the feed gives."""

from datetime import datetime

from pydantic import BaseModel, Field


class FeedEvent(BaseModel):
    """One clinical event."""

    number: int = Field(description="Counts from 1 without gaps, in the order of publication.")
    event_id: str
    about_kind: str = Field(description="consult, referral, patient, …")
    about_id: str
    seq: int = Field(description="Counts from 1 within what it is about.")
    event: str = Field(description="The kind of event, such as clinical.report_signed.")
    written_at: datetime
    payload: str = Field(description="The event's canonical JSON, as it goes to every subscriber.")
    sha256: str = Field(description="Of the payload's UTF-8 bytes, hexadecimal.")
    chain: str = Field(
        description="SHA-256 of the chain before (64 zeros at first), number, event_id and sha256, parted by |."
    )


class FeedPage(BaseModel):
    """Some events; ask for those after `next` next. `head` is the newest number there is."""

    events: list[FeedEvent]
    next: int
    head: int


class FeedReader(BaseModel):
    """How far one reader of the feed has come."""

    name: str
    taken: int
    behind: int
    seen_at: datetime


class FeedStanding(BaseModel):
    """Where the feed stands."""

    head: int
    readers: list[FeedReader]
