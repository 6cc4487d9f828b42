"""How far an actor's administration reaches."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor, Role
from consult_api.directory.rules import InstitutionKind
from consult_api.directory.rules.administration import LEADING_KINDS, Reach
from consult_api.directory.tables import INSTITUTIONS


async def reach_of(connection: AsyncConnection, actor: Actor) -> Reach:
    """Where this actor may change people (as administrator) or rosters (as director too).

    An administrator of the county hospital or of the county's administration reaches every institution.
    """
    if actor.role is Role.ADMINISTRATOR:
        query = select(INSTITUTIONS.c.kind).where(INSTITUTIONS.c.id == actor.institution_id)
        kind: str | None = await connection.scalar(query)
        leads = kind is not None and InstitutionKind(kind) in LEADING_KINDS
        return Reach(whole_county=leads, institution_id=actor.institution_id)
    if actor.role is Role.DIRECTOR:
        return Reach(institution_id=actor.institution_id, department_id=actor.department_id)
    return Reach()
