"""Join tickets, by what arrives and who signed it."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from manual_clock import ManualClock
from ticket_office import TicketOffice

from runtime.bus import Bus
from runtime.bus.memory import MemoryBus
from signaling.settings import SignalingSettings
from signaling.tickets import TicketGate
from wire.clinical import TicketKeys, TicketKeysQuestion
from wire.problems import Problem

QUICK = SignalingSettings(keys_timeout_s=0.05)


@pytest.fixture
async def gate(bus: Bus, office: TicketOffice, clock: ManualClock) -> TicketGate:
    return TicketGate(bus, clock, QUICK)


async def refusal(gate: TicketGate, token: str) -> str:
    with pytest.raises(Problem) as refused:
        await gate.admit(token)
    return refused.value.code


async def test_ticket_says_who_where_and_as_what(gate: TicketGate, office: TicketOffice) -> None:
    ticket = await gate.admit(office.ticket("specialist", role="specialist", name="王主任"))
    assert (ticket.sub, ticket.room, ticket.role, ticket.name) == (
        "specialist",
        "room-1",
        "specialist",
        "王主任",
    )


async def test_ticket_is_good_until_its_last_second(
    gate: TicketGate, office: TicketOffice, clock: ManualClock
) -> None:
    early, late = office.ticket(), office.ticket()
    clock.shift(59)
    await gate.admit(early)
    clock.shift(1)
    assert await refusal(gate, late) == "ticket/expired"


async def test_used_ticket_stays_used_until_it_has_expired(
    gate: TicketGate, office: TicketOffice, clock: ManualClock
) -> None:
    token = office.ticket()
    await gate.admit(token)
    for _ in range(59):
        clock.shift(1)
        await gate.admit(office.ticket())
        assert await refusal(gate, token) == "ticket/used"
    clock.shift(1)
    assert await refusal(gate, token) == "ticket/expired"


def forged(algorithm: str, payload: str, secret: bytes) -> str:
    """Return a token over the payload under another algorithm, with the public key as the shared secret."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).decode().rstrip("=")
    signed = f"{header}.{payload}"
    mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest() if secret else b""
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


async def test_other_algorithms_are_refused_even_with_the_public_key_as_their_secret(
    gate: TicketGate, office: TicketOffice
) -> None:
    payload = office.ticket().split(".")[1]
    public = office.key.as_pem(private=False)
    assert await refusal(gate, forged("HS256", payload, public)) == "ticket/invalid"
    assert await refusal(gate, forged("none", payload, b"")) == "ticket/invalid"


async def test_unknown_keys_are_asked_for_once_in_a_while_only(bus: Bus, clock: ManualClock) -> None:
    office, asked = TicketOffice(clock), list[TicketKeysQuestion]()

    async def keys(question: TicketKeysQuestion) -> TicketKeys:
        asked.append(question)
        return await office.keys(question)

    stranger = ECKey.generate_key("P-256", {"kid": "stranger"}, private=True)
    async with bus.serve(TicketKeysQuestion, keys):
        gate = TicketGate(bus, clock, QUICK)
        for _ in range(20):
            assert await refusal(gate, office.ticket(key=stranger)) == "ticket/invalid"
        assert len(asked) == 1
        await clock.advance(6)
        assert await refusal(gate, office.ticket(key=stranger)) == "ticket/invalid"
        assert len(asked) == 2


async def test_known_keys_go_on_working_while_the_clinical_service_is_away(
    bus: Bus, clock: ManualClock
) -> None:
    office, gate = TicketOffice(clock), TicketGate(bus, clock, QUICK)
    assert await refusal(gate, office.ticket()) == "ticket/keys-unavailable"
    async with bus.serve(TicketKeysQuestion, office.keys):
        await gate.admit(office.ticket())
    await clock.advance(3600)
    await gate.admit(office.ticket())


@given(token=st.text(max_size=200) | st.from_regex(r"\A[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){2}\Z"))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_junk_raises_anything_but_a_problem(token: str, clock: ManualClock) -> None:
    bus, office = MemoryBus(), TicketOffice(clock)
    async with bus.serve(TicketKeysQuestion, office.keys):
        assert await refusal(TicketGate(bus, clock, QUICK), token) == "ticket/invalid"
