"""Institutions and departments, as their administrator keeps them."""

from typing import Annotated

from fastapi import APIRouter, Depends

from consult_api.access import Action
from consult_api.directory.lifecycle import places
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.places import places as places_within
from consult_api.directory.routes.people import Id
from consult_api.directory.schemas import (
    DepartmentGiven,
    InstitutionChanges,
    InstitutionDetails,
    InstitutionGiven,
)
from consult_api.request import Call, Permitted

router = APIRouter(tags=["people"], prefix="/institutions")

Managing = Annotated[Call, Depends(Permitted(Action.MANAGE_PEOPLE), scope="function")]


@router.get("/administered")
async def list_administered_institutions(call: Managing) -> list[InstitutionDetails]:
    """List the institutions that one administers, with their numbers."""
    return await places_within(call.connection, await reach_of(call.connection, call.actor))


@router.post("", status_code=201)
async def enrol_institution(body: InstitutionGiven, call: Managing) -> InstitutionDetails:
    """Enrol an institution."""
    return await call.once(InstitutionDetails, body, lambda: places.enrol(call, body))


@router.put("/{institution_id}")
async def change_institution(
    institution_id: Id, body: InstitutionChanges, call: Managing
) -> InstitutionDetails:
    """Change an institution's name, kind or numbers."""
    return await call.once(InstitutionDetails, body, lambda: places.change(call, institution_id, body))


@router.post("/{institution_id}/departments", status_code=201)
async def enrol_department(institution_id: Id, body: DepartmentGiven, call: Managing) -> InstitutionDetails:
    """Enrol a department."""
    return await call.once(
        InstitutionDetails, body, lambda: places.add_department(call, institution_id, body)
    )


@router.put("/{institution_id}/departments/{department_id}")
async def rename_department(
    institution_id: Id, department_id: Id, body: DepartmentGiven, call: Managing
) -> InstitutionDetails:
    """Give a department another name."""
    return await call.once(
        InstitutionDetails,
        body,
        lambda: places.rename_department(call, institution_id, department_id, body),
    )
