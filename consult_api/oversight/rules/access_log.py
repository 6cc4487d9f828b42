"""Who looked at a patient's record, as the patient reads it: acts gathered by day, each with the reason for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum


class Reason(StrEnum):
    """Why somebody could see the record."""

    BREAK_GLASS = "break_glass"
    CONSULT = "consult"
    REFERRAL = "referral"
    REGISTRATION = "registration"
    OVERSIGHT = "oversight"
    PLATFORM = "platform"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One row of the audit that is about the patient."""

    at: datetime
    actor_id: str
    institution_id: str
    subtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Why somebody could see the patient, and when: a person alone, or an institution."""

    institution_id: str
    person_id: str | None
    kind: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The same act of the same person on one day, for the same reason."""

    first_at: datetime
    last_at: datetime
    actor_id: str
    institution_id: str
    subtype: str
    count: int
    reason: Reason


_KINDS = {reason.value: reason for reason in Reason}


def reason_of(
    act: Act, permissions: Sequence[Permission], *, regulators: frozenset[str], platform: str
) -> Reason:
    """Say by which permission the act was possible: a person's own, then a regulator's office, then an institution's.

    Of several the one that comes first in the order of `Reason` counts.
    """
    if act.actor_id == platform:
        return Reason.PLATFORM
    valid = [
        permission
        for permission in permissions
        if permission.valid_from <= act.at and (permission.valid_to is None or act.at <= permission.valid_to)
    ]
    own = {_KINDS.get(one.kind, Reason.OTHER) for one in valid if one.person_id == act.actor_id}
    everybodys = {
        _KINDS.get(one.kind, Reason.OTHER)
        for one in valid
        if one.person_id is None and one.institution_id == act.institution_id
    }
    if act.actor_id in regulators:
        everybodys = {Reason.OVERSIGHT}
    return min(own or everybodys or {Reason.OTHER}, key=list(Reason).index)


def gathered(acts: Iterable[tuple[Act, Reason]], zone: tzinfo) -> list[Line]:
    """Gather the acts of a day into lines, the newest last act first."""
    lines: dict[tuple[date, str, str, str, Reason], Line] = {}
    for act, reason in sorted(acts, key=lambda pair: pair[0].at):
        day = act.at.astimezone(zone).date()
        key = (day, act.actor_id, act.institution_id, act.subtype, reason)
        known = lines.get(key)
        lines[key] = (
            replace(known, last_at=act.at, count=known.count + 1)
            if known
            else Line(
                first_at=act.at,
                last_at=act.at,
                actor_id=act.actor_id,
                institution_id=act.institution_id,
                subtype=act.subtype,
                count=1,
                reason=reason,
            )
        )
    return sorted(lines.values(), key=lambda line: line.last_at, reverse=True)
