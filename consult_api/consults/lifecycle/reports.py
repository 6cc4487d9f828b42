"""Writing and signing the report. What is signed never changes; a correction is a new version."""

import hashlib
import json

from sqlalchemy import RowMapping, insert, select, update

from consult_api import errors
from consult_api.consults.queries import messages
from consult_api.consults.queries.page import reports_of
from consult_api.consults.queries.rows import parties_of, require_row
from consult_api.consults.rules.machine import WRITING_STATES
from consult_api.consults.rules.states import ConsultParty, ConsultState
from consult_api.consults.schemas.consult import Report, ReportDraft
from consult_api.consults.schemas.inputs import ReportDraftChanges
from consult_api.consults.tables import REPORT_DRAFTS, REPORTS
from consult_api.directory.lifecycle.pins import PinProof
from consult_api.request import Call
from wire.identifiers import new_id
from wire.problems import Kind, Problem


async def _require_author(call: Call, consult_id: str, *, lock: bool) -> RowMapping:
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=lock)
    if ConsultParty.SPECIALIST not in parties_of(call.actor, row):
        raise errors.not_yours("consult", "write_report")
    return row


async def _draft_of(call: Call, consult_id: str) -> ReportDraft:
    query = select(REPORT_DRAFTS).where(REPORT_DRAFTS.c.consult_id == consult_id)
    row = (await call.connection.execute(query)).mappings().one_or_none()
    if row is None:
        return ReportDraft(version=0, findings="", assessment="", advice="", saved_at=None)
    return ReportDraft(
        version=row["version"],
        findings=row["findings"],
        assessment=row["assessment"],
        advice=row["advice"],
        saved_at=row["saved_at"],
    )


async def read_draft(call: Call, consult_id: str) -> ReportDraft:
    """Read the report as written so far.

    Raises:
        Problem: `consult/not-found`, `consult/not-yours`.
    """
    row = await _require_author(call, consult_id, lock=False)
    await call.audit("R", "report.draft", ("consult", consult_id), patient_id=row["patient_id"])
    return await _draft_of(call, consult_id)


async def save_draft(call: Call, consult_id: str, body: ReportDraftChanges) -> ReportDraft:
    """Save the report as written so far.

    Raises:
        Problem: `consult/not-found`, `consult/not-yours`, `consult/not-allowed-now`, `consult/draft-stale`.
    """
    row = await _require_author(call, consult_id, lock=True)
    if ConsultState(row["state"]) not in WRITING_STATES:
        raise errors.not_allowed_now("consult", row["state"], "write_report")
    kept = await _draft_of(call, consult_id)
    if body.version is not None and body.version != kept.version:
        raise Problem("consult/draft-stale", Kind.CONFLICT, "Another tab has saved this report since.")
    saved = ReportDraft(
        version=kept.version + 1,
        findings=body.findings,
        assessment=body.assessment,
        advice=body.advice,
        saved_at=call.now,
    )
    values = saved.model_dump() | {"saved_by": call.actor.actor_id}
    if kept.version:
        mine = REPORT_DRAFTS.c.consult_id == consult_id
        await call.connection.execute(update(REPORT_DRAFTS).where(mine).values(**values))
    else:
        await call.connection.execute(insert(REPORT_DRAFTS).values(consult_id=consult_id, **values))
    await call.audit("U", "report.draft", ("consult", consult_id), patient_id=row["patient_id"])
    return saved


async def signed_versions(call: Call, consult_id: str) -> list[Report]:
    """List the signed versions of a consult that the actor has read, newest last."""
    return await reports_of(call.connection, [consult_id])


async def sign(call: Call, row: RowMapping, proof: PinProof, reason: str | None) -> None:
    """Turn the draft into the next signed version, and hand it to the shared health record.

    Args:
        call: the signing request; everything happens in its transaction.
        row: the consult's row after the step.
        proof: that the actor has just given their PIN.
        reason: why a signed report is corrected; None for the first version.

    Raises:
        Problem: `consult/wrong-pin`, `consult/report-empty`.
    """
    if proof.person_id != call.actor.actor_id:
        raise Problem("consult/wrong-pin", Kind.FORBIDDEN, "The PIN is somebody else's.")
    draft = await _draft_of(call, row["id"])
    if not draft.assessment.strip() and not draft.findings.strip():
        raise Problem("consult/report-empty", Kind.UNPROCESSABLE, "There is nothing to sign yet.")
    earlier = await signed_versions(call, row["id"])
    report_id = earlier[-1].id if earlier else new_id()
    version = len(earlier) + 1
    await call.connection.execute(
        insert(REPORTS).values(
            id=report_id,
            version=version,
            consult_id=row["id"],
            findings=draft.findings,
            assessment=draft.assessment,
            advice=draft.advice,
            correction_reason=reason,
            signed_by=call.actor.actor_id,
            signed_institution_id=call.actor.institution_id,
            signed_department_id=call.actor.department_id,
            signed_at=call.now,
            content_sha256=_content_sha256(call, row, draft, report_id, version),
        )
    )
    report = (await signed_versions(call, row["id"]))[-1]
    await call.audit("C", "report.sign", ("report", f"{report_id}/{version}"), patient_id=row["patient_id"])
    message = await messages.signed(call.connection, call.actor, row, report)
    await call.announce(f"consult/{row['id']}", message)


def _content_sha256(call: Call, row: RowMapping, draft: ReportDraft, report_id: str, version: int) -> str:
    signed = {
        "report_id": report_id,
        "version": version,
        "consult_id": row["id"],
        "patient_id": row["patient_id"],
        "question": row["question"],
        "findings": draft.findings,
        "assessment": draft.assessment,
        "advice": draft.advice,
        "signed_by": call.actor.actor_id,
        "signed_at": call.now.isoformat(),
    }
    text = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
