"""A participant with aiortc's peer connections, who reaches the relay through signalling alone."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from signaling_browser import Browser

FRAME_WAIT_S = 20.0


@dataclass
class Caller:
    """Follows the room's messages in the background as a page would: offers, answers, accepts."""

    browser: Browser
    publishing: RTCPeerConnection = field(init=False)
    subscribing: RTCPeerConnection = field(init=False)
    received: asyncio.Queue[MediaStreamTrack] = field(default_factory=asyncio.Queue)
    epoch: int = 0
    revision: int = 0
    answered: dict[int, asyncio.Event] = field(default_factory=dict)
    tracks_seen: dict[str, str] = field(default_factory=dict)
    published: list[type[MediaStreamTrack]] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    offering: asyncio.Task[None] | None = None
    following: asyncio.Task[None] = field(init=False)

    async def join(self, ticket: str) -> None:
        room = await self.browser.join(ticket)
        self.epoch = room.media_epoch
        if not room.media_available:
            self.epoch = (await self.browser.until("media_changed", available=True)).media_epoch
        self._connect_anew()
        self.following = asyncio.create_task(self._follow())

    async def resume(self) -> None:
        """Come back on a new socket after the old one was cut."""
        self.following.cancel()
        await asyncio.gather(self.following, return_exceptions=True)
        await self.browser.resume()
        self.following = asyncio.create_task(self._follow())

    async def publish(self, *sources: type[MediaStreamTrack]) -> None:
        """Send one track of each source, beside those sent already."""
        self.published.extend(sources)
        for source in sources:
            self.publishing.addTrack(source())
        await self._offer()

    async def next_frame(self) -> Any:
        """Return the first decoded frame of the next track that arrives."""
        async with asyncio.timeout(FRAME_WAIT_S):
            return await (await self.received.get()).recv()

    async def close(self) -> None:
        self.following.cancel()
        await asyncio.gather(self.following, return_exceptions=True)
        if self.offering is not None:
            await self.offering
        await self.publishing.close()
        await self.subscribing.close()
        await self.browser.socket.close()

    def _connect_anew(self) -> None:
        self.publishing, self.subscribing = RTCPeerConnection(), RTCPeerConnection()
        self.subscribing.on("track", self.received.put_nowait)

    async def _offer(self) -> None:
        self.revision += 1
        self.answered[self.revision] = asyncio.Event()
        await self.publishing.setLocalDescription(await self.publishing.createOffer())
        tracks = [
            {
                "mid": sending.mid,
                "kind": sending.kind,
                "purpose": "camera" if sending.kind == "video" else "microphone",
            }
            for sending in self.publishing.getTransceivers()
        ]
        sdp = self.publishing.localDescription.sdp
        await self.browser.send(
            "publish_offer", media_epoch=self.epoch, revision=self.revision, sdp=sdp, tracks=tracks
        )
        async with asyncio.timeout(FRAME_WAIT_S):
            await self.answered[self.revision].wait()

    async def _follow(self) -> None:
        while True:
            async with asyncio.timeout(FRAME_WAIT_S):
                message = (await self.browser.receive()).message
            if message.type == "publish_answered" and message.revision == self.revision:
                if not self.answered[message.revision].is_set():
                    answer = RTCSessionDescription(message.sdp, "answer")
                    await self.publishing.setRemoteDescription(answer)
                    self.answered[message.revision].set()
            elif message.type == "subscribe_offered":
                await self._accept(message)
            elif message.type == "media_changed" and message.media_epoch > self.epoch:
                self.offering = asyncio.create_task(self._move(message.media_epoch))
            elif message.type == "participant_changed":
                mine = message.participant.participant_id == self.browser.participant_id
                if mine and message.participant.publish_state == "connected":
                    self.connected.set()

    async def _move(self, epoch: int) -> None:
        """Make both connections anew, on another relay."""
        self.epoch = epoch
        earlier = (self.publishing, self.subscribing)
        self._connect_anew()
        for connection in earlier:
            await connection.close()
        sources, self.published = self.published, []
        if sources:
            await self.publish(*sources)

    async def _accept(self, offer: Any) -> None:
        self.tracks_seen = {track.mid: track.participant_id for track in offer.tracks}
        await self.subscribing.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        await self.subscribing.setLocalDescription(await self.subscribing.createAnswer())
        sdp = self.subscribing.localDescription.sdp
        await self.browser.send("subscribe_answer", media_epoch=self.epoch, revision=offer.revision, sdp=sdp)
