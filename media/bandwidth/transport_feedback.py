"""Transport-wide congestion control feedback: when each of a publisher's packets arrived.

draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1. The browser does the estimation; without any
feedback Chromium stays at 300 kbit/s.
"""

import struct

from media.rtp.sequence import Unwrapper

INTERVAL_S = 0.1
_TICK_S = 0.00025
_REFERENCE_TICKS = 256  # 64 ms
_PACKETS_AT_MOST = 400
_SPAN_AT_MOST = 4000
_SMALL, _LARGE = 1, 2


class ArrivalLog:
    """Collects arrivals of one connection and writes them as feedback messages."""

    __slots__ = ("_arrivals", "_count", "_next_base", "_unwrapper", "due_at")

    def __init__(self) -> None:
        self._unwrapper = Unwrapper()
        self._arrivals: dict[int, int] = {}
        self._next_base = -1
        self._count = 0
        self.due_at = 0.0

    def arrived(self, sequence: int, now: float) -> None:
        """Note a packet by its transport-wide number."""
        number = self._unwrapper.extend(sequence)
        if number >= self._next_base:
            self._arrivals.setdefault(number, int(now / _TICK_S))

    def take(self, sender_ssrc: int, media_ssrc: int, now: float) -> list[bytes]:
        """Return the messages for what has arrived since the last call; gaps count as not received."""
        self.due_at = now + INTERVAL_S
        if not self._arrivals:
            return []
        numbers = sorted(self._arrivals)
        base = max(numbers[0], numbers[-1] - _SPAN_AT_MOST)
        if 0 <= self._next_base < base and base - self._next_base < _PACKETS_AT_MOST:
            base = self._next_base
        messages: list[bytes] = []
        while base <= numbers[-1]:
            end = min(base + _PACKETS_AT_MOST, numbers[-1] + 1)
            message, base = self._message(sender_ssrc, media_ssrc, base, end)
            messages.append(message)
        self._next_base = numbers[-1] + 1
        self._arrivals.clear()
        return messages

    def _message(self, sender_ssrc: int, media_ssrc: int, base: int, end: int) -> tuple[bytes, int]:
        arrivals = (self._arrivals[number] for number in range(base, end) if number in self._arrivals)
        first = next(arrivals, 0)
        reference = first // _REFERENCE_TICKS
        previous = reference * _REFERENCE_TICKS
        symbols: list[int] = []
        deltas = bytearray()
        for number in range(base, end):
            ticks = self._arrivals.get(number)
            if ticks is None:
                symbols.append(0)
                continue
            delta = ticks - previous
            if not -32768 <= delta <= 32767:
                end = number
                break
            previous = ticks
            if 0 <= delta <= 255:
                symbols.append(_SMALL)
                deltas.append(delta)
            else:
                symbols.append(_LARGE)
                deltas += delta.to_bytes(2, "big", signed=True)
        body = struct.pack("!IIHH", sender_ssrc, media_ssrc, base & 0xFFFF, len(symbols))
        body += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes((self._count & 0xFF,))
        body += _chunks(symbols) + bytes(deltas)
        self._count += 1
        padding = -len(body) % 4
        if padding:
            body += b"\x00" * (padding - 1) + bytes((padding,))
        head = struct.pack("!BBH", 0x80 | (0x20 if padding else 0) | 15, 205, len(body) // 4)
        return head + body, end


def _chunks(symbols: list[int]) -> bytes:
    """Write run-length chunks (§3.1.3) for long runs and two-bit vectors of seven (§3.1.4) for the rest."""
    written = bytearray()
    position = 0
    while position < len(symbols):
        run = 1
        while position + run < len(symbols) and symbols[position + run] == symbols[position] and run < 8191:
            run += 1
        if run >= 7:
            written += (symbols[position] << 13 | run).to_bytes(2, "big")
            position += run
            continue
        chunk = 0xC000
        for slot, symbol in enumerate(symbols[position : position + 7]):
            chunk |= symbol << (12 - 2 * slot)
        written += chunk.to_bytes(2, "big")
        position += 7
    return bytes(written)
