"""A real call through the running server: one publishes a test picture and sound, the other decodes them.

Both are aiortc's peer connections. They get no STUN or TURN servers, since aiortc's own choice would be a stranger's:
what is tried is the way to the relay's own addresses over UDP.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceTransport,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

from runtime.clock import Clock
from server.doctor.finding import failure, within
from server.doctor.line import ANSWER_WITHIN_S, LOOK_INTO_THE_LOG, Line, open_line
from wire.media import PublishedTrack
from wire.signaling import PublishAnswered, PublishOffer, SubscribeAnswer, SubscribeOffered

CONNECT_WITHIN_S = 8.0
FIRST_FRAME_WITHIN_S = 8.0
COUNTED_S = 3.0
FEWEST_PICTURES = 10
"""Of some ninety that are sent meanwhile; fewer than that is a standing picture."""
WITHIN_S = 60.0


@dataclass(slots=True)
class Tally:
    """The frames decoded so far, by kind (`video`, `audio`); whether tracks were offered and pictures come."""

    frames: Counter[str] = field(default_factory=Counter[str])
    offered: asyncio.Event = field(default_factory=asyncio.Event)
    moving: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, kind: str) -> None:
        """Count one frame."""
        self.frames[kind] += 1
        if kind == "video":
            self.moving.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """How the call went."""

    first_frame_s: float
    """From the offer to the first decoded picture."""
    pictures: int
    sounds: int
    used: str
    offered: tuple[str, ...]

    def words(self) -> str:
        """Say it in one line.

        Raises:
            Problem: `doctor/check-failed` when it went badly.
        """
        heard = f"{self.pictures} pictures and {self.sounds} pieces of sound in {COUNTED_S:g} s"
        if self.pictures < FEWEST_PICTURES or not self.sounds:
            raise failure(
                f"only {heard} by {self.used}", "see whether this machine or the line is overloaded"
            )
        offered = ", ".join(self.offered)
        return f"first picture after {self.first_frame_s:.2f} s, {heard}, by {self.used} (offered: {offered})"


async def place_call(signaling_url: str, tickets: tuple[str, str], clock: Clock) -> CallReport:
    """Let the first ticket's holder publish and the second's watch.

    Raises:
        Problem: `doctor/check-failed`, naming the step.
    """
    tally = Tally()
    async with AsyncExitStack() as stack:
        caller, called = [await stack.enter_async_context(open_line(signaling_url)) for _ in tickets]
        publishing, watching = [await stack.enter_async_context(_peer()) for _ in tickets]
        epoch, _ = [await line.join(ticket) for line, ticket in zip((caller, called), tickets, strict=True)]
        answering = asyncio.create_task(_answer_offers(called, watching, epoch))
        decoding = _decode_into(watching, tally)
        stack.push_async_callback(_end, answering, decoding)
        began_s = clock.monotonic()
        await _publish(caller, publishing, epoch)
        await _connected(publishing, "the caller")
        await _unless_ended(answering, _first_picture(watching, tally))
        first_frame_s = clock.monotonic() - began_s
        tally.frames.clear()
        await clock.sleep(COUNTED_S)
        ice = _ice(watching)
        return CallReport(
            first_frame_s=first_frame_s,
            pictures=tally.frames["video"],
            sounds=tally.frames["audio"],
            used=_address_used(ice),
            offered=_addresses_offered(ice),
        )


@asynccontextmanager
async def _peer() -> AsyncGenerator[RTCPeerConnection]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        yield connection
    finally:
        await connection.close()


async def _publish(line: Line, connection: RTCPeerConnection, epoch: int) -> None:
    connection.addTrack(VideoStreamTrack())
    connection.addTrack(AudioStreamTrack())
    await connection.setLocalDescription(await connection.createOffer())
    if not _ice(connection).iceGatherer.getLocalCandidates():
        raise failure("this machine has no network address but loopback", "connect it to a network")
    tracks = tuple(
        PublishedTrack(mid=sending.mid or "", kind="video", purpose="camera")
        if sending.kind == "video"
        else PublishedTrack(mid=sending.mid or "", kind="audio", purpose="microphone")
        for sending in connection.getTransceivers()
    )
    sdp = connection.localDescription.sdp
    await line.send(PublishOffer(type="publish_offer", media_epoch=epoch, revision=1, sdp=sdp, tracks=tracks))
    async with within(ANSWER_WITHIN_S, "the relay doesn't answer the offer", LOOK_INTO_THE_LOG):
        answer = await line.until(PublishAnswered)
    await connection.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))


async def _answer_offers(line: Line, connection: RTCPeerConnection, epoch: int) -> None:
    """Accept whatever the relay offers, until cancelled or refused."""
    while True:
        offer = await line.until(SubscribeOffered)
        await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        sdp = connection.localDescription.sdp
        await line.send(
            SubscribeAnswer(type="subscribe_answer", media_epoch=epoch, revision=offer.revision, sdp=sdp)
        )


def _decode_into(connection: RTCPeerConnection, tally: Tally) -> list[asyncio.Task[None]]:
    """Decode every track that arrives; the tasks are added to the list as the tracks come."""
    decoding: list[asyncio.Task[None]] = []

    async def decode(track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                tally.take(track.kind)
        except MediaStreamError:
            return

    def begin(track: MediaStreamTrack) -> None:
        tally.offered.set()
        decoding.append(asyncio.create_task(decode(track)))

    connection.on("track", begin)
    return decoding


async def _connected(connection: RTCPeerConnection, who: str) -> None:
    settled = asyncio.Event()

    def note() -> None:
        if connection.connectionState in ("connected", "failed", "closed"):
            settled.set()

    connection.on("connectionstatechange", note)
    note()
    async with within(CONNECT_WITHIN_S, *_unreachable(connection, who)):
        await settled.wait()
    if connection.connectionState != "connected":
        raise failure(*_unreachable(connection, who))


def _unreachable(connection: RTCPeerConnection, who: str) -> tuple[str, str]:
    offered = ", ".join(_addresses_offered(_ice(connection))) or "no address"
    return (
        f"{who} doesn't reach the relay at {offered} over UDP",
        "let MEDIA_PORT through the firewall, and set MEDIA_ADDRESSES to this server's addresses",
    )


async def _first_picture(connection: RTCPeerConnection, tally: Tally) -> None:
    async with within(ANSWER_WITHIN_S, "the relay offers no picture to the one called", LOOK_INTO_THE_LOG):
        await tally.offered.wait()
    await _connected(connection, "the one called")
    advice = "look at the server's log, and whether this machine is overloaded"
    async with within(FIRST_FRAME_WITHIN_S, "connected, but no picture could be decoded", advice):
        await tally.moving.wait()


async def _unless_ended(answering: asyncio.Task[None], work: Coroutine[None, None, None]) -> None:
    """Do the work, but give it up when the offers can't be answered any more, for that one's reason."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait({answering, working}, return_when=asyncio.FIRST_COMPLETED)
        await (answering if answering.done() else working)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _end(answering: asyncio.Task[None], decoding: list[asyncio.Task[None]]) -> None:
    for task in (answering, *decoding):
        task.cancel()
    await asyncio.gather(answering, *decoding, return_exceptions=True)


def _ice(connection: RTCPeerConnection) -> RTCIceTransport:
    """Return the one transport: everything is bundled (RFC 9143)."""
    return connection.getTransceivers()[0].receiver.transport.transport


def _addresses_offered(ice: RTCIceTransport) -> tuple[str, ...]:
    offered = [f"{each.ip}:{each.port}" for each in ice.getRemoteCandidates() if each.protocol == "udp"]
    return tuple(dict.fromkeys(offered))


def _address_used(ice: RTCIceTransport) -> str:
    """Return the relay's end of the nominated pair (RFC 8445 §8.1.1), of which aiortc has no public word."""
    nominated = ice._connection._nominated  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return ", ".join(f"{host}:{port}/udp" for host, port in {pair.remote_addr for pair in nominated.values()})
