"""Showing images in a consult, and noticing when they name somebody else."""

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Actor
from consult_api.consults.queries.page import studies_of
from consult_api.consults.queries.rows import parties_of, require_row, visible_consults
from consult_api.consults.rules.identity import NamedInRecord, NamedOnImages, differences
from consult_api.consults.rules.machine import FINAL_STATES
from consult_api.consults.rules.states import ConsultParty, ConsultState
from consult_api.consults.schemas.consult import StudyLink
from consult_api.consults.schemas.inputs import StudyAttachment
from consult_api.consults.tables import CONSULT_STUDIES, CONSULTS, RECEIVED_STUDIES
from consult_api.patients.queries import require_patient
from consult_api.request import Call
from wire.clinical import Changed
from wire.imaging import StudyDescription
from wire.problems import Kind, Problem

_MAY_LINK = frozenset({ConsultParty.REQUESTER, ConsultParty.SPECIALIST})


async def _require_participant(call: Call, consult_id: str) -> RowMapping:
    row = await require_row(call.connection, call.actor, consult_id, call.now, lock=True)
    if not parties_of(call.actor, row) & _MAY_LINK:
        raise errors.not_yours("consult", "link_study")
    if ConsultState(row["state"]) in FINAL_STATES:
        raise errors.not_allowed_now("consult", row["state"], "link_study")
    return row


async def visible_studies(connection: AsyncConnection, actor: Actor, now: datetime) -> frozenset[str]:
    """The studies an actor may see: stored by their institution, or shown in a consult they may see."""
    shown = (
        select(CONSULT_STUDIES.c.study_uid)
        .join(CONSULTS, CONSULTS.c.id == CONSULT_STUDIES.c.consult_id)
        .where(visible_consults(actor, now))
    )
    stored = select(RECEIVED_STUDIES.c.study_uid).where(
        RECEIVED_STUDIES.c.institution_id == actor.institution_id
    )
    return frozenset((await connection.execute(shown.union(stored))).scalars())


async def attach(call: Call, consult_id: str, body: StudyAttachment, images: StudyDescription) -> StudyLink:
    """Show a study in a consult.

    Args:
        call: the request.
        consult_id: where to show it.
        body: which study, and whether a difference was confirmed.
        images: what the imaging service says of the study.

    Raises:
        Problem: `study/not-found`, `study/patient-differs` and those of the consult.
    """
    row = await _require_participant(call, consult_id)
    own = images.institution_id == call.actor.institution_id
    if not own and body.study_uid not in await visible_studies(call.connection, call.actor, call.now):
        raise errors.not_found("study")
    differing = await _differences(call, row, images)
    if differing and not body.patient_mismatch_confirmed:
        raise Problem(
            "study/patient-differs",
            Kind.CONFLICT,
            "The images name another patient.",
            parameters={"fields": ",".join(differing)},
        )
    await call.connection.execute(delete(CONSULT_STUDIES).where(_link(consult_id, body.study_uid)))
    await call.connection.execute(
        insert(CONSULT_STUDIES).values(
            consult_id=consult_id,
            study_uid=body.study_uid,
            description=images.description,
            modalities=images.modalities,
            study_date=images.study_date,
            series=len(images.series),
            instances=images.instances,
            patient_mismatch_confirmed=bool(differing),
            linked_by=call.actor.actor_id,
            linked_at=call.now,
        )
    )
    detail = f"confirmed although different: {','.join(differing)}" if differing else ""
    await call.audit(
        "C", "consult.attach_study", ("study", body.study_uid), patient_id=row["patient_id"], detail=detail
    )
    _tell(call, row, "study_attached")
    links = await studies_of(call.connection, [consult_id])
    return next(link for link in links if link.study_uid == body.study_uid)


async def _differences(call: Call, row: RowMapping, images: StudyDescription) -> tuple[str, ...]:
    patient = await require_patient(call.connection, call.actor, row["patient_id"], call.now)
    return differences(
        NamedOnImages(
            name=images.patient_name,
            patient_id=images.patient_id,
            birth_date=images.patient_birth_date,
            sex=images.patient_sex,
        ),
        NamedInRecord(
            name=patient.name,
            patient_id=patient.id,
            resident_id=patient.resident_id,
            birth_date=patient.birth_date,
            sex=patient.sex,
        ),
        call.now.astimezone(call.surroundings.settings.county_time).date(),
    )


async def detach(call: Call, consult_id: str, study_uid: str) -> None:
    """Take a study out of a consult.

    Raises:
        Problem: `study/not-found` when it isn't there, and those of the consult.
    """
    row = await _require_participant(call, consult_id)
    result = await call.connection.execute(delete(CONSULT_STUDIES).where(_link(consult_id, study_uid)))
    if result.rowcount == 0:
        raise errors.not_found("study")
    await call.audit("D", "consult.detach_study", ("study", study_uid), patient_id=row["patient_id"])
    _tell(call, row, "study_detached")


def _link(consult_id: str, study_uid: str) -> ColumnElement[bool]:
    return (CONSULT_STUDIES.c.consult_id == consult_id) & (CONSULT_STUDIES.c.study_uid == study_uid)


def _tell(call: Call, row: RowMapping, reason: str) -> None:
    hint = Changed(
        kind="consult",
        id=row["id"],
        version=row["version"],
        reason=reason,
        institution_ids=(row["requester_institution_id"],),
    )
    call.tell(hint)
    if row["submitted_at"] is not None:
        there = {"institution_ids": (row["institution_id"],), "department_ids": (row["department_id"],)}
        call.tell(hint.model_copy(update=there))
