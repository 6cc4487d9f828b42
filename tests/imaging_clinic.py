"""The clinical service's side of imaging's questions, answered over a real bus."""

import asyncio
import hashlib
from dataclasses import dataclass, field

from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.envelope import Acknowledged
from wire.imaging import StudyReceived
from wire.problems import Kind, Problem


@dataclass
class Clinic:
    """The clinical service as imaging meets it on the bus: who holds which credential, and what was announced."""

    holders: dict[str, StudyAccess] = field(default_factory=dict)
    asked: list[StudyAccessQuestion] = field(default_factory=list)
    announced: list[StudyReceived] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def admit(
        self,
        token: str,
        *,
        institution: str = "township",
        everything: bool = False,
        studies: tuple[str, ...] = (),
    ) -> dict[str, str]:
        """Give rights to whoever holds `token`; return the request headers that show it."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        self.holders[digest] = StudyAccess(
            actor_id=f"holder-of-{token}",
            institution_id=institution,
            everything=everything,
            study_uids=list(studies),
        )
        return {"Authorization": f"Bearer {token}"}

    async def answer(self, question: StudyAccessQuestion) -> StudyAccess:
        self.asked.append(question)
        access = self.holders.get(question.credential_sha256)
        if access is None:
            raise Problem("session/expired", Kind.UNAUTHENTICATED, "Nobody holds this.")
        if (
            question.purpose == "view"
            and not access.everything
            and question.study_uid not in access.study_uids
        ):
            raise Problem("access/denied", Kind.FORBIDDEN, "Not yours.")
        return access

    async def acknowledge(self, received: StudyReceived) -> Acknowledged:
        self.announced.append(received)
        self.heard.set()
        return Acknowledged()
