"""What this service refuses, and with which code.

Problem
├── session/…    wrong-credentials, wrong-password, expired, too-many-attempts
├── access/…     denied
├── request/…    invalid, idempotency-key-reused, foreign-origin
├── patient/…    not-found, resident-id-invalid, identity-conflict, sex-missing
├── department/… not-found, nobody-on-duty, name-taken
├── credential/… not-valid, not-found, number-taken, own, expired
├── import/…     empty, too-large, not-csv, encoding, unreadable, too-many-rows, and those of single cells
├── evidence/…   not-found, unknown-type, too-large, empty
├── person/…     not-found, not-yours, stale-version, username-taken, role-not-yours, role-held, yourself
├── institution/… not-found, not-yours, stale-version, credit-code-invalid, identifier-invalid, …
├── roster/…     not-found, not-yours, span-invalid, over, cannot-answer, overlaps, same-week
├── consult/…    not-found, stale-version, not-allowed-now, not-yours, already-signed, wrong-pin, …
├── study/…      patient-differs, not-visible
├── referral/…   not-found, stale-version, not-allowed-now, not-yours, already-open, no-destination, …
├── printing/…   no-chinese-font
├── delivery/…   not-found
└── bed/…        not-found, stale-version, none-open, promised
├── break-glass/… not-found, not-needed, wrong-pin, no-pin, not-yours, already-reviewed, already-over
└── bed/…        not-found, stale-version, none-open
"""

from wire.problems import Kind, Problem


def wrong_credentials() -> Problem:
    """The same answer for an unknown name, a wrong password and a disabled person."""
    return Problem("session/wrong-credentials", Kind.UNAUTHENTICATED, "The name or the password is wrong.")


def session_expired() -> Problem:
    """No login, or one that has ended."""
    return Problem("session/expired", Kind.UNAUTHENTICATED, "Please log in again.")


def too_many_attempts(wait_s: int) -> Problem:
    """Too many failed tries; the next may be made after `wait_s` seconds."""
    return Problem(
        "session/too-many-attempts",
        Kind.TOO_MANY,
        "Too many failed tries.",
        parameters={"retry_after_s": wait_s},
    )


def access_denied() -> Problem:
    """What was asked for is not the actor's to have."""
    return Problem("access/denied", Kind.FORBIDDEN, "You may not see or do this.")


def foreign_origin() -> Problem:
    """A browser page of another site tried to change something."""
    return Problem("request/foreign-origin", Kind.FORBIDDEN, "This page may not change anything here.")


def idempotency_key_reused() -> Problem:
    """The same key came with another request."""
    return Problem(
        "request/idempotency-key-reused",
        Kind.UNPROCESSABLE,
        "This Idempotency-Key was used for another request.",
    )


def not_found(area: str) -> Problem:
    """There is none such, or the actor may not know that there is. `area` is `patient`, `consult`, …."""
    return Problem(f"{area}/not-found", Kind.NOT_FOUND, f"There is no such {area} that you may see.")


def ambiguous(area: str) -> Problem:
    """Several answer to what was asked for."""
    return Problem(f"{area}/ambiguous", Kind.CONFLICT, f"Several answer to this {area}.")


def resident_id_invalid(reason: str) -> Problem:
    """The resident ID can't be right; `reason` is `length`, `characters`, `birth-date`, `checksum` or `sex`."""
    return Problem(
        "patient/resident-id-invalid",
        Kind.UNPROCESSABLE,
        "The resident ID is not valid.",
        parameters={"reason": reason},
    )


def identity_conflict(field: str) -> Problem:
    """A registered patient with this resident ID differs in something that should be the same."""
    return Problem(
        "patient/identity-conflict",
        Kind.CONFLICT,
        "A registered patient with this resident ID differs.",
        parameters={"field": field},
    )


def sex_missing() -> Problem:
    """Without a resident ID the sex must be given."""
    return Problem("patient/sex-missing", Kind.UNPROCESSABLE, "Without a resident ID the sex is needed.")


def nobody_on_duty() -> Problem:
    """Nobody of the department can be rung, not even its director."""
    return Problem("department/nobody-on-duty", Kind.UNPROCESSABLE, "Nobody of this department can be rung.")


def credential_not_valid(reason: str) -> Problem:
    """The practice certificate is missing, unverified or expired."""
    return Problem(
        "credential/not-valid",
        Kind.FORBIDDEN,
        "Your practice certificate doesn't allow this.",
        parameters={"reason": reason},
    )


def stale_version(area: str) -> Problem:
    """Somebody else, or another tab, was faster."""
    return Problem(f"{area}/stale-version", Kind.CONFLICT, f"The {area} has changed since you saw it.")


def not_allowed_now(area: str, state: str, event: str) -> Problem:
    """The state knows no such event."""
    return Problem(
        f"{area}/not-allowed-now",
        Kind.CONFLICT,
        f"The {area} doesn't allow this in its present state.",
        parameters={"state": state, "event": event},
    )


def not_yours(area: str, event: str) -> Problem:
    """The event belongs to somebody else's part."""
    return Problem(
        f"{area}/not-yours",
        Kind.FORBIDDEN,
        f"This step of the {area} is not yours.",
        parameters={"event": event},
    )
