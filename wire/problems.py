"""One way to say that something can't be done, from the database to the browser.

A `Problem` carries a stable `code` (`consult/already-signed`) that the client turns into words in the user's
language, and a `kind` that decides the HTTP status (RFC 9110 §15, RFC 9457) and the WebSocket close code
(RFC 6455 §7.4.2, private range 4000-4999). Neither `detail` nor `parameters` ever hold patient data.
"""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What went wrong, as far as the other side has to act on it."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    NOT_ACCEPTABLE = "not_acceptable"
    CONFLICT = "conflict"
    GONE = "gone"
    STALE = "stale"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    UNPROCESSABLE = "unprocessable"
    TOO_MANY = "too_many"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    STORAGE_FULL = "storage_full"


HTTP_STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_MANY: 429,
    Kind.INTERNAL: 500,
    Kind.UNAVAILABLE: 503,
    Kind.STORAGE_FULL: 507,
}


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem, and so does every page of the project
    """Something that can't be done, with a reason that may be shown to anybody.

    Args:
        code: stable, `area/what-happened`; the locales have a text for each.
        kind: decides the HTTP status and the close code.
        detail: one English sentence for developers; never patient data.
        parameters: values for the locale's text; never patient data.
        context: for the log only; never patient data.
    """

    def __init__(
        self,
        code: str,
        kind: Kind,
        detail: str,
        *,
        parameters: Mapping[str, str | int] | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.kind = kind
        self.detail = detail
        self.parameters: dict[str, str | int] = dict(parameters or {})
        self.context: dict[str, str] = dict(context or {})

    @property
    def http_status(self) -> int:
        """The HTTP status of this problem."""
        return HTTP_STATUS[self.kind]

    @property
    def close_code(self) -> int:
        """The WebSocket close code: 4000 plus the HTTP status, 4401 for a missing login."""
        return 4000 + HTTP_STATUS[self.kind]
