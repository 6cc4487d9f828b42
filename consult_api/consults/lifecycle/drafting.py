"""Writing a consult before it is sent."""

from sqlalchemy import insert, update

from consult_api import errors
from consult_api.consults.queries.page import require_consult
from consult_api.consults.queries.rows import parties_of, require_row
from consult_api.consults.rules.states import ConsultParty, ConsultState
from consult_api.consults.schemas.consult import Consult
from consult_api.consults.schemas.inputs import ConsultChanges, ConsultDraft
from consult_api.consults.tables import CONSULTS
from consult_api.directory.queries import require_department
from consult_api.patients.lifecycle import join_episode
from consult_api.patients.queries import require_patient
from consult_api.request import Call
from wire.clinical import Changed
from wire.identifiers import new_id


async def draft(call: Call, body: ConsultDraft) -> Consult:
    """Begin a consult about a patient whom the actor may see."""
    patient = await require_patient(call.connection, call.actor, body.patient_id, call.now)
    department = await require_department(call.connection, body.department_id)
    consult_id = new_id()
    await call.connection.execute(
        insert(CONSULTS).values(
            id=consult_id,
            version=1,
            state=ConsultState.DRAFT.value,
            patient_id=patient.id,
            episode_id=await join_episode(call, patient.id, body.episode_id),
            urgency=body.urgency.value,
            mode=body.mode.value,
            question=body.question,
            complaint=body.complaint,
            vitals=body.vitals.model_dump() if body.vitals else None,
            requester_id=call.actor.actor_id,
            requester_institution_id=call.actor.institution_id,
            requester_department_id=call.actor.department_id,
            department_id=department.id,
            institution_id=department.institution_id,
            room_id=new_id(),
            rung=0,
            created_at=call.now,
        )
    )
    await call.audit("C", "consult.draft", ("consult", consult_id), patient_id=patient.id)
    call.tell(
        Changed(
            kind="consult",
            id=consult_id,
            version=1,
            reason="drafted",
            institution_ids=(call.actor.institution_id or "",),
        )
    )
    return await require_consult(call.connection, call.actor, consult_id, call.now)


async def change(call: Call, consult_id: str, body: ConsultChanges) -> Consult:
    """Change a draft.

    Raises:
        Problem: `consult/stale-version`, `consult/not-allowed-now` when it is no draft any more.
    """
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=True)
    if row["version"] != body.version:
        raise errors.stale_version("consult")
    if row["state"] != ConsultState.DRAFT.value:
        raise errors.not_allowed_now("consult", row["state"], "change")
    if ConsultParty.REQUESTER not in parties_of(call.actor, row):
        raise errors.not_yours("consult", "change")
    values = body.model_dump(exclude={"version"}, exclude_unset=True, mode="json")
    if body.department_id is not None:
        department = await require_department(call.connection, body.department_id)
        values["institution_id"] = department.institution_id
    optional = {"complaint", "vitals"}
    values = {name: value for name, value in values.items() if value is not None or name in optional}
    await call.connection.execute(
        update(CONSULTS).where(CONSULTS.c.id == consult_id).values(**values, version=body.version + 1)
    )
    await call.audit("U", "consult.change", ("consult", consult_id), patient_id=row["patient_id"])
    return await require_consult(call.connection, call.actor, consult_id, call.now)
