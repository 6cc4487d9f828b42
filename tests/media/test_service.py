"""The relay with real media: two aiortc clients, their packets through the real port on loopback."""

import asyncio
import random
import socket

import av
import numpy as np
import pytest
from aiortc import RTCPeerConnection
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from media.settings import MediaSettings
from wire.envelope import Acknowledged
from wire.media import CloseRoom, ConnectionChanged, PublishedTrack, Subscribe
from wire.problems import Problem


class ColouredTrack(VideoStreamTrack):
    """A picture of one colour."""

    def __init__(self, red: int, green: int, blue: int) -> None:
        super().__init__()
        self._picture = np.full((240, 320, 3), (red, green, blue), dtype=np.uint8)

    async def recv(self) -> av.VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = av.VideoFrame.from_ndarray(self._picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


async def _mean_colour(track, frames: int) -> np.ndarray:
    picture = None
    for _ in range(frames):
        picture = (await track.recv()).to_ndarray(format="rgb24")
    return picture.mean(axis=(0, 1))


async def _tracks(participant, count: int) -> dict:
    found = {}
    for _ in range(count):
        track = await participant.received.get()
        found[track.kind] = track
    return found


async def test_two_participants_see_and_hear_each_other(participant, relay):
    async with asyncio.timeout(30):
        doctor, specialist = participant("doctor"), participant("specialist")
        await doctor.publish(ColouredTrack(200, 30, 30), AudioStreamTrack())
        await specialist.publish(ColouredTrack(30, 30, 200), AudioStreamTrack())
        at_specialist, at_doctor = await _tracks(specialist, 2), await _tracks(doctor, 2)
        red = await _mean_colour(at_specialist["video"], 30)
        blue = await _mean_colour(at_doctor["video"], 30)
        assert red[0] > 150 > 80 > red[2]
        assert blue[2] > 150 > 80 > blue[0]
        heard = await at_specialist["audio"].recv()
        assert heard.sample_rate == 48_000
        stats = await relay.stats()
        assert {one.participant_id for one in stats.publications} == {"doctor", "specialist"}
        assert all(one.packets_forwarded > 0 for one in stats.publications)


HEADS = [b"", b"\x00\x01\x00\x00\x21\x12\xa4\x42", b"\x16\xfe\xfd", b"\x80\x60", b"\x80\xc8"]


async def test_a_storm_of_junk_leaves_the_picture_alone(participant, relay):
    """Empty, short, long, oversized, STUN-like, DTLS-like and RTP-like datagrams from strangers."""
    async with asyncio.timeout(30):
        doctor, specialist = participant("doctor"), participant("specialist")
        await doctor.publish(ColouredTrack(200, 30, 30))
        track = (await _tracks(specialist, 1))["video"]
        await _mean_colour(track, 5)
        draw = random.Random(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for number in range(3000):
                head = draw.choice(
                    [b"", b"\x00\x01\x00\x00\x21\x12\xa4\x42", b"\x16\xfe\xfd", b"\x80\x60", b"\x80\xc8"]
                )
                tail = draw.randbytes(draw.choice([0, 1, 12, 200, 1400, 1501, 9000]))
                stranger.sendto(head + tail, ("127.0.0.1", relay.service.mux.port))
                if number % 100 == 0:
                    await asyncio.sleep(0)
        picture = await _mean_colour(track, 15)
        assert picture[0] > 150
        assert sum(relay.service.mux.dropped.values()) > 0


async def test_who_publishes_more_is_offered_in_one_new_revision(participant, relay):
    async with asyncio.timeout(30):
        doctor, specialist, third = participant("doctor"), participant("specialist"), participant("third")
        await doctor.publish(ColouredTrack(1, 2, 3), AudioStreamTrack())
        await _tracks(specialist, 2)
        await third.publish(AudioStreamTrack())
        await _tracks(specialist, 1)
        assert [offer.revision for offer in specialist.offers] == [1, 2]
        last = specialist.offers[-1]
        assert [(track.participant_id, track.kind) for track in last.tracks] == [
            ("doctor", "video"),
            ("doctor", "audio"),
            ("third", "audio"),
        ]
        assert len({track.mid for track in last.tracks}) == 3


async def test_the_same_message_twice_is_no_harm(participant, relay):
    async with asyncio.timeout(30):
        doctor, specialist = participant("doctor"), participant("specialist")
        await doctor.publish(AudioStreamTrack())
        await _tracks(specialist, 1)
        first = specialist.offers[0]
        answer = await specialist.answered.get()
        await relay.place()
        await relay.subscribe("specialist")
        await relay.answer("specialist", first.revision, answer)
        await relay.drop("doctor")
        await relay.drop("doctor")
        assert (await relay.stats()).publications == []


AUDIO = [PublishedTrack(mid="0", kind="audio", purpose="microphone")]


@pytest.mark.parametrize(
    "sdp", ["", "hello", "v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "v=0" * 100_000]
)
async def test_what_is_no_offer_is_a_problem_and_leaves_nothing_behind(relay, sdp):
    with pytest.raises(Problem) as refused:
        await relay.publish("doctor", sdp, AUDIO)
    assert refused.value.code == "media/sdp-invalid"
    assert (await relay.stats()).publications == []


async def test_an_offer_without_the_named_track_is_a_problem(relay):
    connection = RTCPeerConnection()
    connection.addTrack(AudioStreamTrack())
    await connection.setLocalDescription(await connection.createOffer())
    for track in (
        PublishedTrack(mid="9", kind="audio", purpose="microphone"),
        PublishedTrack(mid="0", kind="video", purpose="camera"),
    ):
        with pytest.raises(Problem) as refused:
            await relay.publish("doctor", connection.localDescription.sdp, [track])
        assert refused.value.code == "media/track-unknown"
    await connection.close()


async def test_only_codecs_that_are_forwarded_are_accepted(relay):
    connection = RTCPeerConnection()
    connection.addTrack(AudioStreamTrack())
    await connection.setLocalDescription(await connection.createOffer())
    sdp = connection.localDescription.sdp.replace("opus/48000", "speex/48000")
    with pytest.raises(Problem) as refused:
        await relay.publish("doctor", sdp, AUDIO)
    assert refused.value.code == "media/sdp-unsupported"
    await connection.close()


async def test_rooms_participants_and_revisions_that_are_not_here_are_problems(relay):
    bus = relay.bus
    with pytest.raises(Problem) as refused:
        await bus.ask(
            Subscribe(room_id="elsewhere", participant_id="x"), Acknowledged, to="worker-under-test"
        )
    assert refused.value.code == "media/room-unknown"
    with pytest.raises(Problem) as refused:
        await relay.answer("nobody", 1, "v=0")
    assert refused.value.code == "media/participant-unknown"
    await relay.subscribe("doctor")
    with pytest.raises(Problem) as refused:
        await relay.answer("doctor", 1, "v=0")
    assert refused.value.code == "media/revision-unknown"


async def test_a_worker_is_ready_while_it_holds_its_port(relay):
    await relay.service.ready()


async def test_closing_a_room_forgets_it(relay):
    await relay.bus.ask(CloseRoom(room_id="room-1"), Acknowledged, to="worker-under-test")
    with pytest.raises(Problem) as refused:
        await relay.stats()
    assert refused.value.code == "media/room-unknown"


class TestFullWorker:
    @pytest.fixture
    def settings(self):
        return MediaSettings(port=0, worker_id="worker-under-test", max_peers=1)

    async def test_a_full_worker_says_so(self, relay):
        await relay.subscribe("doctor")
        with pytest.raises(Problem) as refused:
            await relay.subscribe("specialist")
        assert refused.value.code == "media/worker-full"


class TestShortPatience:
    @pytest.fixture
    def settings(self):
        return MediaSettings(port=0, worker_id="worker-under-test", consent_timeout_s=1.0)

    async def test_a_participant_who_loses_the_line_is_told_about(self, participant, relay):
        async with asyncio.timeout(30):
            async with relay.bus.subscribe(ConnectionChanged, to="room-1") as changes:
                doctor = participant("doctor")
                await doctor.publish(AudioStreamTrack())
                async for change in changes:
                    if change.state == "connected":
                        break
                await doctor.publishing.close()
                async for change in changes:
                    if change.state == "disconnected":
                        break
            assert (change.participant_id, change.direction) == ("doctor", "publish")
