"""Counting beds."""

from county import Running


async def test_a_count_is_fresh_for_half_an_hour(service: Running) -> None:
    bao = await service.login("bao")
    pools = {one["department_name"]: one for one in await bao.answer("GET", "/beds")}
    assert (pools["heart"]["open"], pools["heart"]["stale"]) == (2, False)
    await service.clock.advance(30 * 60 + 1)
    assert all(one["stale"] for one in await bao.answer("GET", "/beds"))
    count = {"version": 1, "total": 12, "occupied": 7}
    counted = await bao.answer("PUT", f"/beds/{pools['heart']['id']}", count)
    assert (counted["open"], counted["stale"], counted["confirmed_by"]["name"]) == (5, False, "Bao")


async def test_a_count_that_cant_be_or_is_old_is_refused(service: Running) -> None:
    bao = await service.login("bao")
    path = f"/beds/{service.county.pools['heart']}"
    impossible = await bao.refusal("PUT", path, {"version": 1, "total": 1, "occupied": 2})
    assert impossible == (422, "bed/more-occupied-than-total")
    await bao.answer("PUT", path, {"version": 1, "total": 10, "occupied": 2})
    promised = await bao.refusal("PUT", path, {"version": 2, "total": 10, "occupied": 11})
    assert promised == (422, "bed/more-occupied-than-total")
    stale = await bao.refusal("PUT", path, {"version": 1, "total": 10, "occupied": 3})
    assert stale == (409, "bed/stale-version")
