"""How the feed's entries are chained."""

from hashlib import sha256

FIRST_LINK = "0" * 64


def link(previous: str, number: int, event_id: str, event_sha256: str) -> str:
    """Return the next link: the hexadecimal SHA-256 of `previous|number|event id|event's SHA-256` in ASCII."""
    return sha256(f"{previous}|{number}|{event_id}|{event_sha256}".encode("ascii")).hexdigest()
