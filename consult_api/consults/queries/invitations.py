"""Who was invited to a consult, what they said to its report, and who could be."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Action, Actor, Role, permits
from consult_api.consults.rules.invitations import (
    OPEN,
    TAKING_PART,
    InvitationParty,
    InvitationState,
    Stance,
    available_events,
)
from consult_api.consults.rules.states import ConsultParty
from consult_api.consults.schemas.invitations import Attestation, Expert, Invitation
from consult_api.consults.tables import ATTESTATIONS, CONSULTS, INVITATIONS
from consult_api.directory.queries import Post, colleagues, on_duty, people, phones, practitioners

INVITING = frozenset({ConsultParty.REQUESTER, ConsultParty.SPECIALIST, ConsultParty.COORDINATOR})
EXPERT_ROLES = frozenset({Role.SPECIALIST, Role.DIRECTOR})
_OPEN = sorted(OPEN)


def invited(actor: Actor) -> ColumnElement[bool]:
    """The consults to which an actor has an invitation that is open."""
    mine = (INVITATIONS.c.person_id == actor.actor_id) & INVITATIONS.c.state.in_(_OPEN)
    return CONSULTS.c.id.in_(select(INVITATIONS.c.consult_id).where(mine))


async def invitations_of(connection: AsyncConnection, consult_id: str) -> list[RowMapping]:
    """List a consult's invitations in their order; the caller has read the consult as an actor."""
    query = select(INVITATIONS).where(INVITATIONS.c.consult_id == consult_id).order_by(INVITATIONS.c.id)
    return list((await connection.execute(query)).mappings())


def experts_among(invitations: Collection[RowMapping]) -> frozenset[str]:
    """Who takes part by invitation."""
    return frozenset(row["person_id"] for row in invitations if InvitationState(row["state"]) in TAKING_PART)


def post_of(row: RowMapping) -> Post:
    """Where an expert was invited, or attested, from."""
    return Post(row["person_id"], row["institution_id"], row["department_id"])


async def mine_among(
    connection: AsyncConnection, actor: Actor, consult_ids: Collection[str]
) -> dict[str, InvitationState]:
    """Where the actor's open invitations to these consults stand."""
    query = select(INVITATIONS.c.consult_id, INVITATIONS.c.state).where(
        INVITATIONS.c.person_id == actor.actor_id,
        INVITATIONS.c.state.in_(_OPEN),
        INVITATIONS.c.consult_id.in_(consult_ids),
    )
    return {row[0]: InvitationState(row[1]) for row in await connection.execute(query)}


def parties_to(
    actor: Actor, invitation: RowMapping, parties: frozenset[ConsultParty]
) -> frozenset[InvitationParty]:
    """Who an actor is to an invitation; `parties` is who they are to its consult."""
    if actor.is_platform:
        return frozenset({InvitationParty.PLATFORM})
    found: set[InvitationParty] = set()
    if not actor.is_machine and actor.actor_id == invitation["person_id"]:
        found.add(InvitationParty.EXPERT)
    if parties & INVITING:
        found.add(InvitationParty.INVITER)
    return frozenset(found)


async def shown(
    connection: AsyncConnection,
    actor: Actor,
    rows: Collection[RowMapping],
    parties: frozenset[ConsultParty],
    *,
    is_signed: bool,
) -> list[Invitation]:
    """Show invitations to an actor who is these parties to their consult."""
    experts = await practitioners(connection, [post_of(row) for row in rows])
    inviters = await people(connection, [row["invited_by"] for row in rows])
    may_act = permits(actor, Action.INVITE_EXPERTS)
    return [
        Invitation(
            id=row["id"],
            version=row["version"],
            state=(state := InvitationState(row["state"])),
            expert=experts[post_of(row)],
            message=row["message"],
            reason=row["reason"],
            invited_by=inviters[row["invited_by"]],
            invited_at=row["invited_at"],
            answered_at=row["answered_at"],
            is_mine=row["person_id"] == actor.actor_id,
            available_events=available_events(state, parties_to(actor, row, parties), is_signed=is_signed)
            if may_act
            else [],
        )
        for row in rows
    ]


async def attestations_of(
    connection: AsyncConnection, consult_ids: Collection[str]
) -> dict[tuple[str, int], list[Attestation]]:
    """What was said to the reports of consults that the caller has read, by report and version."""
    query = (
        select(ATTESTATIONS)
        .where(ATTESTATIONS.c.consult_id.in_(consult_ids))
        .order_by(ATTESTATIONS.c.signed_at, ATTESTATIONS.c.person_id)
    )
    rows = (await connection.execute(query)).mappings().all()
    named = await practitioners(connection, [post_of(row) for row in rows])
    found: dict[tuple[str, int], list[Attestation]] = {}
    for row in rows:
        attestation = Attestation(
            by=named[post_of(row)],
            stance=Stance(row["stance"]),
            reason=row["reason"],
            signed_at=row["signed_at"],
            content_sha256=row["content_sha256"],
        )
        found.setdefault((row["report_id"], row["report_version"]), []).append(attestation)
    return found


async def experts(connection: AsyncConnection, now: datetime) -> list[Expert]:
    """List who may be invited: everybody who answers consults, those on duty first."""
    posts = await colleagues(connection, EXPERT_ROLES)
    named = await practitioners(connection, posts)
    numbers = await phones(connection, [post.person_id for post in posts])
    present = await on_duty(connection, now)
    found = [
        Expert(
            **named[post].model_dump(),
            on_duty=post.person_id in present,
            phone=numbers.get(post.person_id),
        )
        for post in posts
    ]
    return sorted(found, key=lambda expert: not expert.on_duty)


async def post_of_expert(connection: AsyncConnection, person_id: str) -> Post | None:
    """Where somebody answers consults, or None for whoever doesn't."""
    posts = await colleagues(connection, EXPERT_ROLES)
    return next((post for post in posts if post.person_id == person_id), None)
