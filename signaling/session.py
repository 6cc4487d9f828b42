"""One participant's session: what is known of the client, apart from any socket.

A session outlives its sockets. Each socket is a line; a new line ends the one before.
"""

import asyncio
import secrets
from dataclasses import dataclass, field

from signaling import errors
from signaling.outgoing import Outgoing
from wire.identifiers import new_id
from wire.problems import Problem
from wire.signaling import ServerMessage


@dataclass(eq=False, slots=True)
class Line:
    """A socket as its session sees it.

    Attributes:
        ending: set once the socket has to end.
        ended: set by the socket once it is closed.
        problem: why it ends; None: the client said goodbye.
        flush: whether what is queued is sent before.
        close_code: overrides the problem's close code.
    """

    ending: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Problem | None = None
    flush: bool = True
    close_code: int | None = None

    def end(self, problem: Problem | None, *, flush: bool, close_code: int | None = None) -> None:
        """Ask the socket to end; only the first reason counts."""
        if not self.ending.is_set():
            self.problem, self.flush, self.close_code = problem, flush, close_code
            self.ending.set()


@dataclass(eq=False, slots=True)
class Session:
    """A participant's session.

    Attributes:
        session_id: names it; no secret.
        token: proves that a resuming client is the one that joined.
        received: the highest of the client's numbers that was acted on.
        line: the socket it has now.
    """

    room_id: str
    participant_id: str
    session_id: str = field(default_factory=new_id)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    received: int = 0
    line: Line | None = None
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    outgoing: Outgoing = field(default_factory=Outgoing)

    def put(self, message: ServerMessage, body: str) -> None:
        """Queue a message; a client that lets too many wait loses its line."""
        self.outgoing.put(message, body)
        self.waiting.set()
        if self.outgoing.overflowed and self.line is not None:
            self.line.end(errors.too_slow(), flush=False)

    def attach(self) -> Line:
        """Return a new line, which ends the one before."""
        if self.line is not None:
            self.line.end(errors.session_moved(), flush=False)
        self.line = Line()
        return self.line

    def next_frame(self) -> str | None:
        """Return the next frame to send, if one waits."""
        return self.outgoing.take(self.received)

    def is_proved_by(self, token: str) -> bool:
        """Compare the resume token in constant time."""
        return secrets.compare_digest(self.token.encode(), token.encode())
