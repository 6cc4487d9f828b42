"""What the directory's routes take and give."""

from pydantic import BaseModel, ConfigDict, Field

from consult_api.access import Role
from consult_api.directory.rules import InstitutionKind


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
