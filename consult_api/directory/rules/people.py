"""What a person's particulars may look like, whose they are to change, and which certificates need attention."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from consult_api.directory.rules import is_social_credit_code
from consult_api.directory.rules.administration import Reach

NAME_PATTERN = r"^[^\x00-\x1f\x7f]+$"
USERNAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,49}$"
PHONE_PATTERN = r"^\+?[0-9][0-9 -]{3,28}[0-9]$"
CERTIFICATE_PATTERN = r"^[0-9A-Za-z-]{5,30}$"
PIN_PATTERN = r"^[0-9]{6,12}$"
SHORTEST_PASSWORD = 10
ATTENTION_DAYS = 60

COUNTY_ROLES = frozenset({"regulator"})
EVIDENCE_LARGEST_BYTES = 10 * 1024 * 1024

_OTHER_IDENTIFIER = re.compile(r"^[0-9A-Za-z-]{4,40}$")
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


class IdentifierKind(StrEnum):
    """Under which numbers authorities know an institution."""

    SOCIAL_CREDIT_CODE = "social_credit_code"
    MEDICAL_LICENCE = "medical_licence"
    INSURANCE_CODE = "insurance_code"
    LOCAL_CODE = "local_code"


def is_identifier(kind: IdentifierKind, value: str) -> bool:
    """Check the social credit code as GB 32100 says; of the others only that they look like a number."""
    if kind is IdentifierKind.SOCIAL_CREDIT_CODE:
        return is_social_credit_code(value)
    return _OTHER_IDENTIFIER.fullmatch(value) is not None


def administers(reach: Reach, institution_ids: Collection[str]) -> bool:
    """Whether somebody may change the login and certificates of who works at these institutions.

    Whoever works elsewhere as well is the county's to change: a new password would open that place too.
    """
    if reach.whole_county:
        return True
    return bool(institution_ids) and all(reach.covers_institution(each) for each in institution_ids)


def may_grant(reach: Reach, institution_id: str, role: str) -> bool:
    """Whether somebody may give this role (its value) at this institution."""
    return reach.whole_county or (reach.covers_institution(institution_id) and role not in COUNTY_ROLES)


def needs_attention(expires_on: date, today: date) -> bool:
    """Whether a certificate has expired or does so in the coming 60 days."""
    return expires_on <= today + timedelta(days=ATTENTION_DAYS)


def evidence_type(beginning: bytes) -> str | None:
    """The media type of a scan by its first bytes: PDF, JPEG or PNG; None for anything else."""
    return next((kind for magic, kind in _MAGIC if beginning.startswith(magic)), None)
