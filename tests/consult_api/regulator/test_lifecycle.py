"""The regulator takes every event once, in order, at its own pace."""

import asyncio
import hashlib
from typing import Any

from county import Browser, Running

from consult_api.database import AUDIT, OUTBOX
from consult_api.regulator.lifecycle import SUBSCRIBER, FeedPublisher
from consult_api.regulator.rules import FIRST_LINK
from consult_api.regulator.tables import FEED
from runtime.outbox import Courier


async def published(service: Running) -> None:
    """Wait until every event is in the feed."""
    waiting = True
    async with asyncio.timeout(30):
        while waiting:
            rows = await service.rows(OUTBOX.delivery)
            waiting = any(row["state"] == "open" for row in rows if row["subscriber"] == SUBSCRIBER)


async def taken(reader: Browser, limit: int = 2) -> list[dict[str, Any]]:
    """Take all that there is, a few at a time."""
    events: list[dict[str, Any]] = []
    number = 0
    while True:
        page = await reader.answer("GET", f"/regulator/events?after={number}&limit={limit}")
        if not page["events"]:
            return events
        events += page["events"]
        number = page["next"]


async def test_every_event_is_there_once_without_gaps_and_in_order(service: Running) -> None:
    await service.awaiting_report()
    await published(service)
    events = await taken(service.machine("regulator"))
    outbox = await service.rows(OUTBOX.outbox)
    assert [event["number"] for event in events] == list(range(1, len(outbox) + 1))
    assert sorted(event["event_id"] for event in events) == sorted(row["event_id"] for row in outbox)
    for about in {event["about_id"] for event in events}:
        seqs = [event["seq"] for event in events if event["about_id"] == about]
        assert seqs == list(range(1, len(seqs) + 1))


async def test_whoever_keeps_the_events_can_check_that_none_was_changed_or_left_out(
    service: Running,
) -> None:
    await service.submitted()
    await published(service)
    chain = FIRST_LINK
    for event in await taken(service.machine("regulator")):
        assert hashlib.sha256(event["payload"].encode()).hexdigest() == event["sha256"]
        said = f"{chain}|{event['number']}|{event['event_id']}|{event['sha256']}"
        chain = hashlib.sha256(said.encode()).hexdigest()
        assert chain == event["chain"]


async def test_two_publishers_give_each_event_one_number(service: Running) -> None:
    surroundings = service.service.surroundings
    publisher = FeedPublisher(surroundings.database, service.clock)
    others = [
        Courier(surroundings.database, OUTBOX, SUBSCRIBER, publisher.deliver, service.clock) for _ in range(2)
    ]
    tang = await service.login("tang")
    for serial in range(1, 8):
        await service.patient(tang, serial)
        await asyncio.gather(*(other.drain_once() for other in others))
    await published(service)
    numbers = [row["number"] for row in await service.rows(FEED)]
    assert numbers == list(range(1, 8))


async def test_a_reader_that_never_comes_holds_nothing_up_and_one_that_comes_is_seen(
    service: Running,
) -> None:
    await service.submitted()
    await published(service)
    an = await service.login("an")
    before = await an.answer("GET", "/write-back")
    assert before["regulator"]["readers"] == []
    assert before["regulator"]["head"] > 0
    reader = service.machine("regulator")
    await reader.answer("GET", "/regulator/events?after=1&limit=1")
    [seen] = (await an.answer("GET", "/write-back"))["regulator"]["readers"]
    assert (seen["taken"], seen["behind"]) == (1, before["regulator"]["head"] - 1)
    acts = [row for row in await service.rows(AUDIT.entry) if row["subtype"] == "regulator.take"]
    assert [row["entity_id"] for row in acts] == ["2-2"]


async def test_only_a_token_of_its_scope_opens_the_feed(embedded: Running) -> None:
    for scope in ("api", "fhir", "dicomweb", "whip"):
        refused = await embedded.machine(scope).refusal("GET", "/regulator/events")
        assert refused == (403, "access/denied")
    refused = await (await embedded.login("guo")).refusal("GET", "/regulator/events")
    assert refused == (403, "access/denied")
    too_many = await embedded.machine("regulator").request("GET", "/api/regulator/events?limit=501")
    assert too_many.status_code == 422
