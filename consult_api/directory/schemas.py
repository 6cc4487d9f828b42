"""What the directory's routes take and give."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from consult_api.access import Role
from consult_api.directory.rules import CredentialFault, InstitutionKind

Tier = Annotated[int, Field(ge=0, le=3, description="1 is rung first, then 2 and 3; 0 is the director")]


# Beyond these, adding a week or changing the time zone would leave what a date can be.
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]


class Login(BaseModel):
    """A username and its password."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=200)


class MembershipChoice(BaseModel):
    """In which of their roles somebody goes on working."""

    model_config = ConfigDict(extra="forbid")

    membership_id: str


class Membership(BaseModel):
    """One role of a person at one institution."""

    id: str
    institution_id: str
    institution_name: str
    department_id: str | None
    department_name: str | None
    role: Role


class Me(BaseModel):
    """Who is logged in."""

    person_id: str
    name: str
    active_membership_id: str
    memberships: list[Membership]


class PersonSummary(BaseModel):
    """A person as others see them."""

    person_id: str
    name: str


class Practitioner(PersonSummary):
    """A person and where they work."""

    institution_id: str
    institution_name: str
    department_id: str | None
    department_name: str | None


class DepartmentSummary(BaseModel):
    """A department and the institution it belongs to."""

    id: str
    name: str
    institution_id: str
    institution_name: str


class Department(BaseModel):
    """A department and who is on duty there now."""

    id: str
    name: str
    on_duty: list[PersonSummary]


class Institution(BaseModel):
    """An institution of the county with its departments."""

    id: str
    name: str
    kind: InstitutionKind
    departments: list[Department]


class Shift(BaseModel):
    """Somebody's turn to be rung for a department, and why they couldn't answer if they were rung today."""

    id: str
    person: PersonSummary
    tier: Tier
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    is_disabled: bool
    credential_fault: CredentialFault | None


class RosterGap(BaseModel):
    """Nobody is to be rung in this tier meanwhile."""

    tier: Tier
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class RosterCandidate(PersonSummary):
    """Somebody who may be put on a department's roster."""

    in_department: bool
    credential_fault: CredentialFault | None


class RosterWeek(BaseModel):
    """A department's roster from a Monday's midnight to the next one's, in the county's time.

    Gaps are of the time to come. One in the director's tier is filled by `directors_by_role`, where there are any.
    """

    department: DepartmentSummary
    monday: date
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    may_edit: bool
    shifts: list[Shift]
    gaps: list[RosterGap]
    directors_by_role: list[PersonSummary]
    candidates: list[RosterCandidate]


class NewShift(BaseModel):
    """A turn to put on a roster."""

    model_config = ConfigDict(extra="forbid")

    department_id: str
    person_id: str
    tier: Tier
    starts_at: Moment
    ends_at: Moment


class RosterCopy(BaseModel):
    """Repeat the shifts that begin in one week in another; any day names its week."""

    model_config = ConfigDict(extra="forbid")

    department_id: str
    from_week: Day
    to_week: Day


class ShiftLeftOut(BaseModel):
    """A shift that wasn't copied. `reason` is the code that adding it by hand would have been refused with."""

    person: PersonSummary
    tier: Tier
    starts_at: AwareDatetime
    reason: str


class RosterCopied(BaseModel):
    """What became of a copy."""

    copied: int
    left_out: list[ShiftLeftOut]


class MyShift(BaseModel):
    """One of one's own shifts."""

    id: str
    department: DepartmentSummary
    tier: Tier
    starts_at: AwareDatetime
    ends_at: AwareDatetime
