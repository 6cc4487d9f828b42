"""Registering and finding patients."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from consult_api.access import Action
from consult_api.patients import lifecycle, queries
from consult_api.patients.schemas import Patient, PatientRegistration
from consult_api.request import Call, Permitted

router = APIRouter(tags=["patients"])


@router.post(
    "/patients",
    status_code=201,
    responses={200: {"model": Patient, "description": "Registered before; the existing patient."}},
)
async def register_patient(
    body: PatientRegistration,
    response: Response,
    call: Annotated[Call, Depends(Permitted(Action.REGISTER_PATIENTS), scope="function")],
) -> Patient:
    """Register a patient, or find the one who has this resident ID already."""

    async def register() -> Patient:
        patient, is_new = await lifecycle.register(call, body)
        if not is_new:
            response.status_code = 200
        return patient

    return await call.once(Patient, body, register)


@router.get("/patients")
async def search_patients(
    call: Annotated[Call, Depends(Permitted(Action.READ_PATIENTS), scope="function")],
    q: Annotated[str, Query(max_length=100, description="Name, pinyin or its initials, or resident ID")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Patient]:
    """Search the patients one may see; without `q`, the newest first."""
    return await lifecycle.search(call, q, limit)


@router.get("/patients/{patient_id}")
async def read_patient(
    patient_id: str,
    call: Annotated[Call, Depends(Permitted(Action.READ_PATIENTS), scope="function")],
) -> Patient:
    """Read one patient."""
    patient = await queries.require_patient(call.connection, call.actor, patient_id, call.now)
    await call.audit("R", "patient.read", ("patient", patient_id), patient_id=patient_id)
    return patient
