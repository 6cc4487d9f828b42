"""The descriptions that the relay writes: answers to publishers, offers to subscribers (RFC 8829 §5).

One transport for everything (RFC 9143), ICE-lite with host candidates (RFC 8839 §5.1, RFC 6544 §4.5 for TCP),
and the DTLS server's side: `passive` in answers, `actpass` in offers, as RFC 5763 §5 wants.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from media.rtp import extensions
from media.transport.dtls import Fingerprint
from media.transport.ice_lite import Credentials
from media.transport.sdp import Codec, Section

OPUS_TYPE, VP8_TYPE, VP8_RTX_TYPE = 111, 96, 97
"""Payload types in the relay's own offers."""

MID_ID, ABS_SEND_TIME_ID, AUDIO_LEVEL_ID, VIDEO_ORIENTATION_ID = 1, 2, 3, 4
"""Header extension ids in the relay's own offers."""

_PROTOCOL = "UDP/TLS/RTP/SAVPF"
_FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc")
_RECEIVED_EXTENSIONS = frozenset(
    {
        extensions.MID,
        extensions.AUDIO_LEVEL,
        extensions.VIDEO_ORIENTATION,
        extensions.TRANSPORT_SEQUENCE,
    }
)
FORWARDED_CODECS = {"audio": "opus", "video": "vp8"}
"""What is forwarded for each kind. Another codec needs a detector of key frames, nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTransport:
    """What every section says about the way to the relay."""

    credentials: Credentials
    fingerprint: Fingerprint
    addresses: tuple[str, ...]
    port: int
    setup: str

    def lines(self) -> list[str]:
        """Return the attribute lines of one section."""
        candidates = [line for n, host in enumerate(self.addresses) for line in self._candidates(n, host)]
        return [
            f"a=ice-ufrag:{self.credentials.ufrag}",
            f"a=ice-pwd:{self.credentials.password}",
            f"a=fingerprint:{self.fingerprint.algorithm} {self.fingerprint.value}",
            f"a=setup:{self.setup}",
            *candidates,
            "a=end-of-candidates",
        ]

    def _candidates(self, number: int, host: str) -> Iterable[str]:
        preference = 65_535 - number
        udp, tcp = 126 << 24 | preference << 8 | 255, 90 << 24 | preference << 8 | 255
        yield f"a=candidate:{2 * number + 1} 1 udp {udp} {host} {self.port} typ host"
        yield f"a=candidate:{2 * number + 2} 1 tcp {tcp} {host} {self.port} typ host tcptype passive"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTrack:
    """One m-section of an offer to a subscriber; without `ssrc` it is inactive."""

    mid: str
    kind: str
    stream_id: str = ""
    track_id: str = ""
    ssrc: int | None = None
    rtx_ssrc: int | None = None
    cname: str = ""


def forwarded_codec(section: Section) -> Codec | None:
    """Return the section's codec that the relay forwards, if it is offered."""
    name = FORWARDED_CODECS.get(section.kind)
    return section.codec(name) if name else None


def answer_to_publisher(
    sections: Sequence[Section],
    local: LocalTransport,
    *,
    session_id: int,
    version: int,
    wanted: frozenset[str],
) -> str:
    """Write the answer to an offer; sections not `wanted` become inactive, those of no use are rejected."""
    written: list[str] = []
    bundled: list[str] = []
    for section in sections:
        codec = forwarded_codec(section)
        if codec is None or section.port == 0 or section.protocol != _PROTOCOL:
            written += _rejected(section)
            continue
        bundled.append(section.mid)
        direction = "recvonly" if section.sends and section.mid in wanted else "inactive"
        written += _answered(section, codec, direction, local)
    return _whole(session_id, version, bundled, written)


def _rejected(section: Section) -> list[str]:
    formats = " ".join(str(number) for number in section.codecs) or "webrtc-datachannel"
    lines = [f"m={section.kind} 0 {section.protocol} {formats}", "c=IN IP4 0.0.0.0"]
    return [*lines, f"a=mid:{section.mid}", "a=inactive"] if section.mid else [*lines, "a=inactive"]


