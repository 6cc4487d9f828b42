"""What can be set for this service. Only `server.settings` reads the environment."""

from dataclasses import dataclass
from datetime import timedelta, timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultApiSettings:
    """Defaults are those of `clinical.md`; a county may choose others.

    Attributes:
        session_idle: a login ends after this long without a request.
        session_longest: a login ends after this long in any case.
        access_after_close: how long those who answered go on seeing the patient.
        access_after_refusal: how long those who were only asked do, so that their page can tell them why.
        county_time: the county's time zone, for working hours and days.
        allowed_origins: origins besides the server's own from which a browser may change something.
        county: the county's domain name; all ids in the shared health record come from it, so it never changes.
        record_url: `embedded:`, or the base of an outside FHIR server that gets every bundle as well.
        record_token: sent to that server as Bearer.
        dicomweb_url: where others reach the images.
    """

    session_idle: timedelta = timedelta(hours=12)
    session_longest: timedelta = timedelta(days=7)
    access_after_close: timedelta = timedelta(days=30)
    access_after_refusal: timedelta = timedelta(minutes=10)
    county_time: timezone = timezone(timedelta(hours=8), "Asia/Shanghai")
    allowed_origins: frozenset[str] = frozenset()
    county: str = "demo.lianzhen.invalid"
    record_url: str = "embedded:"
    record_token: str = ""
    dicomweb_url: str = "/dicomweb"
