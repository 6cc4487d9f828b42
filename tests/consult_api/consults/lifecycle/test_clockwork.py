"""The ladder and the deadlines by the clock, also over a restart of the service."""

from pathlib import Path

import pytest
from county import PEOPLE, County, Running, running
from manual_clock import ManualClock

from consult_api.consults.tables import CONSULT_HISTORY
from consult_api.timers import TIMERS
from runtime.bus import Bus
from wire.clinical import Changed


async def ringing(service: Running, consult_id: str) -> set[str]:
    tang = await service.login("tang")
    consult = await tang.answer("GET", f"/consults/{consult_id}")
    return {offer["person"]["name"] for offer in consult["offers"] if offer["status"] == "ringing"}


async def test_an_unanswered_emergent_consult_climbs_to_the_director(service: Running) -> None:
    consult = await service.submitted()
    seen = [await ringing(service, consult["id"])]
    for seconds in (59, 1, 60, 60):
        await service.clock.advance(seconds)
        await service.service.timers.fire_due()
        seen.append(await ringing(service, consult["id"]))
    assert seen == [
        {"Xie", "Xu"},
        {"Xie", "Xu"},
        {"Xie", "Xu", "Xing"},
        {"Xie", "Xu", "Xing"},  # there is no third tier tonight
        {"Xie", "Xu", "Xing", "Duan"},
    ]
    tang = await service.login("tang")
    consult = await tang.answer("GET", f"/consults/{consult['id']}")
    [director] = [offer for offer in consult["offers"] if offer["is_director"]]
    assert director["by_phone"] is True
    assert director["phone"] == f"139{list(PEOPLE).index('duan'):08d}"
    assert consult["deadlines"]["escalate_at"] is None
    assert (await service.move(await service.login("duan"), consult, "accept"))["state"] == "accepted"


async def test_the_ladder_climbs_on_after_a_restart(
    county_database: tuple[str, County], clock: ManualClock, bus: Bus, tmp_path: Path
) -> None:
    url, county = county_database
    async with running(url, county, clock, bus, tmp_path) as before:
        consult = await before.submitted()
    await clock.advance(90)
    async with running(url, county, clock, bus, tmp_path) as after:
        await after.service.timers.fire_due()
        assert await ringing(after, consult["id"]) == {"Xie", "Xu", "Xing"}
        assert await after.service.timers.fire_due() == 0


async def test_two_processes_fire_a_timer_once(
    county_database: tuple[str, County], clock: ManualClock, bus: Bus, tmp_path: Path
) -> None:
    url, county = county_database
    async with (
        running(url, county, clock, bus, tmp_path) as one,
        running(url, county, clock, bus, tmp_path) as other,
    ):
        await one.submitted()
        await clock.advance(60)
        await one.service.timers.fire_due()
        await other.service.timers.fire_due()
        events = [row["event"] for row in await one.rows(CONSULT_HISTORY)]
        assert events == ["submit", "offer", "escalate"]


async def test_an_accepted_consult_doesnt_ring_on(service: Running) -> None:
    consult = await service.submitted()
    await service.move(await service.login("xie"), consult, "accept")
    await service.clock.advance(3600)
    await service.service.timers.fire_due()
    running = [row["aggregate"] for row in await service.rows(TIMERS) if row["done_at"] is None]
    assert not [aggregate for aggregate in running if aggregate.startswith("consult/")]
    assert await ringing(service, consult["id"]) == set()


@pytest.mark.parametrize(("urgency", "breach_s"), [("emergent", 600), ("urgent", 7200), ("routine", 86400)])
async def test_a_missed_deadline_is_told_to_both_sides(
    embedded: Running, urgency: str, breach_s: int
) -> None:
    await embedded.submitted(urgency=urgency)
    async with embedded.bus.subscribe(Changed) as hints:
        await embedded.clock.advance(breach_s)
        await embedded.service.timers.fire_due()
        told: list[Changed] = []
        async for hint in hints:
            told.append(hint)
            if len([one for one in told if one.reason == "breached"]) == 2:
                break
    breached = {hint.institution_ids[0] for hint in told if hint.reason == "breached"}
    assert breached == {embedded.county.institutions["stone"], embedded.county.institutions["hospital"]}
