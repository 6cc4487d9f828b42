"""What waits for one client: numbered messages until they are acknowledged, and the latest of the others.

Knows no socket. A message gets its number when it is put in, so the client meets them without gaps, unless the
queue ran over: then all of it is dropped, and only a snapshot helps.
"""

from collections import deque
from dataclasses import dataclass

from wire.signaling import PointerMoved, Pong, ServerMessage, ViewChanged

FRAMES_MAX = 512
SIZE_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Numbered:
    seq: int
    body: str


def frame(seq: int, ack: int, body: str) -> str:
    """Return the JSON of a `ServerFrame` around a message's JSON."""
    return f'{{"seq":{seq},"ack":{ack},"message":{body}}}'


class Outgoing:
    """The queue towards one client; it outlives the client's sockets.

    Attributes:
        overflowed: messages were dropped because the client took them too slowly; `rewind` clears it.
    """

    def __init__(self) -> None:
        self.overflowed = False
        self._last_seq = 0
        self._sent: deque[_Numbered] = deque()
        self._unsent: deque[_Numbered] = deque()
        self._latest: dict[str, str] = {}
        self._size_bytes = 0

    def put(self, message: ServerMessage, body: str) -> None:
        """Queue a message whose JSON is `body`."""
        key = _latest_key(message)
        if key is not None:
            self._latest[key] = body
            return
        self._last_seq += 1
        self._unsent.append(_Numbered(self._last_seq, body))
        self._size_bytes += len(body)
        self._keep_bounded()

    def take(self, ack: int) -> str | None:
        """Return the next frame, which acknowledges the client's messages up to `ack`; None: nothing waits."""
        if self._unsent:
            numbered = self._unsent.popleft()
            self._sent.append(numbered)
            return frame(numbered.seq, ack, numbered.body)
        if self._latest:
            return frame(0, ack, self._latest.pop(next(iter(self._latest))))
        return None

    def acknowledge(self, ack: int) -> None:
        """Forget what the client has."""
        while self._sent and self._sent[0].seq <= ack:
            self._size_bytes -= len(self._sent.popleft().body)

    def rewind(self, ack: int) -> bool:
        """Send again what came after `ack`.

        Returns:
            Whether nothing is missing between `ack` and what is still kept.
        """
        self._unsent.extendleft(reversed(self._sent))
        self._sent.clear()
        self._latest.clear()
        self.overflowed = False
        while self._unsent and self._unsent[0].seq <= ack:
            self._size_bytes -= len(self._unsent.popleft().body)
        next_seq = self._unsent[0].seq if self._unsent else self._last_seq + 1
        if next_seq == ack + 1:
            return True
        self._drop_all()
        return False

    def _keep_bounded(self) -> None:
        while self._sent and self._is_over():
            self._size_bytes -= len(self._sent.popleft().body)
        if self._is_over():
            self._drop_all()
            self.overflowed = True

    def _is_over(self) -> bool:
        return len(self._sent) + len(self._unsent) > FRAMES_MAX or self._size_bytes > SIZE_MAX_BYTES

    def _drop_all(self) -> None:
        self._sent.clear()
        self._unsent.clear()
        self._size_bytes = 0


def _latest_key(message: ServerMessage) -> str | None:
    """Return what a newer message of the same key makes obsolete; None for those that are numbered."""
    match message:
        case ViewChanged() | Pong():
            return message.type
        case PointerMoved():
            return f"{message.type} {message.participant_id}"
        case _:
            return None
