"""The conversation with the imaging service: who may see which study, and which studies have come in."""

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from consult_api import errors
from consult_api.access import Action, Actor, Scope, demand
from consult_api.consults.lifecycle.studies import visible_studies
from consult_api.consults.tables import CONSULT_STUDIES, RECEIVED_STUDIES
from consult_api.database import AUDIT, OUTBOX
from consult_api.request import COUNTY, Surroundings
from runtime.audit import AuditEntry, record
from runtime.outbox import first_time
from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.envelope import Acknowledged
from wire.imaging import StudyDescription, StudyQuestion, StudyReceived
from wire.problems import Problem

_ACTIONS = {
    "view": Action.VIEW_STUDIES,
    "search": Action.VIEW_STUDIES,
    "store": Action.STORE_STUDIES,
    "delete": Action.DELETE_STUDIES,
}
_CONSUMER = "imaging"


class StudyAccessAnswers:
    """Answers who may do what with studies."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, question: StudyAccessQuestion) -> StudyAccess:
        """Decide.

        Raises:
            Problem: `session/expired`, `access/denied`.
        """
        now = self._surroundings.clock.now()
        async with self._surroundings.database.read() as connection:
            actor = await self._surroundings.identify(
                connection, question.credential_sha256, now, touch=False
            )
            if actor is None:
                raise errors.session_expired()
            demand(actor, _ACTIONS[question.purpose])
            everything = actor.is_machine and actor.institution_id is None and Scope.DICOMWEB in actor.scopes
            visible = frozenset[str]() if everything else await visible_studies(connection, actor, now)
        wanted = question.study_uid
        if question.purpose in ("view", "delete") and wanted and not everything and wanted not in visible:
            if not await self._just_stored(actor, wanted):
                raise errors.access_denied()
            visible |= {wanted}
        if question.purpose == "view" and wanted:
            await self._note_view(actor, wanted)
        return StudyAccess(
            actor_id=actor.actor_id,
            institution_id=actor.institution_id or COUNTY,
            everything=everything,
            study_uids=[] if question.purpose == "store" else sorted(visible),
        )

    async def _just_stored(self, actor: Actor, study_uid: str) -> bool:
        """Whether imaging holds it from this institution, though its announcement hasn't arrived yet."""
        try:
            study = await self._surroundings.bus.ask(StudyQuestion(study_uid=study_uid), StudyDescription)
        except Problem:
            return False
        return study.institution_id == actor.institution_id

    async def _note_view(self, actor: Actor, study_uid: str) -> None:
        entry = AuditEntry(
            institution_id=actor.institution_id or COUNTY,
            actor_id=actor.actor_id,
            action="R",
            subtype="study.view",
            entity_type="study",
            entity_id=study_uid,
        )
        async with self._surroundings.database.write() as transaction:
            await record(transaction, AUDIT, entry, self._surroundings.clock.now())


class StudyArrivals:
    """Takes note of studies that imaging has stored; an announcement may come twice and counts once."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    async def __call__(self, received: StudyReceived) -> Acknowledged:
        """Answer once it is durable."""
        now = self._surroundings.clock.now()
        async with self._surroundings.database.write() as transaction:
            connection = transaction.connection
            if await first_time(transaction, OUTBOX, event_id=received.event_id, consumer=_CONSUMER, now=now):
                build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
                statement = build(RECEIVED_STUDIES).values(
                    study_uid=received.study_uid,
                    institution_id=received.institution_id,
                    stored_by=received.stored_by,
                    instances=received.instances,
                    first_at=received.at,
                    last_at=received.at,
                )
                await connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=[RECEIVED_STUDIES.c.study_uid, RECEIVED_STUDIES.c.institution_id],
                        set_={"instances": received.instances, "last_at": received.at},
                    )
                )
                linked = CONSULT_STUDIES.c.study_uid == received.study_uid
                more = linked & (CONSULT_STUDIES.c.instances < received.instances)
                await connection.execute(
                    update(CONSULT_STUDIES).where(more).values(instances=received.instances)
                )
        return Acknowledged()
