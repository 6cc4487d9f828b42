"""Whose institutions somebody administers (docs/decisions/0010): one's own, or the whole county's."""

from dataclasses import dataclass

from consult_api.directory.rules import InstitutionKind

LEADING_KINDS = frozenset({InstitutionKind.COUNTY_HOSPITAL, InstitutionKind.ADMINISTRATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where somebody may change people and rosters. Without an institution: nowhere, unless the whole county."""

    whole_county: bool = False
    institution_id: str | None = None
    department_id: str | None = None

    def covers_institution(self, institution_id: str) -> bool:
        """Whether all of an institution is within reach."""
        return self.whole_county or (self.institution_id == institution_id and self.department_id is None)

    def covers_department(self, institution_id: str, department_id: str) -> bool:
        """Whether a department is within reach."""
        return self.covers_institution(institution_id) or self.department_id == department_id
