"""One room's link to the media relay: finds a worker, passes commands on in order, watches that it lives.

Whatever comes back enters the room as an event. What one participant asks for is done in order; participants
don't wait for each other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TypeVar, assert_never

import structlog

from runtime.bus import Bus
from runtime.clock import Clock
from runtime.supervision import supervise
from signaling.room.effects import Answer, Offer, Release, Restart, Subscribe
from signaling.room.events import (
    Event,
    RelayAnswered,
    RelayConnectionChanged,
    RelayFailed,
    RelayLost,
    RelayOffered,
    RelayPlaced,
    RelayRefused,
    RelayReleased,
)
from signaling.room.placement import Phase, Placement
from signaling.settings import SignalingSettings
from wire import media
from wire.envelope import Acknowledged, Message
from wire.problems import Kind, Problem

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 8.0
CLOSE_TIMEOUT_S = 1.0
LOST_CODES = frozenset(("bus/no-answer", "media/room-unknown"))
"""The worker is silent, or is another one that took the name of the worker that had the room."""

A = TypeVar("A", bound=Message)

Command = Subscribe | Release | Offer | Answer | Restart

log = structlog.get_logger()


class RelayLink:
    """A room's conversation with the relay. `open` before use, `close` ends it and releases the room there."""

    def __init__(
        self,
        room_id: str,
        *,
        bus: Bus,
        clock: Clock,
        settings: SignalingSettings,
        happened: Callable[[Event], None],
        placement: Callable[[], Placement],
    ) -> None:
        self._room_id = room_id
        self._bus = bus
        self._clock = clock
        self._settings = settings
        self._happened = happened
        self._placement = placement
        self._listening = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: dict[str, asyncio.Task[None]] = {}

    def open(self) -> None:
        """Begin to listen and to watch."""
        self._spawn(supervise("relay hints", self._listen, self._clock))
        self._spawn(supervise("relay watch", self._watch, self._clock))

    def place(self, last_worker_id: str, after: asyncio.Task[None] | None) -> None:
        """Begin to look for a worker, once `after`, the end of the room's earlier link, is done."""
        self._spawn(self._place(last_worker_id, after))

    def run(self, command: Command) -> None:
        """Do this after what the participant asked for before."""
        participant_id = command.participant_id
        task = self._spawn(self._after(self._last.get(participant_id), command))
        self._last[participant_id] = task
        task.add_done_callback(lambda done: self._forget(participant_id, done))

    async def close(self, worker_id: str) -> None:
        """End everything and let the worker ("": none) release the room."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if worker_id:
            try:
                close = media.CloseRoom(room_id=self._room_id)
                await self._bus.ask(close, Acknowledged, to=worker_id, timeout_s=CLOSE_TIMEOUT_S)
            except Problem as problem:
                log.info("relay_room_not_closed", code=problem.code)

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("relay_task_failed", exc_info=error)

    def _forget(self, participant_id: str, task: asyncio.Task[None]) -> None:
        if self._last.get(participant_id) is task:
            del self._last[participant_id]

    async def _listen(self) -> None:
        async with (
            self._bus.subscribe(media.SubscribeOffered, to=self._room_id) as offers,
            self._bus.subscribe(media.ConnectionChanged, to=self._room_id) as changes,
            asyncio.TaskGroup() as readers,
        ):
            readers.create_task(self._read_offers(offers))
            readers.create_task(self._read_changes(changes))
            self._listening.set()

    async def _read_offers(self, offers: AsyncIterator[media.SubscribeOffered]) -> None:
        async for offer in offers:
            self._happened(RelayOffered(offer=offer))

    async def _read_changes(self, changes: AsyncIterator[media.ConnectionChanged]) -> None:
        async for change in changes:
            self._happened(RelayConnectionChanged(change=change))

    async def _place(self, last_worker_id: str, after: asyncio.Task[None] | None) -> None:
        await self._listening.wait()
        if after is not None:
            await asyncio.wait({after})
        if last_worker_id and await self._knows_room(last_worker_id):
            self._happened(RelayPlaced(worker_id=last_worker_id, kept=True))
            return
        wait_s = FIRST_WAIT_S
        while True:
            try:
                worker_id = await self._take_room()
            except Problem as problem:
                log.warning("relay_unavailable", code=problem.code)
                self._happened(RelayFailed())
                await self._clock.sleep(wait_s)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            else:
                self._happened(RelayPlaced(worker_id=worker_id, kept=False))
                return

    async def _take_room(self) -> str:
        """Have a worker take the room, with nothing in it that an earlier stay may have left behind."""
        place = media.PlaceRoom(room_id=self._room_id)
        worker_id = (await self._ask(place, media.RoomPlaced, "")).worker_id
        await self._ask(media.CloseRoom(room_id=self._room_id), Acknowledged, worker_id)
        await self._ask(place, media.RoomPlaced, worker_id)
        return worker_id

    async def _watch(self) -> None:
        while True:
            await self._clock.sleep(self._settings.relay_watch_s)
            placement = self._placement()
            if placement.phase is Phase.PLACED and not await self._knows_room(placement.worker_id):
                self._happened(RelayLost(epoch=placement.epoch))

    async def _knows_room(self, worker_id: str) -> bool:
        try:
            question = media.StatsQuestion(room_id=self._room_id)
            timeout_s = self._settings.relay_watch_timeout_s
            await self._bus.ask(question, media.RoomStats, to=worker_id, timeout_s=timeout_s)
        except Problem as problem:
            log.warning("relay_does_not_have_the_room", code=problem.code)
            return False
        return True

    async def _after(self, before: asyncio.Task[None] | None, command: Command) -> None:
        if before is not None:
            await asyncio.wait({before})
        placement = self._placement()
        if placement.phase is not Phase.PLACED or placement.epoch != command.epoch:
            return
        try:
            await self._do(command)
        except Problem as problem:
            self._fail(command, problem)

    def _fail(self, command: Command, problem: Problem) -> None:
        if problem.code in LOST_CODES:
            self._happened(RelayLost(epoch=command.epoch))
        elif isinstance(command, Offer | Answer | Restart):
            self._happened(RelayRefused(session_id=command.session_id, seq=command.seq, problem=problem))
        elif problem.kind is not Kind.NOT_FOUND:
            log.warning("relay_refused", code=problem.code, command=type(command).__name__)

    async def _do(self, command: Command) -> None:
        room_id, participant_id, worker_id = self._room_id, command.participant_id, command.worker_id
        match command:
            case Subscribe():
                subscribe = media.Subscribe(room_id=room_id, participant_id=participant_id)
                await self._ask(subscribe, Acknowledged, worker_id)
            case Release():
                drop = media.DropParticipant(room_id=room_id, participant_id=participant_id)
                await self._ask(drop, Acknowledged, worker_id)
                self._happened(RelayReleased(session_id=command.session_id))
            case Offer():
                await self._offer(command)
            case Answer():
                answer = media.SubscribeAnswer(
                    room_id=room_id,
                    participant_id=participant_id,
                    revision=command.revision,
                    sdp=command.sdp,
                )
                await self._ask(answer, Acknowledged, worker_id)
            case Restart():
                restart = media.RestartIce(room_id=room_id, participant_id=participant_id)
                await self._ask(restart, Acknowledged, worker_id)
            case _:
                assert_never(command)

    async def _offer(self, command: Offer) -> None:
        offer = media.PublishOffer(
            room_id=self._room_id,
            participant_id=command.participant_id,
            sdp=command.sdp,
            tracks=list(command.tracks),
        )
        answer = await self._ask(offer, media.PublishAnswer, command.worker_id)
        self._happened(
            RelayAnswered(
                session_id=command.session_id,
                epoch=command.epoch,
                revision=command.revision,
                sdp=answer.sdp,
            )
        )

    async def _ask(self, question: Message, answer: type[A], worker_id: str) -> A:
        timeout_s = self._settings.relay_timeout_s
        return await self._bus.ask(question, answer, to=worker_id, timeout_s=timeout_s)
