"""The retransmission payload format (RFC 4588 §4): the original sequence number, then the original payload."""


def wrap(sequence: int, payload: bytes) -> bytes:
    """Return the RTX payload for a packet that was sent with this sequence number."""
    return (sequence & 0xFFFF).to_bytes(2, "big") + payload


def unwrap(payload: bytes) -> tuple[int, bytes] | None:
    """Return (original sequence number, original payload), or None for a probe that carries nothing."""
    if len(payload) <= 2:
        return None
    return int.from_bytes(payload[:2], "big"), payload[2:]
