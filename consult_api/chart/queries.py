"""Putting a patient's record page together from what the features hold."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.chart.schemas import Episode, PatientRecord
from consult_api.consults.queries import lists
from consult_api.consults.queries.page import reports_of, studies_of
from consult_api.patients.queries import episode_starts, require_patient
from consult_api.referrals import queries as referrals


async def patient_record(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> PatientRecord:
    """Read a patient's record page, the newest episode first; episodes with nothing to show are left out.

    Raises:
        Problem: `patient/not-found`, also when the actor may not see them.
    """
    patient = await require_patient(connection, actor, patient_id, now)
    consults = await lists.of_patient(connection, actor, patient_id, now)
    sent = await referrals.of_patient(connection, actor, patient_id, now)
    episodes: list[Episode] = []
    for episode_id, started_at in (await episode_starts(connection, actor, patient_id, now)).items():
        ids = [consult.id for consult in consults.get(episode_id, [])]
        if ids or episode_id in sent:
            episodes.append(
                Episode(
                    id=episode_id,
                    started_at=started_at,
                    consults=consults.get(episode_id, []),
                    reports=await reports_of(connection, ids),
                    studies=await studies_of(connection, ids),
                    referrals=sent.get(episode_id, []),
                )
            )
    return PatientRecord(patient=patient, episodes=episodes)
