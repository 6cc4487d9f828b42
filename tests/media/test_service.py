"""The relay with real media: two aiortc clients, their packets through the real port on loopback."""

import asyncio

import av
import numpy as np
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack


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
