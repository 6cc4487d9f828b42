import pytest
from lianzhen_server import LianzhenServer
from manual_clock import ManualClock

from runtime.clock import SystemClock
from server.doctor.front import check_clock, check_ready, open_client, reachable_host
from wire.problems import Problem


@pytest.mark.parametrize(
    ("listening", "reached"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("192.0.2.7", "192.0.2.7"), ("2001:db8::7", "[2001:db8::7]")],
)
def test_a_listener_on_every_address_is_reached_by_loopback(listening: str, reached: str):
    assert reachable_host(listening) == reached


async def test_a_clock_that_is_wrong_is_told_by_how_much(embedded_county: LianzhenServer, clock: ManualClock):
    async with open_client(embedded_county.base_url) as client:
        assert "s between this machine and the server" in await check_clock(client, SystemClock())
        with pytest.raises(Problem) as told:
            await check_clock(client, clock)
    assert "s apart: set both by NTP." in told.value.detail


async def test_proxies_of_the_environment_are_left_aside(
    embedded_county: LianzhenServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALL_PROXY", "http://192.0.2.1:9")
    async with open_client(embedded_county.base_url) as client:
        assert await check_ready(client) == "every service of it can work"
