"""Who is asking, and what may they see: the clinical service decides, this remembers its answer for seconds."""

import hashlib
from collections import OrderedDict
from typing import Literal

from imaging.web.http import Request
from runtime.bus import Bus
from runtime.clock import Clock
from wire.clinical import StudyAccess, StudyAccessQuestion
from wire.problems import Kind, Problem

SESSION_COOKIE = "lianzhen_session"
MOST_REMEMBERED = 20_000

Purpose = Literal["view", "store", "search", "delete"]


def credential(request: Request) -> str:
    """Return the SHA-256 of the Bearer token or of the session cookie, in hexadecimal.

    Raises:
        Problem: `session/expired` when there is neither.
    """
    scheme, _, token = request.header(b"authorization").partition(" ")
    secret = token.strip() if scheme.lower() == "bearer" else request.cookie(SESSION_COOKIE)
    if not secret:
        raise Problem("session/expired", Kind.UNAUTHENTICATED, "Log in, or send a token with scope dicomweb.")
    return hashlib.sha256(secret.encode()).hexdigest()


class Access:
    """Asks and remembers."""

    def __init__(self, bus: Bus, clock: Clock, remember_s: float) -> None:
        self._bus = bus
        self._clock = clock
        self._remember_s = remember_s
        self._answers: OrderedDict[tuple[str, Purpose, str | None], tuple[float, StudyAccess]] = OrderedDict()

    async def allow(self, request: Request, purpose: Purpose, study_uid: str | None = None) -> StudyAccess:
        """Return who asks, or refuse. Refusals aren't remembered: rights granted a moment ago count at once.

        Raises:
            Problem: `session/expired`, `access/denied`, `bus/no-answer`.
        """
        key = (credential(request), purpose, study_uid)
        now = self._clock.monotonic()
        remembered = self._answers.get(key)
        if remembered is not None and now < remembered[0]:
            return remembered[1]
        question = StudyAccessQuestion(credential_sha256=key[0], purpose=purpose, study_uid=study_uid)
        answer = await self._bus.ask(question, StudyAccess)
        if purpose == "view" and not answer.everything and study_uid not in answer.study_uids:
            raise Problem("access/denied", Kind.FORBIDDEN, "This study is not yours to see.")
        # A search lists what became visible since; it is asked anew so that a fresh upload shows.
        if purpose != "search" or answer.everything:
            self._answers[key] = (now + self._remember_s, answer)
            self._answers.move_to_end(key)
            while len(self._answers) > MOST_REMEMBERED:
                self._answers.popitem(last=False)
        return answer
