"""What each event brings along: a note for the history, columns of the referral, and its own conditions."""

from dataclasses import dataclass, field
from typing import Any, assert_never

from sqlalchemy import RowMapping, select

from consult_api import errors
from consult_api.directory.queries import require_department
from consult_api.referrals import queries
from consult_api.referrals import schemas as s
from consult_api.referrals.rules import (
    OPEN_STATES,
)
from consult_api.referrals.tables import REFERRALS
from consult_api.request import Call
from wire.problems import Kind, Problem


def already_open() -> Problem:
    """A patient has one open referral from one origin."""
    return Problem(
        "referral/already-open", Kind.CONFLICT, "This patient has an open referral from here already."
    )


_RECEPTION = {"contact_name", "contact_phone", "slot_at", "expected_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An event, and what comes with it: a note for the history, columns of the referral."""

    note: str | None = None
    columns: dict[str, Any] = field(default_factory=dict[str, Any])


async def planned(  # noqa: C901 - one branch an event
    call: Call, row: RowMapping, body: s.ReferralStep
) -> Step:
    """Look at an event before it is applied.

    Raises:
        Problem: `referral/already-open`, `referral/bed-or-slot`, `department/not-found`.
    """
    match body:
        case s.SubmitReferral():
            await _refuse_second(call, row)
            return Step(columns={"submitted_at": call.now})
        case s.AcceptReferral():
            if (body.bed_pool_id is None) == (body.slot_at is None):
                raise Problem(
                    "referral/bed-or-slot",
                    Kind.UNPROCESSABLE,
                    "Accepting needs either a bed or an agreed time.",
                )
            return Step(columns=body.model_dump(include=_RECEPTION))
        case s.DeclineReferral():
            columns = {"decline_reason": body.reason, "alternative": body.alternative}
            return Step(note=body.reason, columns=columns)
        case s.RedirectReferral():
            department = await require_department(call.connection, body.to_department_id)
            if department.institution_id != body.to_institution_id:
                raise errors.not_found("department")
            columns = {"to_institution_id": body.to_institution_id, "to_department_id": body.to_department_id}
            return Step(note=body.reason, columns=columns)
        case s.ArrangeTransport():
            return Step(note=body.means, columns={"transport": body.means, "expected_at": body.expected_at})
        case s.Depart():
            return Step(columns={"expected_at": body.expected_at} if body.expected_at else {})
        case s.ProposeDown():
            return Step(columns={"instructions": body.instructions})
        case s.See() | s.StartFollowUp() | s.CloseReferral():
            return Step(note=body.note)
        case s.CancelReferral() | s.GoExternal() | s.Supersede():
            return Step(note=body.reason)
        case (
            s.Arrive() | s.Admit() | s.AcceptDown() | s.ReturnPatient() | s.ReferralNoShow() | s.RecordDeath()
        ):
            return Step()
        case _:
            assert_never(body)


async def _refuse_second(call: Call, row: RowMapping) -> None:
    query = select(REFERRALS.c.id).where(
        REFERRALS.c.patient_id == row["patient_id"],
        REFERRALS.c.origin_institution_id == row["origin_institution_id"],
        REFERRALS.c.state.in_(sorted(OPEN_STATES)),
        queries.visible_referrals(call.actor, call.now),
    )
    if await call.connection.scalar(query.limit(1)) is not None:
        raise already_open()
