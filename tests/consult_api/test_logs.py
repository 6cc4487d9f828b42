"""Names and numbers that mustn't appear in any log, planted and looked for."""

import io
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog
from county import PASSWORD, PIN, Running, resident_id

from runtime import logs

CANARIES = ("金丝雀", "canary", "13900000000", "Canary Lane", "chirping", resident_id(7))


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that is logged, written as the server writes it, but to memory."""
    written, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:]
    logs.configure(level="debug")
    factory = structlog.WriteLoggerFactory(written)  # pyright: ignore[reportArgumentType]
    structlog.configure(
        **{**structlog.get_config(), "logger_factory": factory, "cache_logger_on_first_use": False}
    )
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(written)
    yield written
    structlog.reset_defaults()
    root.handlers[:] = before


async def test_no_patient_data_reaches_a_log_even_when_the_server_fails(
    service: Running, logged: io.StringIO
) -> None:
    tang, xie = await service.login("tang"), await service.login("xie")
    patient = await service.patient(
        tang, serial=7, name="金丝雀", phone="13900000000", address="1 Canary Lane"
    )
    await tang.refusal("POST", "/patients", {"name": "canary", "resident_id": resident_id(7)})
    await tang.refusal("POST", "/patients", {"name": "canary", "resident_id": resident_id(7)[:-1] + "?"})
    await tang.refusal("POST", "/patients", {"name": {"canary": "chirping"}})
    await tang.answer("GET", "/patients?q=canary")
    consult = await service.consult(tang, patient["id"], question="chirping?")
    consult = await service.move(tang, consult, "submit")
    await service.clock.advance(60)
    await service.service.timers.fire_due()
    consult = await xie.answer("GET", f"/consults/{consult['id']}")
    for event in ("accept", "start_session", "finish"):
        consult = await service.move(xie, consult, event)
    await xie.answer("PUT", f"/consults/{consult['id']}/report-draft", {"findings": "chirping"})
    await service.move(xie, consult, "sign", pin=PIN)
    for courier in service.service.couriers:
        await courier.drain_once()

    async with service.service.surroundings.database.write() as transaction:
        await transaction.connection.exec_driver_sql("ALTER TABLE patients RENAME COLUMN phone TO fax")
    transport = httpx.ASGITransport(app=service.service.mounts["/api"], raise_app_exceptions=False)
    broken = httpx.AsyncClient(transport=transport, base_url="https://county.test", cookies=tang.cookies)
    body = {"name": "金丝雀", "resident_id": resident_id(9), "phone": "13900000000"}
    answer = await broken.post("/api/patients", json=body)
    assert (answer.status_code, answer.json()["code"]) == (500, "server/failed")
    assert "13900000000" not in answer.text

    structlog.get_logger().info("looking")
    written = logged.getvalue()
    for expected in ("request_failed", "timer_fired", "looking"):
        assert expected in written
    for canary in (*CANARIES, resident_id(9), PASSWORD, PIN):
        assert canary not in written
