"""The clinical service: `/api`, `/fhir`, the questions it answers on the bus, its clocks and its couriers."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import ASGIApp

from consult_api import errors
from consult_api.access import Actor
from consult_api.api import VERSION, build_app
from consult_api.beds.lifecycle import BedClock
from consult_api.consults.lifecycle.clockwork import ConsultClock
from consult_api.consults.lifecycle.imaging_link import StudyAccessAnswers, StudyArrivals
from consult_api.database import AUDIT, OUTBOX
from consult_api.directory.lifecycle.ticket_keys import TicketKeyAnswers, ensure_key
from consult_api.directory.queries import Identification
from consult_api.health_record.delivery.assembly import (
    RecordSettings,
    couriers,
    reconcilers,
    subscribers,
)
from consult_api.health_record.delivery.reconciler import Reconciler
from consult_api.health_record.edge import RecordSurroundings
from consult_api.health_record.routes import build_record_app
from consult_api.oversight.lifecycle.break_glass import ReviewClock
from consult_api.referrals.lifecycle.clockwork import ReferralClock
from consult_api.regulator.lifecycle import SUBSCRIBER as REGULATOR
from consult_api.regulator.lifecycle import FeedPublisher
from consult_api.request import Surroundings, credential_of
from consult_api.settings import ConsultApiSettings
from consult_api.timers import TimerWorker
from consult_api.write_back.lifecycle import NightlyReconciliation
from runtime.database import Database
from runtime.migrations import check
from runtime.outbox import Courier
from runtime.service import Machine
from runtime.supervision import in_background
from wire.clinical import StudyAccessQuestion, TicketKeysQuestion
from wire.imaging import StudyReceived

NAME = "consult_api"
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class _RecordLogin:
    """Finds out who asks the record, in the same way as `/api` does."""

    identification: Identification
    machine: Machine

    async def __call__(self, request: Request, connection: AsyncConnection) -> Actor:
        credential = credential_of(request)
        now = self.machine.clock.now()
        actor = await self.identification(connection, credential, now, touch=False) if credential else None
        if actor is None:
            raise errors.session_expired()
        return actor


class ConsultApi:
    """The service as a process runs it."""

    name = NAME

    def __init__(
        self,
        machine: Machine,
        surroundings: Surroundings,
        record: ASGIApp,
        carriers: Sequence[Courier],
        comparers: Sequence[Reconciler],
    ) -> None:
        self.surroundings = surroundings
        self.nightly = NightlyReconciliation(surroundings)
        self.timers = TimerWorker(
            surroundings.database,
            machine.clock,
            {
                "consult": ConsultClock(surroundings),
                "referral": ReferralClock(surroundings),
                "bed": BedClock(surroundings),
                "record": self.nightly,
                "break_glass": ReviewClock(surroundings),
            },
        )
        self.couriers = carriers
        self.reconcilers = comparers
        self._machine = machine
        app = build_app()
        app.state.surroundings = surroundings
        self.mounts: Mapping[str, ASGIApp] = {"/api": app, "/fhir": record}

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Answer on the bus, fire timers and carry the outbox while open; the database is closed at the end."""
        surroundings, bus = self.surroundings, self._machine.bus
        async with surroundings.database.write() as transaction:
            await ensure_key(transaction, surroundings.clock.now())
            await self.nightly.schedule(transaction)
        clock = self._machine.clock
        async with AsyncExitStack() as stack:
            stack.push_async_callback(surroundings.database.close)
            await stack.enter_async_context(
                in_background("timers", self.timers.run, clock, stop=self.timers.stop)
            )
            for number, courier in enumerate(self.couriers):
                await stack.enter_async_context(
                    in_background(f"courier-{number}", courier.run, clock, stop=courier.stop)
                )
            for number, reconciler in enumerate(self.reconcilers):
                await stack.enter_async_context(
                    in_background(f"reconciler-{number}", reconciler.run, clock, stop=reconciler.stop)
                )
            await stack.enter_async_context(bus.serve(StudyAccessQuestion, StudyAccessAnswers(surroundings)))
            await stack.enter_async_context(
                bus.serve(TicketKeysQuestion, TicketKeyAnswers(surroundings.database))
            )
            await stack.enter_async_context(bus.serve(StudyReceived, StudyArrivals(surroundings)))
            stack.callback(surroundings.closing.set)
            yield

    async def ready(self) -> None:
        """Return when the database is reachable and of this program's version.

        Raises:
            Problem: `database/version`.
        """
        await check(self.surroundings.database, MIGRATIONS)


async def build(machine: Machine, settings: ConsultApiSettings) -> ConsultApi:
    """Build the service; its tables must have been migrated before it runs."""
    database = Database.open(machine.database_url, NAME)
    identification = Identification(settings)
    record_settings = RecordSettings(
        county_namespace=uuid5(NAMESPACE_DNS, settings.county),
        dicomweb_url=settings.dicomweb_url,
        record_url=settings.record_url,
        record_token=settings.record_token,
    )
    carriers = couriers(
        record_settings, database=database, outbox=OUTBOX, audit_tables=AUDIT, clock=machine.clock
    )

    publisher = FeedPublisher(database, machine.clock)
    carriers.append(Courier(database, OUTBOX, REGULATOR, publisher.deliver, machine.clock))
    comparers = reconcilers(record_settings, database=database, audit_tables=AUDIT, clock=machine.clock)

    def nudge() -> None:
        for worker in (*carriers, *comparers):
            worker.nudge()

    surroundings = Surroundings(
        database=database,
        bus=machine.bus,
        blobs=machine.blobs,
        clock=machine.clock,
        settings=settings,
        identify=identification,
        record_subscribers=(*subscribers(settings.record_url), REGULATOR),
        nudge_couriers=nudge,
    )
    record = build_record_app(
        RecordSurroundings(
            database=database,
            audit_tables=AUDIT,
            clock=machine.clock,
            authenticate=_RecordLogin(identification, machine),
            patient_system=record_settings.county.system("patient"),
            software_version=VERSION,
        )
    )
    return ConsultApi(machine, surroundings, record, carriers, comparers)
