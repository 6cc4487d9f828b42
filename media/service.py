"""One media worker on the bus: takes rooms, answers signalling's questions, announces what changes."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from starlette.types import ASGIApp

from media import errors
from media.peer import PeerState
from media.router.relay import Hint, Relay
from media.router.room import Room
from media.settings import MediaSettings
from media.transport.dtls import Certificate
from media.transport.mux import Mux
from runtime.service import Machine, Service
from runtime.supervision import supervise
from wire.envelope import Acknowledged
from wire.media import (
    CloseRoom,
    ConnectionChanged,
    DropParticipant,
    PlaceRoom,
    PublishAnswer,
    PublishOffer,
    RestartIce,
    RoomPlaced,
    RoomStats,
    StatsQuestion,
    Subscribe,
    SubscribeAnswer,
)

TICK_S = 0.02
_SWEEP_S = 10.0

log = structlog.get_logger()


class MediaService:
    """A worker: one port, one certificate, its rooms."""

    name = "media"

    def __init__(self, machine: Machine, settings: MediaSettings) -> None:
        self.mux = Mux(machine.clock.monotonic)
        self._machine = machine
        self._settings = settings
        self._hints: asyncio.Queue[Hint] = asyncio.Queue()
        self._rooms: dict[str, Room] = {}
        self._open = False
        self._relay = Relay(
            mux=self.mux,
            certificate=Certificate(),
            settings=settings,
            clock=machine.clock,
            announce=self._hints.put_nowait,
        )

    @property
    def mounts(self) -> Mapping[str, ASGIApp]:
        """Nothing over HTTP."""
        return {}

    async def ready(self) -> None:
        """Return when the port is open.

        Raises:
            Problem: it isn't.
        """
        if not self._open:
            raise errors.not_open()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Hold the port and answer questions while open; say goodbye to every browser on exit."""
        bus, worker = self._machine.bus, self._settings.worker_id
        await self.mux.open(self._settings.port, self._settings.addresses)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.mux.close)
            stack.callback(self._close_rooms)
            await stack.enter_async_context(bus.serve(PlaceRoom, self._place))
            await stack.enter_async_context(bus.serve(PlaceRoom, self._place, to=worker))
            await stack.enter_async_context(bus.serve(PublishOffer, self._publish, to=worker))
            await stack.enter_async_context(bus.serve(Subscribe, self._subscribe, to=worker))
            await stack.enter_async_context(bus.serve(SubscribeAnswer, self._accept, to=worker))
            await stack.enter_async_context(bus.serve(RestartIce, self._restart, to=worker))
            await stack.enter_async_context(bus.serve(DropParticipant, self._drop, to=worker))
            await stack.enter_async_context(bus.serve(CloseRoom, self._close, to=worker))
            await stack.enter_async_context(bus.serve(StatsQuestion, self._stats, to=worker))
            group = await stack.enter_async_context(asyncio.TaskGroup())
            clock = self._machine.clock
            loops = [
                group.create_task(supervise("media.tick", self._tick, clock)),
                group.create_task(supervise("media.announce", self._announce, clock)),
            ]
            self._open = True
            log.info("media_open", port=self.mux.port, addresses=self._settings.addresses, worker_id=worker)
            try:
                yield
            finally:
                self._open = False
                for loop in loops:
                    loop.cancel()

    async def _tick(self) -> None:
        swept = 0.0
        while True:
            await self._machine.clock.sleep(TICK_S)
            now = self._machine.clock.monotonic()
            for room in list(self._rooms.values()):
                room.tick(now)
            if now - swept > _SWEEP_S:
                swept = now
                self.mux.sweep(now)

    async def _announce(self) -> None:
        while True:
            hint = await self._hints.get()
            if isinstance(hint, ConnectionChanged) and hint.state != PeerState.CONNECTED:
                log.info("media_connection", room_id=hint.room_id, direction=hint.direction, state=hint.state)
            await self._machine.bus.publish(hint, to=hint.room_id)

    async def _place(self, question: PlaceRoom) -> RoomPlaced:
        if question.room_id not in self._rooms:
            self._make_sure_of_space()
            self._rooms[question.room_id] = Room(self._relay, question.room_id)
        return RoomPlaced(worker_id=self._settings.worker_id)

    async def _publish(self, question: PublishOffer) -> PublishAnswer:
        self._make_sure_of_space()
        room = self._room(question.room_id)
        return PublishAnswer(sdp=room.publish(question.participant_id, question.sdp, question.tracks))

    async def _subscribe(self, question: Subscribe) -> Acknowledged:
        self._make_sure_of_space()
        self._room(question.room_id).subscribe(question.participant_id)
        return Acknowledged()

    async def _accept(self, question: SubscribeAnswer) -> Acknowledged:
        self._room(question.room_id).accept(question.participant_id, question.revision, question.sdp)
        return Acknowledged()

    async def _restart(self, question: RestartIce) -> Acknowledged:
        self._room(question.room_id).restart_ice(question.participant_id)
        return Acknowledged()

    async def _drop(self, question: DropParticipant) -> Acknowledged:
        room = self._rooms.get(question.room_id)
        if room is not None:
            room.drop(question.participant_id)
        return Acknowledged()

    async def _close(self, question: CloseRoom) -> Acknowledged:
        room = self._rooms.pop(question.room_id, None)
        if room is not None:
            room.close()
        return Acknowledged()

    async def _stats(self, question: StatsQuestion) -> RoomStats:
        return RoomStats(publications=self._room(question.room_id).stats())

    def _room(self, room_id: str) -> Room:
        try:
            return self._rooms[room_id]
        except KeyError:
            raise errors.room_unknown() from None

    def _make_sure_of_space(self) -> None:
        if sum(room.peers for room in self._rooms.values()) >= self._settings.max_peers:
            raise errors.worker_full()

    def _close_rooms(self) -> None:
        for room in self._rooms.values():
            room.close()
        self._rooms.clear()


async def build(machine: Machine, settings: MediaSettings) -> Service:
    """Make a media worker; it holds no port until it runs."""
    return MediaService(machine, settings)
