"""What the beds' routes take and give."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from consult_api.directory.schemas import PersonSummary


class BedPool(BaseModel):
    """The beds of one department. `open` = total - occupied - held, never below 0."""

    id: str
    version: int
    institution_id: str
    institution_name: str
    department_id: str
    department_name: str
    total: int
    open: int
    held: int
    occupied: int
    as_of: datetime
    confirmed_by: PersonSummary | None
    stale: bool = Field(description="Nobody confirmed these numbers in the last 30 minutes.")


class BedCount(BaseModel):
    """Numbers as the bed office counted them."""

    model_config = ConfigDict(extra="forbid")

    version: int
    total: int = Field(ge=0, le=10_000)
    occupied: int = Field(ge=0, le=10_000)
