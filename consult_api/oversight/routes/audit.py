"""The audit as people read it: a regulator's search, a patient's list of who looked, a reviewer's of what was seen."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from consult_api.access import Action
from consult_api.oversight.queries import audit as queries
from consult_api.oversight.queries.audit import Wanted
from consult_api.oversight.rules.tabular import csv_bytes
from consult_api.oversight.schemas import AccessLogLine, AuditRow
from consult_api.request import Call, Permitted

router = APIRouter(tags=["oversight"])

MOST_ROWS_OF_A_FILE = 20_000
_HEAD = (
    "at",
    "who",
    "kind",
    "institution",
    "action",
    "what",
    "of",
    "id",
    "patient",
    "outcome",
    "detail",
    "row",
)

Reading = Annotated[Call, Depends(Permitted(Action.READ_AUDIT), scope="function")]


def _wanted(
    who: Annotated[str, Query(max_length=100, description="part of a name, or a username")] = "",
    patient: Annotated[str, Query(max_length=100, description="part of a name, or a resident ID")] = "",
    what: Annotated[
        str, Query(max_length=60, description="`consult.sign`, or `consult` for all of them")
    ] = "",
    institution_id: Annotated[str | None, Query(max_length=36)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Wanted:
    return Wanted(
        who=who.strip(),
        patient=patient.strip(),
        what=what.strip(),
        institution_id=institution_id or None,
        since=_aware(since),
        until=_aware(until),
    )


def _aware(at: datetime | None) -> datetime | None:
    return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)


@router.get("/audit")
async def search_audit(
    call: Reading,
    wanted: Annotated[Wanted, Depends(_wanted)],
    skip: Annotated[int, Query(ge=0, le=MOST_ROWS_OF_A_FILE)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[AuditRow]:
    """Search the county's trail, the newest first; the search is an entry of its own."""
    found = await queries.search(call.connection, call.actor, wanted, skip=skip, limit=limit)
    await call.audit("R", "audit.search", ("audit", "search"), detail=f"{len(found)} found")
    return found


@router.get("/audit.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_audit(call: Reading, wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """The same search as a table, up to 20,000 rows."""
    found = await queries.search(call.connection, call.actor, wanted, skip=0, limit=MOST_ROWS_OF_A_FILE)
    await call.audit("R", "audit.export", ("audit", "export"), detail=f"{len(found)} rows")
    zone = call.surroundings.settings.county_time
    table = csv_bytes(
        _HEAD,
        (
            (
                row.at.astimezone(zone).isoformat(timespec="seconds"),
                row.who.name or row.who.id,
                row.who.kind,
                row.institution_name or row.institution_id,
                row.action,
                row.subtype,
                row.entity_type,
                row.entity_id,
                row.patient.name if row.patient else None,
                row.outcome,
                row.detail,
                f"{row.institution_id}/{row.seq}",
            )
            for row in found
        ),
    )
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/patients/{patient_id}/access-log")
async def read_access_log(
    patient_id: str, call: Annotated[Call, Depends(Permitted(Action.READ_PATIENTS), scope="function")]
) -> list[AccessLogLine]:
    """Tell who looked at this patient's record, when and why, to be shown to the patient."""
    zone = call.surroundings.settings.county_time
    lines = await queries.access_log(call.connection, call.actor, patient_id, call.now, zone)
    await call.audit("R", "patient.access_log", ("patient", patient_id), patient_id=patient_id)
    return lines


@router.get("/break-glass/{glass_id}/acts")
async def list_acts_behind_glass(
    glass_id: str, call: Annotated[Call, Depends(Permitted(Action.REVIEW_BREAK_GLASS), scope="function")]
) -> list[AccessLogLine]:
    """Tell the reviewer what was looked at while the glass was broken."""
    zone = call.surroundings.settings.county_time
    lines = await queries.acts_behind_glass(call.connection, call.actor, glass_id, zone)
    await call.audit("R", "break_glass.acts", ("break_glass", glass_id))
    return lines
