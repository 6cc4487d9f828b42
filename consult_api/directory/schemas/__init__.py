"""What the directory's routes take and give."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from consult_api.access import Role
from consult_api.directory.rules import CredentialFault, InstitutionKind
from consult_api.directory.rules.people import (
    CERTIFICATE_PATTERN,
    NAME_PATTERN,
    PHONE_PATTERN,
    PIN_PATTERN,
    SHORTEST_PASSWORD,
    USERNAME_PATTERN,
    IdentifierKind,
)

Tier = Annotated[int, Field(ge=0, le=3, description="1 is rung first, then 2 and 3; 0 is the director")]


# Beyond these, adding a week or changing the time zone would leave what a date can be.
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NAME_PATTERN)
]
Username = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=USERNAME_PATTERN)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=PHONE_PATTERN)]
CertificateNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=CERTIFICATE_PATTERN)
]

SearchText = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NAME_PATTERN)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


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


class PersonMembership(Membership):
    """One role of a person, perhaps one that has ended."""

    ended_at: AwareDatetime | None


class PersonRow(PersonSummary):
    """A person in the administrator's list. `expires_on` is the last day of their longest certificate."""

    username: str | None
    is_disabled: bool
    memberships: list[PersonMembership]
    credential_fault: CredentialFault | None
    expires_on: date | None
    expires_soon: bool = Field(description="Every certificate has expired or does so within 60 days.")


class Evidence(BaseModel):
    """The scan that shows a certificate."""

    name: str
    media_type: str
    size_bytes: int


class CredentialDetails(BaseModel):
    """A practice certificate and what is known of it."""

    id: str
    number: str
    expires_on: date
    expires_soon: bool
    is_expired: bool
    verified_at: AwareDatetime | None
    verified_by: PersonSummary | None
    note: str
    evidence: Evidence | None


class PersonDetails(PersonSummary):
    """A person as their administrator sees them. Without `may_edit` only roles of one's own institution may change."""

    version: int
    username: str | None
    phone: str | None
    has_password: bool
    has_pin: bool
    disabled_at: AwareDatetime | None
    may_edit: bool
    memberships: list[PersonMembership]
    credentials: list[CredentialDetails]
    credential_fault: CredentialFault | None


class RoleGiven(_In):
    """A role at an institution, perhaps in one of its departments."""

    institution_id: str
    department_id: str | None = None
    role: Role


class CertificateGiven(_In):
    """A practice certificate as shown; verified later, by its evidence."""

    number: CertificateNumber
    expires_on: Day


class PersonGiven(_In):
    """A person to enrol. They can't log in before a password has been issued."""

    name: Line
    username: Username
    phone: Phone | None = None
    membership: RoleGiven
    certificate: CertificateGiven | None = None


class PersonChanges(_In):
    """Particulars of a person, all of them."""

    version: int
    name: Line
    username: Username
    phone: Phone | None


class Disabling(_In):
    """Whether somebody is kept out from now on."""

    version: int
    is_disabled: bool


class Verification(_In):
    """Whether an administrator has seen that the certificate is genuine."""

    is_verified: bool


class IssuedSecret(BaseModel):
    """A new password or PIN, shown this once and kept only as a hash."""

    secret: str


class OwnPassword(_In):
    """A person's own new password."""

    current_password: str = Field(min_length=1, max_length=200)
    new_password: str = Field(min_length=SHORTEST_PASSWORD, max_length=200)


class OwnPin(_In):
    """A person's own new PIN, which signs."""

    current_password: str = Field(min_length=1, max_length=200)
    new_pin: str = Field(pattern=PIN_PATTERN)


class InstitutionIdentifier(_In):
    """A number under which an authority knows an institution."""

    kind: IdentifierKind
    value: str = Field(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z-]+$")


class NamedDepartment(BaseModel):
    """A department."""

    id: str
    name: str


class InstitutionDetails(BaseModel):
    """An institution as its administrator sees it."""

    id: str
    version: int
    name: str
    kind: InstitutionKind
    identifiers: list[InstitutionIdentifier]
    departments: list[NamedDepartment]


class InstitutionGiven(_In):
    """An institution to enrol."""

    name: Line
    kind: InstitutionKind
    identifiers: list[InstitutionIdentifier] = Field(default=[], max_length=10)


class InstitutionChanges(InstitutionGiven):
    """Particulars of an institution, all of them."""

    version: int


class DepartmentGiven(_In):
    """A department's name."""

    name: Line
