"""What can be set for this service. Only `server.settings` reads the environment."""

from dataclasses import dataclass
from datetime import timedelta, timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultApiSettings:
    """Defaults are those of `clinical.md`; a county may choose others.

    Attributes:
        secure_cookie: send the session cookie only over TLS; off only where the host is loopback.
        session_idle: a login ends after this long without a request.
        session_longest: a login ends after this long in any case.
        access_after_close: how long a consult's participants go on seeing the patient.
        county_time: the county's time zone, for working hours and days.
        allowed_origins: origins besides the server's own from which a browser may change something.
    """

    secure_cookie: bool = True
    session_idle: timedelta = timedelta(hours=12)
    session_longest: timedelta = timedelta(days=7)
    access_after_close: timedelta = timedelta(days=30)
    county_time: timezone = timezone(timedelta(hours=8), "Asia/Shanghai")
    allowed_origins: frozenset[str] = frozenset()
