"""What each event brings along: a note for the history, columns of the referral, and its own conditions."""

from dataclasses import dataclass, field
from typing import Any, assert_never

from pydantic import BaseModel
from sqlalchemy import RowMapping, select

from consult_api import errors
from consult_api.directory.queries import require_department
from consult_api.referrals import queries
from consult_api.referrals import schemas as s
from consult_api.referrals.rules.states import OPEN_STATES, Direction, ReferralState
from consult_api.referrals.tables import REFERRALS
from consult_api.request import Call
from wire.problems import Kind, Problem


def already_open() -> Problem:
    """A patient has one open referral from one origin."""
    return Problem(
        "referral/already-open", Kind.CONFLICT, "This patient has an open referral from here already."
    )


def instructions_missing() -> Problem:
    """Nobody goes down without a word on what is to be done."""
    return Problem(
        "referral/instructions-missing",
        Kind.UNPROCESSABLE,
        "The way down needs instructions for the township.",
    )


_RECEPTION = {"contact_name", "contact_phone", "slot_at", "expected_at"}
_JOURNEY = {"expected_at", "vehicle", "escort"}
_CARE = {"instructions", "rehabilitation"}


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
        Problem: `referral/already-open`, `referral/bed-or-slot`, `referral/instructions-missing`,
            `referral/not-a-replacement`, `department/not-found`.
    """
    match body:
        case s.SubmitReferral():
            if row["direction"] == Direction.DOWN.value and not row["instructions"]:
                raise instructions_missing()
            await _refuse_second(call, row)
            return Step(columns={"submitted_at": call.now})
        case s.AcceptReferral():
            _demand_one(body)
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
        case s.Rebook():
            _demand_one(body)
            return Step(columns=body.model_dump(include={"slot_at"}) | _named(body, {"expected_at"}))
        case s.ArrangeTransport():
            return Step(
                note=body.means, columns=body.model_dump(include=_JOURNEY) | {"transport": body.means}
            )
        case s.Depart() | s.UpdateEta():
            return Step(columns=_named(body, {"expected_at"}))
        case s.Admit():
            return Step(columns={"admitted_at": call.now})
        case s.ProposeDown():
            return Step(columns=body.model_dump(include=_CARE))
        case s.AcceptDown():
            return Step(columns=_contact_below(row, body))
        case s.Discharge():
            return Step(columns=_named(body, _CARE) | {"discharged_at": call.now})
        case s.ReturnPatient():
            return Step(columns={"discharged_at": row["discharged_at"] or call.now})
        case s.Supersede():
            await _demand_replacement(call, row, body.superseded_by)
            return Step(note=body.reason, columns={"superseded_by": body.superseded_by})
        case s.See() | s.StartFollowUp() | s.CloseReferral():
            return Step(note=body.note)
        case s.CancelReferral() | s.GoExternal() | s.DeclineDown() | s.WithdrawDown():
            return Step(note=body.reason)
        case s.Arrive() | s.ReferralNoShow() | s.RecordDeath():
            return Step()
        case _:
            assert_never(body)


def _named(body: BaseModel, names: set[str]) -> dict[str, Any]:
    """The columns that were filled in; what was left empty stays as it is."""
    return body.model_dump(include=names, exclude_none=True)


def _demand_one(body: s.AcceptReferral | s.Rebook) -> None:
    if (body.bed_pool_id is None) == (body.slot_at is None):
        raise Problem(
            "referral/bed-or-slot", Kind.UNPROCESSABLE, "Accepting needs either a bed or an agreed time."
        )


def _contact_below(row: RowMapping, body: s.AcceptDown) -> dict[str, Any]:
    """Who answers at the township: the origin of a referral up, the destination of one down."""
    filled = _named(body, {"contact_name", "contact_phone"})
    if row["direction"] == Direction.DOWN.value:
        return filled
    return {f"origin_{name}": value for name, value in filled.items()}


async def _demand_replacement(call: Call, row: RowMapping, referral_id: str | None) -> None:
    if referral_id is None:
        return
    other = await queries.require_row(call.connection, call.actor, referral_id, call.now)
    same = all(other[name] == row[name] for name in ("patient_id", "origin_institution_id"))
    if not same or other["state"] != ReferralState.DRAFT.value:
        raise Problem(
            "referral/not-a-replacement",
            Kind.UNPROCESSABLE,
            "Only a draft for the same patient from the same institution can take its place.",
        )


async def _refuse_second(call: Call, row: RowMapping) -> None:
    query = select(REFERRALS.c.id).where(
        REFERRALS.c.patient_id == row["patient_id"],
        REFERRALS.c.origin_institution_id == row["origin_institution_id"],
        REFERRALS.c.state.in_(sorted(OPEN_STATES)),
        queries.visible_referrals(call.actor, call.now),
    )
    if await call.connection.scalar(query.limit(1)) is not None:
        raise already_open()
