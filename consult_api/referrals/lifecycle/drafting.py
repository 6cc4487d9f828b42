"""Writing a referral before it is sent."""

from sqlalchemy import insert, update

from consult_api import errors
from consult_api.consults.queries.rows import require_row as require_consult_row
from consult_api.consults.tables import CONSULTS
from consult_api.directory.queries import phones, require_department
from consult_api.patients.lifecycle import join_episode
from consult_api.patients.queries import require_patient
from consult_api.referrals import queries
from consult_api.referrals import schemas as s
from consult_api.referrals.rules.states import ReferralState
from consult_api.referrals.tables import REFERRALS
from consult_api.request import Call
from wire.identifiers import new_id


async def draft(call: Call, body: s.ReferralDraft) -> s.Referral:
    """Begin a referral of a patient whom the actor may see.

    Raises:
        Problem: `patient/not-found`, `department/not-found`, `consult/not-found`, `episode/not-found`.
    """
    patient = await require_patient(call.connection, call.actor, body.patient_id, call.now)
    department = await require_department(call.connection, body.to_department_id)
    if department.institution_id != body.to_institution_id:
        raise errors.not_found("department")
    episode_id = body.episode_id
    referral_id = new_id()
    if body.consult_id is not None:
        consult = await require_consult_row(call.connection, call.actor, body.consult_id, call.now)
        if consult["patient_id"] != patient.id:
            raise errors.not_found("consult")
        episode_id = episode_id or consult["episode_id"]
        mine = CONSULTS.c.id == body.consult_id
        await call.connection.execute(update(CONSULTS).where(mine).values(referral_id=referral_id))
    await call.connection.execute(
        insert(REFERRALS).values(
            id=referral_id,
            version=1,
            state=ReferralState.DRAFT.value,
            direction=body.direction.value,
            priority=body.priority.value,
            reason=body.reason,
            summary=body.summary,
            patient_id=patient.id,
            episode_id=await join_episode(call, patient.id, episode_id),
            consult_id=body.consult_id,
            requester_id=call.actor.actor_id,
            origin_institution_id=call.actor.institution_id,
            origin_department_id=call.actor.department_id,
            to_institution_id=department.institution_id,
            to_department_id=department.id,
            origin_contact_name=body.contact_name or call.actor.name,
            origin_contact_phone=body.contact_phone or await _own_phone(call, body),
            instructions=body.instructions,
            rehabilitation=body.rehabilitation,
            created_at=call.now,
        )
    )
    await call.audit("C", "referral.draft", ("referral", referral_id), patient_id=patient.id)
    return await queries.require_referral(call.connection, call.actor, referral_id, call.now)


async def _own_phone(call: Call, body: s.ReferralDraft) -> str | None:
    if body.contact_name is not None:
        return None
    return (await phones(call.connection, [call.actor.actor_id])).get(call.actor.actor_id)
