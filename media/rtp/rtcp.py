"""RTCP (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.3.1) that the relay reads and writes, and REMB.

Types it doesn't know are passed over, as RFC 3550 §6.1 demands; a broken length ends the compound.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SENDER_REPORT = 200
RECEIVER_REPORT = 201
SOURCE_DESCRIPTION = 202
GOODBYE = 203
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206

NACK_FORMAT = 1
TRANSPORT_WIDE_FORMAT = 15
PICTURE_LOSS_FORMAT = 1
FULL_INTRA_FORMAT = 4
APPLICATION_FORMAT = 15

_HEADER = struct.Struct("!BBH")
_BLOCK = struct.Struct("!IB3sIIII")
_SENDER = struct.Struct("!IQIII")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBlock:
    """RFC 3550 §6.4.1. `delay` in 1/65,536 s, `jitter` in timestamp units, `fraction_lost` in 1/256."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest_sequence: int
    jitter: int
    last_sender_report: int
    delay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """RFC 3550 §6.4.1: `ntp_time` is 32.32 fixed-point seconds since 1900."""

    ssrc: int
    ntp_time: int
    rtp_timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverReport:
    """RFC 3550 §6.4.2."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nack:
    """Generic NACK, RFC 4585 §6.2.1: sequence numbers asked for again."""

    media_ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRequest:
    """Picture loss indication (RFC 4585 §6.3.1) or full intra request (RFC 5104 §4.3.1) for one source."""

    media_ssrc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverEstimate:
    """REMB, draft-alvestrand-rmcat-remb-03 §2.2: what the receiver thinks its line carries."""

    rate_bps: int
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """RFC 3550 §6.6: sources that have ended."""

    ssrcs: tuple[int, ...]


RtcpPacket = SenderReport | ReceiverReport | Nack | PictureRequest | ReceiverEstimate | Goodbye


def parse(data: bytes) -> list[RtcpPacket]:
    """Read a compound packet; whatever can't be read is left out."""
    found: list[RtcpPacket] = []
    position = 0
    while position + 8 <= len(data):
        first, packet_type, words = _HEADER.unpack_from(data, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            break
        body = data[position + 4 : end]
        if first & 0x20:
            body = body[: max(0, len(body) - body[-1])] if body else body
        found.extend(_read(packet_type, first & 0x1F, body))
        position = end
    return found


def _read(packet_type: int, count: int, body: bytes) -> Iterable[RtcpPacket]:
    if packet_type == SENDER_REPORT and len(body) >= 24:
        ssrc, ntp_time, rtp_timestamp, packets, octets = _SENDER.unpack_from(body)
        return [
            SenderReport(
                ssrc=ssrc,
                ntp_time=ntp_time,
                rtp_timestamp=rtp_timestamp,
                packets=packets,
                octets=octets,
                blocks=_read_blocks(body, 24, count),
            )
        ]
    if packet_type == RECEIVER_REPORT and len(body) >= 4:
        return [ReceiverReport(ssrc=int.from_bytes(body[:4], "big"), blocks=_read_blocks(body, 4, count))]
    if packet_type == GOODBYE:
        words = [int.from_bytes(body[i : i + 4], "big") for i in range(0, min(4 * count, len(body) - 3), 4)]
        return [Goodbye(ssrcs=tuple(words))]
    if packet_type == TRANSPORT_FEEDBACK and count == NACK_FORMAT and len(body) >= 12:
        return [Nack(media_ssrc=int.from_bytes(body[4:8], "big"), lost=_read_lost(body[8:]))]
    if packet_type == PAYLOAD_FEEDBACK and len(body) >= 8:
        return _read_payload_feedback(count, body)
    return []


def _read_blocks(body: bytes, start: int, count: int) -> tuple[ReportBlock, ...]:
    blocks: list[ReportBlock] = []
    for position in range(start, min(start + 24 * count, len(body) - 23), 24):
        ssrc, fraction, lost, highest, jitter, last, delay = _BLOCK.unpack_from(body, position)
        blocks.append(
            ReportBlock(
                ssrc=ssrc,
                fraction_lost=fraction,
                packets_lost=int.from_bytes(lost, "big", signed=True),
                highest_sequence=highest,
                jitter=jitter,
                last_sender_report=last,
                delay=delay,
            )
        )
    return tuple(blocks)


def _read_lost(pairs: bytes) -> tuple[int, ...]:
    lost: list[int] = []
    for position in range(0, len(pairs) - 3, 4):
        first, mask = struct.unpack_from("!HH", pairs, position)
        lost.append(first)
        lost.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return tuple(lost)


def _read_payload_feedback(count: int, body: bytes) -> list[RtcpPacket]:
    if count == PICTURE_LOSS_FORMAT:
        return [PictureRequest(media_ssrc=int.from_bytes(body[4:8], "big"))]
    if count == FULL_INTRA_FORMAT:
        return [
            PictureRequest(media_ssrc=int.from_bytes(body[i : i + 4], "big"))
            for i in range(8, len(body) - 7, 8)
        ]
    if count == APPLICATION_FORMAT and body[8:12] == b"REMB" and len(body) >= 16:
        number = body[12]
        exponent, mantissa = body[13] >> 2, (body[13] & 3) << 16 | body[14] << 8 | body[15]
        ssrcs = tuple(
            int.from_bytes(body[i : i + 4], "big") for i in range(16, min(16 + 4 * number, len(body) - 3), 4)
        )
        return [ReceiverEstimate(rate_bps=mantissa << exponent, ssrcs=ssrcs)]
    return []


def _packet(packet_type: int, count: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, packet_type, len(body) // 4) + body


def _blocks(blocks: Sequence[ReportBlock]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost,
            (block.packets_lost & 0xFFFFFF).to_bytes(3, "big"),
            block.highest_sequence,
            block.jitter,
            block.last_sender_report,
            block.delay,
        )
        for block in blocks
    )


def sender_report(report: SenderReport) -> bytes:
    """Write a sender report; at most 31 blocks."""
    body = _SENDER.pack(
        report.ssrc,
        report.ntp_time,
        report.rtp_timestamp,
        report.packets & 0xFFFFFFFF,
        report.octets & 0xFFFFFFFF,
    )
    return _packet(SENDER_REPORT, len(report.blocks), body + _blocks(report.blocks))


def receiver_report(ssrc: int, blocks: Sequence[ReportBlock]) -> bytes:
    """Write a receiver report; at most 31 blocks."""
    return _packet(RECEIVER_REPORT, len(blocks), ssrc.to_bytes(4, "big") + _blocks(blocks))


def source_description(ssrc: int, cname: str) -> bytes:
    """Write the CNAME that every compound report carries (RFC 3550 §6.5.1)."""
    name = cname.encode()[:255]
    chunk = ssrc.to_bytes(4, "big") + bytes((1, len(name))) + name + b"\x00"
    return _packet(SOURCE_DESCRIPTION, 1, chunk + b"\x00" * (-len(chunk) % 4))


def goodbye(ssrcs: Sequence[int]) -> bytes:
    """Write that these sources have ended; at most 31."""
    return _packet(GOODBYE, len(ssrcs), b"".join(ssrc.to_bytes(4, "big") for ssrc in ssrcs))


def nack(sender_ssrc: int, media_ssrc: int, lost: Sequence[int]) -> bytes:
    """Ask again for these sequence numbers, ascending."""
    pairs: list[tuple[int, int]] = []
    for sequence in lost:
        number = sequence & 0xFFFF
        if pairs and 1 <= (number - pairs[-1][0]) & 0xFFFF <= 16:
            first, mask = pairs[-1]
            pairs[-1] = (first, mask | 1 << ((number - first) & 0xFFFF) - 1)
        else:
            pairs.append((number, 0))
    body = struct.pack("!II", sender_ssrc, media_ssrc) + b"".join(struct.pack("!HH", *pair) for pair in pairs)
    return _packet(TRANSPORT_FEEDBACK, NACK_FORMAT, body)


def picture_loss(sender_ssrc: int, media_ssrc: int) -> bytes:
    """Ask for a key frame."""
    return _packet(PAYLOAD_FEEDBACK, PICTURE_LOSS_FORMAT, struct.pack("!II", sender_ssrc, media_ssrc))


def receiver_estimate(sender_ssrc: int, rate_bps: int, ssrcs: Sequence[int]) -> bytes:
    """Tell a sender how much its line carries."""
    exponent = max(0, rate_bps.bit_length() - 18)
    mantissa = rate_bps >> exponent
    body = struct.pack("!II4sB", sender_ssrc, 0, b"REMB", len(ssrcs))
    body += bytes((exponent << 2 | mantissa >> 16, mantissa >> 8 & 0xFF, mantissa & 0xFF))
    return _packet(PAYLOAD_FEEDBACK, APPLICATION_FORMAT, body + b"".join(s.to_bytes(4, "big") for s in ssrcs))
