"""Putting write-back together from the settings: which subscribers there are, and their couriers."""

from dataclasses import dataclass
from uuid import UUID

from consult_api.health_record.delivery.clients import EmbeddedRecord, HttpRecord, RecordClient
from consult_api.health_record.delivery.reconciler import Reconciler
from consult_api.health_record.delivery.writer import RecordWriter
from consult_api.health_record.mapping.county import County
from runtime.audit import AuditTables
from runtime.clock import Clock
from runtime.database import Database
from runtime.outbox import Courier, OutboxTables
from wire.problems import Kind, Problem

BUILT_IN, OUTSIDE = "record", "record-external"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettings:
    """What can be set of the record.

    Attributes:
        county_namespace: all ids in the record are made from it; it never changes for a county.
        dicomweb_url: where others reach the images, `https://host/dicomweb`.
        record_url: `embedded`, or the base of an outside FHIR server that gets every bundle as well.
        record_token: sent to the outside server as Bearer.
    """

    county_namespace: UUID
    dicomweb_url: str
    record_url: str = "embedded"
    record_token: str = ""

    @property
    def county(self) -> County:
        """How this county names things."""
        return County(namespace=self.county_namespace, dicomweb_url=self.dicomweb_url)


def subscribers(record_url: str) -> tuple[str, ...]:
    """Return the outbox subscribers that events for the record must be addressed to.

    Raises:
        Problem: `settings/record-url` for any other scheme.
    """
    if record_url in ("embedded", "embedded:"):
        return (BUILT_IN,)
    if record_url.startswith(("http://", "https://")):
        return (BUILT_IN, OUTSIDE)
    raise Problem(
        "settings/record-url", Kind.INVALID, "RECORD_URL must be embedded, or begin with http:// or https://."
    )


def couriers(
    settings: RecordSettings,
    *,
    database: Database,
    outbox: OutboxTables,
    audit_tables: AuditTables,
    clock: Clock,
) -> list[Courier]:
    """Build a courier for each subscriber; the service runs them supervised."""
    built: list[Courier] = []
    for subscriber in subscribers(settings.record_url):
        client = _client(settings, subscriber, database, audit_tables, clock)
        writer = RecordWriter(database, subscriber, client, settings.county, clock)
        built.append(Courier(database, outbox, subscriber, writer.deliver, clock))
    return built


def reconcilers(
    settings: RecordSettings, *, database: Database, audit_tables: AuditTables, clock: Clock
) -> list[Reconciler]:
    """Build a reconciler for each subscriber; the service runs them supervised."""
    return [
        Reconciler(
            database,
            subscriber,
            _client(settings, subscriber, database, audit_tables, clock),
            settings.county,
            clock,
        )
        for subscriber in subscribers(settings.record_url)
    ]


def _client(
    settings: RecordSettings, subscriber: str, database: Database, audit_tables: AuditTables, clock: Clock
) -> RecordClient:
    if subscriber == BUILT_IN:
        return EmbeddedRecord(database, audit_tables, clock, settings.county.system("patient"))
    return HttpRecord(settings.record_url, token=settings.record_token)
