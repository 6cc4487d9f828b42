"""Whoever answers or signs needs a practice certificate that is good today."""

from consult_api import errors
from consult_api.directory.queries import credentials_of
from consult_api.directory.rules import credential_fault
from consult_api.request import Call


async def demand_credential(call: Call) -> None:
    """Refuse whoever has no valid certificate.

    Raises:
        Problem: `credential/not-valid`, whose `reason` says what is wrong with it.
    """
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    if fault := credential_fault(await credentials_of(call.connection, call.actor.actor_id), today):
        raise errors.credential_not_valid(fault.value)
