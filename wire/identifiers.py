"""Identifiers that cross services: opaque text, never derived from a patient's own numbers."""

import secrets
import time
from typing import NewType

PersonId = NewType("PersonId", str)
InstitutionId = NewType("InstitutionId", str)
DepartmentId = NewType("DepartmentId", str)
MembershipId = NewType("MembershipId", str)
PatientId = NewType("PatientId", str)
EpisodeId = NewType("EpisodeId", str)
ConsultId = NewType("ConsultId", str)
ReportId = NewType("ReportId", str)
ReferralId = NewType("ReferralId", str)
BedPoolId = NewType("BedPoolId", str)
RoomId = NewType("RoomId", str)
ParticipantId = NewType("ParticipantId", str)
WorkerId = NewType("WorkerId", str)
EventId = NewType("EventId", str)
StudyUid = NewType("StudyUid", str)
SeriesUid = NewType("SeriesUid", str)
SopInstanceUid = NewType("SopInstanceUid", str)


def new_id() -> str:
    """Return a new UUID version 7 as text; later ones sort after earlier ones (RFC 9562 §5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
