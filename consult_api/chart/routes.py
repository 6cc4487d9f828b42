"""The record page."""

from typing import Annotated

from fastapi import APIRouter, Depends

from consult_api.access import Action
from consult_api.chart import queries
from consult_api.chart.schemas import PatientRecord
from consult_api.request import Call, Permitted

router = APIRouter(tags=["patients"])


@router.get("/patients/{patient_id}/record")
async def read_patient_record(
    patient_id: str,
    call: Annotated[Call, Depends(Permitted(Action.READ_PATIENTS), scope="function")],
) -> PatientRecord:
    """Read all that the platform holds of a patient, as episodes."""
    page = await queries.patient_record(call.connection, call.actor, patient_id, call.now)
    await call.audit("R", "patient.record", ("patient", patient_id), patient_id=patient_id)
    return page