def _answered(section: Section, codec: Codec, direction: str, local: LocalTransport) -> list[str]:
    rtx = section.retransmission_for(codec.payload_type)
    accepted = [codec] if rtx is None else [codec, rtx]
    numbers = " ".join(str(one.payload_type) for one in accepted)
    lines = [
        f"m={section.kind} {local.port} {_PROTOCOL} {numbers}",
        _connection(local),
        f"a=mid:{section.mid}",
        f"a={direction}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
    ]
    for identifier, uri in section.extensions.items():
        if uri in _RECEIVED_EXTENSIONS:
            lines.append(f"a=extmap:{identifier} {uri}")
    for one in accepted:
        lines += _format(one, [kind for kind in one.feedback if kind in _FEEDBACK])
    return lines + local.lines()


def _format(codec: Codec, feedback: Iterable[str]) -> list[str]:
    channels = f"/{codec.channels}" if codec.channels > 1 else ""
    name = codec.name.upper() if codec.name == "vp8" else codec.name
    lines = [f"a=rtpmap:{codec.payload_type} {name}/{codec.clock_rate}{channels}"]
    lines += [f"a=rtcp-fb:{codec.payload_type} {kind}" for kind in feedback]
    parameters = "minptime=10;useinbandfec=1" if codec.name == "opus" else codec.parameters
    if parameters:
        lines.append(f"a=fmtp:{codec.payload_type} {parameters}")
    return lines


def offer_to_subscriber(
    tracks: Sequence[OfferedTrack], local: LocalTransport, *, session_id: int, version: int
) -> str:
    """Write the offer of everything that a subscriber is to receive."""
    written = [line for track in tracks for line in _offered(track, local)]
    return _whole(session_id, version, [track.mid for track in tracks], written)


_OPUS = Codec(payload_type=OPUS_TYPE, name="opus", clock_rate=48_000, channels=2)
_VP8 = Codec(payload_type=VP8_TYPE, name="vp8", clock_rate=90_000)
_VP8_RTX = Codec(payload_type=VP8_RTX_TYPE, name="rtx", clock_rate=90_000, parameters=f"apt={VP8_TYPE}")


def _offered(track: OfferedTrack, local: LocalTransport) -> list[str]:
    audio = track.kind == "audio"
    codecs = [_OPUS] if audio else [_VP8, _VP8_RTX]
    numbers = " ".join(str(codec.payload_type) for codec in codecs)
    lines = [
        f"m={track.kind} {local.port} {_PROTOCOL} {numbers}",
        _connection(local),
        f"a=mid:{track.mid}",
        "a=inactive" if track.ssrc is None else "a=sendonly",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        f"a=extmap:{MID_ID} {extensions.MID}",
        f"a=extmap:{ABS_SEND_TIME_ID} {extensions.ABS_SEND_TIME}",
    ]
    if audio:
        lines += [f"a=extmap:{AUDIO_LEVEL_ID} {extensions.AUDIO_LEVEL}", *_format(_OPUS, [])]
    else:
        lines.append(f"a=extmap:{VIDEO_ORIENTATION_ID} {extensions.VIDEO_ORIENTATION}")
        lines += [*_format(_VP8, ["nack", "nack pli", "ccm fir", "goog-remb"]), *_format(_VP8_RTX, [])]
    return [*lines, *_sources(track), *local.lines()]


def _sources(track: OfferedTrack) -> list[str]:
    if track.ssrc is None:
        return []
    lines = [f"a=msid:{track.stream_id} {track.track_id}"]
    if track.rtx_ssrc is not None:
        lines.append(f"a=ssrc-group:FID {track.ssrc} {track.rtx_ssrc}")
    sources = [track.ssrc] if track.rtx_ssrc is None else [track.ssrc, track.rtx_ssrc]
    for ssrc in sources:
        lines += [
            f"a=ssrc:{ssrc} cname:{track.cname}",
            f"a=ssrc:{ssrc} msid:{track.stream_id} {track.track_id}",
        ]
    return lines


def _connection(local: LocalTransport) -> str:
    host = local.addresses[0] if local.addresses else "0.0.0.0"  # noqa: S104 - a line of SDP, no socket
    return f"c=IN IP{ipaddress.ip_address(host).version} {host}"


def _whole(session_id: int, version: int, bundled: Iterable[str], sections: Sequence[str]) -> str:
    lines = [
        "v=0",
        f"o=lianzhen {session_id} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        " ".join(["a=group:BUNDLE", *bundled]),
        "a=msid-semantic: WMS *",
        *sections,
    ]
    return "\r\n".join(lines) + "\r\n"
