"""Reading patients. Every query takes the actor; what the actor may not see isn't there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api import errors
from consult_api.access import Actor, visible_patients
from consult_api.directory.queries import institution_names
from consult_api.patients.rules import Sex, normalise_resident_id
from consult_api.patients.schemas import Patient, PatientSummary
from consult_api.patients.tables import EPISODES, PATIENTS
from wire.clinical import PatientPart

_RESIDENT_ID_LENGTH = 18


def patient_of(row: RowMapping) -> Patient:
    """Read a row of `patients`."""
    return Patient(
        id=row["id"],
        version=row["version"],
        name=row["name"],
        sex=Sex(row["sex"]),
        birth_date=row["birth_date"],
        resident_id=row["resident_id"],
        phone=row["phone"],
        address=row["address"],
        institution_id=row["institution_id"],
        registered_at=row["registered_at"],
    )


def summary_of(patient: Patient) -> PatientSummary:
    """What a list shows of a patient."""
    return PatientSummary(id=patient.id, name=patient.name, sex=patient.sex, birth_date=patient.birth_date)


async def require_patient(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> Patient:
    """Read a patient.

    Raises:
        Problem: `patient/not-found`, also when the actor may not see them.
    """
    query = select(PATIENTS).where(PATIENTS.c.id == patient_id, visible_patients(actor, PATIENTS.c.id, now))
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise errors.not_found("patient")
    return patient_of(row)


async def search(
    connection: AsyncConnection, actor: Actor, text: str, now: datetime, *, limit: int
) -> list[Patient]:
    """Find patients by part of the name, the beginning of its pinyin or initials, or the whole resident ID."""
    query = select(PATIENTS).where(visible_patients(actor, PATIENTS.c.id, now))
    words = text.strip()
    if words:
        number, typed = normalise_resident_id(words), "".join(words.lower().split())
        if len(number) == _RESIDENT_ID_LENGTH:
            query = query.where(PATIENTS.c.resident_id == number)
        else:
            query = query.where(
                or_(
                    PATIENTS.c.name.contains(words, autoescape=True),
                    PATIENTS.c.pinyin.startswith(typed, autoescape=True),
                    PATIENTS.c.initials.startswith(typed, autoescape=True),
                )
            )
    rows = (await connection.execute(query.order_by(PATIENTS.c.id.desc()).limit(limit))).mappings()
    return [patient_of(row) for row in rows]


async def patient_part(connection: AsyncConnection, patient: Patient) -> PatientPart:
    """Describe a patient, whom the caller was allowed to read, as the shared health record needs them."""
    names = await institution_names(connection, [patient.institution_id])
    return PatientPart(
        patient_id=patient.id,
        version=patient.version,
        name=patient.name,
        sex=patient.sex.value,
        birth_date=patient.birth_date,
        resident_id=patient.resident_id,
        phone=patient.phone,
        address=patient.address,
        managing_institution_id=patient.institution_id,
        managing_institution_name=names[patient.institution_id],
    )


async def episode_starts(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> dict[str, datetime]:
    """When each of a patient's episodes began, by id, the newest first."""
    query = (
        select(EPISODES.c.id, EPISODES.c.started_at)
        .where(EPISODES.c.patient_id == patient_id, visible_patients(actor, EPISODES.c.patient_id, now))
        .order_by(EPISODES.c.started_at.desc(), EPISODES.c.id.desc())
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def patient_summaries(
    connection: AsyncConnection, actor: Actor, ids: Collection[str], now: datetime
) -> dict[str, PatientSummary]:
    """Name those of these patients whom the actor may see, by id."""
    query = select(PATIENTS).where(PATIENTS.c.id.in_(set(ids)), visible_patients(actor, PATIENTS.c.id, now))
    return {row["id"]: summary_of(patient_of(row)) for row in (await connection.execute(query)).mappings()}
