"""Real Chromium pages through the real relay: what a doctor and a specialist would see and hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from lossy_link import LossyLink
from playwright.async_api import Browser, Page, async_playwright

from wire.envelope import Acknowledged
from wire.media import PublishedTrack, RestartIce, SubscribeOffered

PAGE = (Path(__file__).parent / "browser_page.html").read_text()
ROOM = "room-1"
PATIENCE_S = 40
ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
]


class BrowserParticipant:
    """A page of its own in a context of its own."""

    def __init__(
        self, relay, participant_id: str, page: Page, *, only_tcp: bool = False, link: LossyLink | None = None
    ) -> None:
        self.participant_id = participant_id
        self.page = page
        self._relay = relay
        self._only_tcp = only_tcp
        self._through = link.through if link else str

    async def publish(self) -> None:
        await self._offer("publish()")

    async def restart_publishing(self) -> None:
        await self._offer("offerAgain({ iceRestart: true })")

    async def _offer(self, expression: str) -> None:
        offer = await self.page.evaluate(expression)
        tracks = [PublishedTrack(**track) for track in offer["tracks"]]
        answer = await self._relay.publish(self.participant_id, offer["sdp"], tracks)
        await self.page.evaluate("sdp => takeAnswer(sdp)", self._through(answer))

    async def follow_offers(self) -> None:
        async with self._relay.bus.subscribe(SubscribeOffered, to=ROOM) as offers:
            await self._relay.subscribe(self.participant_id)
            async for offer in offers:
                if offer.participant_id == self.participant_id:
                    script = "([sdp, onlyTcp]) => takeOffer(sdp, onlyTcp)"
                    answer = await self.page.evaluate(script, [self._through(offer.sdp), self._only_tcp])
                    await self._relay.answer(self.participant_id, offer.revision, answer)

    async def inbound(self, kind: str) -> list[dict]:
        return [one for one in await self.page.evaluate("inbound()") if one["kind"] == kind]

    async def sees(self, pictures: int, *, streams: int = 1) -> list[dict]:
        """Wait until that many streams have that many more decoded pictures each."""
        before = {one["mid"]: one["frames"] for one in await self.inbound("video")}
        script = "([before, pictures, streams]) => until(() => seesMore(before, pictures, streams))"
        async with asyncio.timeout(PATIENCE_S):
            await self.page.evaluate(script, [before, pictures, streams])
        return await self.inbound("video")

    async def hears(self) -> None:
        await self.until("(await inbound()).some(one => one.kind === 'audio' && one.energy > 0.01)")

    async def until(self, condition: str) -> None:
        """Wait until a condition of the page holds."""
        async with asyncio.timeout(PATIENCE_S):
            await self.page.evaluate(f"until(async () => {condition})")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def enter(relay, chromium) -> AsyncIterator:
    """Let somebody enter the room with a browser."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        loops = []

        async def enter(participant_id: str, **how) -> BrowserParticipant:
            context = await chromium.new_context()
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(PATIENCE_S * 1000)
            await page.route(
                "http://localhost/", lambda route: route.fulfill(content_type="text/html", body=PAGE)
            )
            await page.goto("http://localhost/")
            one = BrowserParticipant(relay, participant_id, page, **how)
            loops.append(group.create_task(one.follow_offers()))
            return one

        yield enter
        for loop in loops:
            loop.cancel()


@pytest.fixture
async def lossy_link(relay) -> AsyncIterator[LossyLink]:
    """Every twentieth media packet is lost."""
    loop = asyncio.get_running_loop()
    _, link = await loop.create_datagram_endpoint(
        lambda: LossyLink(relay.service.mux.port, loss=0.05, seed=7), local_addr=("127.0.0.1", 0)
    )
    yield link
    link.close()


async def test_doctor_and_specialist_see_and_hear_each_other(enter, relay):
    doctor, specialist = await enter("doctor"), await enter("specialist")
    await doctor.publish()
    await specialist.publish()
    for one in (doctor, specialist):
        (video,) = await one.sees(20)
        assert video["width"] == 640
        await one.hears()
    stats = await relay.stats()
    assert all(one.packets_forwarded > 0 for one in stats.publications)


async def test_a_third_who_comes_late_sees_both_at_once(enter):
    doctor, specialist = await enter("doctor"), await enter("specialist")
    await doctor.publish()
    await specialist.publish()
    await specialist.sees(20)
    late = await enter("coordinator")
    await late.sees(5, streams=2)


async def test_chromium_leaves_300_kbit_per_second(enter):
    doctor, specialist = await enter("doctor"), await enter("specialist")
    await doctor.publish()
    await specialist.sees(5)
    await doctor.until("(await outbound()).available > 900000")


async def test_media_flows_over_tcp_where_no_udp_gets_out(enter, relay):
    doctor, specialist = await enter("doctor"), await enter("specialist", only_tcp=True)
    await doctor.publish()
    await specialist.sees(10)


async def test_lost_packets_are_repeated_both_ways(enter, relay, lossy_link):
    doctor, specialist = await enter("doctor", link=lossy_link), await enter("specialist", link=lossy_link)
    await doctor.publish()
    (video,) = await specialist.sees(150)
    sent = (await doctor.page.evaluate("outbound()"))["video"]
    assert lossy_link.lost > 10
    assert sent["nacks"] > 0
    assert video["nacks"] > 0
    assert video["repeats"] > 0


async def test_ice_restarts_of_both_connections_keep_the_picture(enter, relay):
    doctor, specialist = await enter("doctor"), await enter("specialist")
    await doctor.publish()
    await specialist.sees(5)
    await doctor.restart_publishing()
    question = RestartIce(room_id=ROOM, participant_id="specialist")
    await relay.bus.ask(question, Acknowledged, to="worker-under-test")
    (video,) = await specialist.sees(60)
    assert video["keyFrames"] <= 3


async def test_who_leaves_disappears_and_who_comes_takes_the_place(enter, relay):
    doctor, specialist = await enter("doctor"), await enter("specialist")
    await doctor.publish()
    await specialist.sees(5)
    await relay.drop("doctor")
    colleague = await enter("colleague")
    await colleague.publish()
    await specialist.sees(10)
    assert await specialist.page.evaluate("subscribing.getTransceivers().length") == 2
