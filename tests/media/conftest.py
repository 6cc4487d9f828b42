"""A running media worker, and participants that reach it as signalling would."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription

from media.service import MediaService
from media.settings import MediaSettings
from runtime.blobs.directory import DirectoryBlobs
from runtime.bus.memory import MemoryBus
from runtime.clock import SystemClock
from runtime.service import Machine
from wire.envelope import Acknowledged
from wire.media import (
    DropParticipant,
    PlaceRoom,
    PublishAnswer,
    PublishedTrack,
    PublishOffer,
    RoomPlaced,
    RoomStats,
    StatsQuestion,
    Subscribe,
    SubscribeAnswer,
    SubscribeOffered,
)

sys.path.insert(0, str(Path(__file__).parent))

WORKER = "worker-under-test"
ROOM = "room-1"


class RelayUnderTest:
    """A worker and the bus it is reached by."""

    def __init__(self, service: MediaService, bus: MemoryBus) -> None:
        self.service = service
        self.bus = bus

    async def place(self) -> None:
        await self.bus.ask(PlaceRoom(room_id=ROOM), RoomPlaced)

    async def stats(self) -> RoomStats:
        return await self.bus.ask(StatsQuestion(room_id=ROOM), RoomStats, to=WORKER)

    async def publish(self, participant_id: str, sdp: str, tracks: list[PublishedTrack]) -> str:
        question = PublishOffer(room_id=ROOM, participant_id=participant_id, sdp=sdp, tracks=tracks)
        return (await self.bus.ask(question, PublishAnswer, to=WORKER)).sdp

    async def subscribe(self, participant_id: str) -> None:
        await self.bus.ask(Subscribe(room_id=ROOM, participant_id=participant_id), Acknowledged, to=WORKER)

    async def answer(self, participant_id: str, revision: int, sdp: str) -> None:
        question = SubscribeAnswer(room_id=ROOM, participant_id=participant_id, revision=revision, sdp=sdp)
        await self.bus.ask(question, Acknowledged, to=WORKER)

    async def drop(self, participant_id: str) -> None:
        question = DropParticipant(room_id=ROOM, participant_id=participant_id)
        await self.bus.ask(question, Acknowledged, to=WORKER)


class AiortcParticipant:
    """A participant whose two connections are aiortc's."""

    def __init__(self, relay: RelayUnderTest, participant_id: str) -> None:
        self.participant_id = participant_id
        self.publishing = RTCPeerConnection()
        self.subscribing = RTCPeerConnection()
        self.received: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self.subscribing.on("track", self.received.put_nowait)
        self.offers: list[SubscribeOffered] = []
        self.answered: asyncio.Queue[str] = asyncio.Queue()
        self._relay = relay

    async def publish(self, *tracks: MediaStreamTrack) -> None:
        for track in tracks:
            self.publishing.addTrack(track)
        await self.publishing.setLocalDescription(await self.publishing.createOffer())
        named = [
            PublishedTrack(
                mid=sender.mid,
                kind=sender.kind,
                purpose="camera" if sender.kind == "video" else "microphone",
            )
            for sender in self.publishing.getTransceivers()
        ]
        answer = await self._relay.publish(self.participant_id, self.publishing.localDescription.sdp, named)
        await self.publishing.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def follow_offers(self) -> None:
        async with self._relay.bus.subscribe(SubscribeOffered, to=ROOM) as offers:
            await self._relay.subscribe(self.participant_id)
            async for offer in offers:
                if offer.participant_id == self.participant_id:
                    self.offers.append(offer)
                    await self._accept(offer)

    async def _accept(self, offer: SubscribeOffered) -> None:
        await self.subscribing.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        await self.subscribing.setLocalDescription(await self.subscribing.createAnswer())
        answer = self.subscribing.localDescription.sdp
        await self._relay.answer(self.participant_id, offer.revision, answer)
        self.answered.put_nowait(answer)

    async def close(self) -> None:
        await self.publishing.close()
        await self.subscribing.close()


@pytest.fixture
def settings() -> MediaSettings:
    """A port that the system chooses, on loopback."""
    return MediaSettings(port=0, worker_id=WORKER)


@pytest.fixture
async def relay(settings: MediaSettings, tmp_path: Path) -> AsyncIterator[RelayUnderTest]:
    """A running worker with one room."""
    bus = MemoryBus()
    machine = Machine(
        clock=SystemClock(),
        bus=bus,
        blobs=DirectoryBlobs(tmp_path / "blobs"),
        data_dir=tmp_path,
        database_url=f"sqlite:{tmp_path}",
    )
    service = MediaService(machine, settings)
    async with service.running():
        under_test = RelayUnderTest(service, bus)
        await under_test.place()
        yield under_test


@pytest.fixture
async def participant(relay: RelayUnderTest) -> AsyncIterator[type[AiortcParticipant]]:
    """A maker of aiortc participants that are closed afterwards."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        loops: list[asyncio.Task[None]] = []

        def make(participant_id: str) -> AiortcParticipant:
            one = AiortcParticipant(relay, participant_id)
            stack.push_async_callback(one.close)
            loops.append(group.create_task(one.follow_offers()))
            return one

        yield make
        for loop in loops:
            loop.cancel()
