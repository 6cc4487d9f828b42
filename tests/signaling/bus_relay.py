"""A relay worker that exists on the bus alone: it carries no media, but answers and fails as a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from runtime.bus import Bus
from wire import media
from wire.envelope import Acknowledged, Message
from wire.problems import Kind, Problem


@dataclass
class BusRelay:
    """Notes what it is asked, in `asked`; knows the rooms in `rooms`.

    `answers_when` holds back the answers to publish offers until it is set; `refuses` makes them problems.
    """

    bus: Bus
    worker_id: str = "worker-1"
    rooms: set[str] = field(default_factory=set)
    asked: list[Message] = field(default_factory=list)
    answers_when: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: bool = False

    def __post_init__(self) -> None:
        self.answers_when.set()

    @property
    def kinds(self) -> list[str]:
        """The kinds of what was asked, in order, without the watch's questions."""
        return [type(question).__name__ for question in self.asked]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer while open."""
        to = self.worker_id
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.bus.serve(media.PlaceRoom, self._place))
            await stack.enter_async_context(self.bus.serve(media.PlaceRoom, self._place, to=to))
            await stack.enter_async_context(self.bus.serve(media.StatsQuestion, self._stats, to=to))
            await stack.enter_async_context(self.bus.serve(media.PublishOffer, self._publish, to=to))
            for kind in (media.Subscribe, media.SubscribeAnswer, media.RestartIce, media.DropParticipant):
                await stack.enter_async_context(self.bus.serve(kind, self._note, to=to))
            await stack.enter_async_context(self.bus.serve(media.CloseRoom, self._close, to=to))
            yield

    async def offer(self, participant_id: str, revision: int) -> None:
        hint = media.SubscribeOffered(
            room_id="room-1", participant_id=participant_id, revision=revision, sdp="relay's offer", tracks=[]
        )
        await self.bus.publish(hint, to="room-1")

    async def connected(self, participant_id: str) -> None:
        hint = media.ConnectionChanged(
            room_id="room-1", participant_id=participant_id, direction="publish", state="connected"
        )
        await self.bus.publish(hint, to="room-1")

    async def _place(self, question: media.PlaceRoom) -> media.RoomPlaced:
        self.asked.append(question)
        self.rooms.add(question.room_id)
        return media.RoomPlaced(worker_id=self.worker_id)

    async def _publish(self, question: media.PublishOffer) -> media.PublishAnswer:
        self._know(question.room_id)
        self.asked.append(question)
        await self.answers_when.wait()
        if self.refuses:
            raise Problem("media/sdp-invalid", Kind.INVALID, "The session description can't be used.")
        return media.PublishAnswer(sdp=f"answer to {question.sdp}")

    async def _note(
        self,
        question: media.Subscribe | media.SubscribeAnswer | media.RestartIce | media.DropParticipant,
    ) -> Acknowledged:
        self._know(question.room_id)
        self.asked.append(question)
        return Acknowledged()

    async def _close(self, question: media.CloseRoom) -> Acknowledged:
        self.asked.append(question)
        self.rooms.discard(question.room_id)
        return Acknowledged()

    async def _stats(self, question: media.StatsQuestion) -> media.RoomStats:
        self._know(question.room_id)
        return media.RoomStats(publications=[])

    def _know(self, room_id: str) -> None:
        if room_id not in self.rooms:
            raise Problem("media/room-unknown", Kind.NOT_FOUND, "This worker doesn't have that room.")
