"""Tickets into a consult's room."""

import json

from county import Running
from joserfc import jwt
from joserfc.jwk import KeySet

from wire.clinical import TicketKeys, TicketKeysQuestion
from wire.tickets import JoinTicket


async def test_both_sides_get_a_ticket_for_the_same_room_and_a_minute(service: Running) -> None:
    consult = await service.submitted()
    xie, tang = await service.login("xie"), await service.login("tang")
    consult = await service.move(xie, consult, "accept")
    keys = KeySet.import_key_set(json.loads((await service.bus.ask(TicketKeysQuestion(), TicketKeys)).jwks))
    tickets: list[JoinTicket] = []
    for browser in (xie, tang, tang):
        answer = await browser.answer("POST", f"/consults/{consult['id']}/room-ticket")
        token = jwt.decode(answer["ticket"], keys, algorithms=["ES256"])
        tickets.append(JoinTicket.model_validate(token.claims))
    assert {ticket.room for ticket in tickets} == {consult["room_id"]}
    assert [ticket.role for ticket in tickets] == ["specialist", "requester", "requester"]
    assert [ticket.exp - ticket.iat for ticket in tickets] == [60, 60, 60]
    assert len({ticket.jti for ticket in tickets}) == 3


async def test_the_published_keys_hold_no_secret(embedded: Running) -> None:
    jwks = json.loads((await embedded.bus.ask(TicketKeysQuestion(), TicketKeys)).jwks)
    assert [key["crv"] for key in jwks["keys"]] == ["P-256"]
    assert all("d" not in key for key in jwks["keys"])


async def test_no_ticket_for_others_nor_without_a_meeting(service: Running) -> None:
    consult = await service.submitted()
    path = f"/consults/{consult['id']}/room-ticket"
    tang, xie, xu, bai = [await service.login(name) for name in ("tang", "xie", "xu", "bai")]
    assert await tang.refusal("POST", path) == (409, "consult/no-meeting-now")
    await service.move(xie, consult, "accept")
    assert await xu.refusal("POST", path) == (403, "consult/not-yours")
    assert await bai.refusal("POST", path) == (404, "consult/not-found")
