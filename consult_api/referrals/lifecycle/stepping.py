"""Every step of a referral: one locked row, the table, the guards, the effects, the trail."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, update
from sqlalchemy.exc import IntegrityError

from consult_api import errors
from consult_api.beds.queries import newest_hold
from consult_api.referrals import queries
from consult_api.referrals import schemas as s
from consult_api.referrals.lifecycle import effects
from consult_api.referrals.lifecycle.planning import already_open, planned
from consult_api.referrals.rules.machine import NoDestination, NotAllowedNow, cell_of, step
from consult_api.referrals.rules.states import Effect, ReferralEvent, ReferralState
from consult_api.referrals.tables import REFERRAL_HISTORY, REFERRALS
from consult_api.request import Call
from wire.clinical import Changed
from wire.problems import Kind, Problem


async def move(call: Call, referral_id: str, body: s.ReferralStep) -> s.Referral:
    """Do the next step.

    Raises:
        Problem: `referral/not-found`, `referral/stale-version`, `referral/not-allowed-now`,
            `referral/not-yours`, `referral/already-open`, `referral/no-destination`, `bed/none-open`.
    """
    row = await queries.require_row(call.connection, call.actor, referral_id, call.now, lock=True)
    if row["version"] != body.version:
        raise errors.stale_version("referral")
    event = ReferralEvent(body.event)
    held = await newest_hold(call.connection, referral_id)
    _demand_part(call, row, held, event)
    plan = await planned(call, row, body)
    state, wanted = _decide(call, row, plan.columns, held, event)
    version = row["version"] + 1
    columns = plan.columns | {"state": state.value, "version": version}
    # The row first: effects read the destination from it.
    updated = await _store(call, row, columns)
    columns = await effects.run(call, updated, wanted, body)
    if columns:
        mine = REFERRALS.c.id == referral_id
        await call.connection.execute(update(REFERRALS).where(mine).values(**columns))
    await _trail(call, row, event, state, plan.note)
    updated = await queries.require_row(call.connection, call.actor, referral_id, call.now)
    recorded = await queries.recorded(call.connection, call.actor, updated, call.now, former=row)
    await call.announce(f"referral/{referral_id}", recorded)
    tell(call, updated, event.value, former=row)
    return await queries.require_referral(call.connection, call.actor, referral_id, call.now)


def _demand_part(call: Call, row: RowMapping, held: RowMapping | None, event: ReferralEvent) -> None:
    try:
        cell = cell_of(queries.situation_of(row, held), event)
    except NotAllowedNow as error:
        raise errors.not_allowed_now("referral", row["state"], event.value) from error
    if not queries.parties_of(call.actor, row) & set(cell.by):
        raise errors.not_yours("referral", event.value)


def _decide(
    call: Call, row: RowMapping, columns: dict[str, Any], held: RowMapping | None, event: ReferralEvent
) -> tuple[ReferralState, Sequence[Effect]]:
    """Apply the event to what the row will say of times; what the event itself records hasn't been yet."""
    times = {name: columns[name] for name in ("expected_at", "slot_at") if name in columns}
    try:
        return step(queries.situation_of(dict(row) | times, held), event, call.now)
    except NotAllowedNow as error:
        raise errors.not_allowed_now("referral", row["state"], event.value) from error
    except NoDestination as error:
        raise Problem(
            "referral/no-destination", Kind.CONFLICT, "No bed is held any more and no time is agreed."
        ) from error


async def _store(call: Call, row: RowMapping, columns: dict[str, Any]) -> RowMapping:
    seen = (REFERRALS.c.id == row["id"]) & (REFERRALS.c.version == row["version"])
    try:
        result = await call.connection.execute(update(REFERRALS).where(seen).values(**columns))
    except IntegrityError as error:  # another one of this patient was submitted at the same moment
        raise already_open() from error
    if result.rowcount != 1:
        raise errors.stale_version("referral")
    return await queries.require_row(call.connection, call.actor, row["id"], call.now)


async def _trail(
    call: Call, row: RowMapping, event: ReferralEvent, to: ReferralState, note: str | None
) -> None:
    await call.connection.execute(
        insert(REFERRAL_HISTORY).values(
            referral_id=row["id"],
            seq=row["version"] + 1,
            at=call.now,
            event=event.value,
            by=call.actor.actor_id,
            from_state=row["state"],
            to_state=to.value,
            note=note,
        )
    )
    await call.audit("U", f"referral.{event.value}", ("referral", row["id"]), patient_id=row["patient_id"])


def tell(call: Call, row: RowMapping, reason: str, *, former: RowMapping) -> None:
    """Send hints to both sides, and to the one the referral was redirected from."""
    hint = Changed(
        kind="referral",
        id=row["id"],
        version=row["version"],
        reason=reason,
        institution_ids=(row["origin_institution_id"],),
    )
    call.tell(hint)
    if row["submitted_at"] is not None:
        for destination in {
            (there["to_institution_id"], there["to_department_id"]) for there in (row, former)
        }:
            there = {"institution_ids": destination[:1], "department_ids": destination[1:]}
            call.tell(hint.model_copy(update=there))
