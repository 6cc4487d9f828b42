"""SDP (RFC 8866) as browsers write it (RFC 8829), read into what the relay needs to know. Pure.

Lenient where browsers differ, strict where keys and addresses are at stake: every section that is used must
be bundled (RFC 9143), multiplex RTCP (RFC 5761) and carry ICE credentials and a fingerprint.
"""

from dataclasses import dataclass, field

from media.transport.dtls import Fingerprint

LONGEST_CHARACTERS = 200_000
MOST_SECTIONS = 64
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


class SdpError(ValueError):
    """The text isn't a description that can be used; the message names the part."""


@dataclass(slots=True, kw_only=True)
class Codec:
    """One payload type of a section (`a=rtpmap`, `a=fmtp`, `a=rtcp-fb`)."""

    payload_type: int
    name: str = ""
    clock_rate: int = 0
    channels: int = 1
    parameters: str = ""
    feedback: list[str] = field(default_factory=list[str])

    @property
    def associated(self) -> int | None:
        """The payload type that this RTX codec repeats (`apt`, RFC 4588 §8.1)."""
        for parameter in self.parameters.split(";"):
            name, _, value = parameter.strip().partition("=")
            if name == "apt" and value.isdecimal():
                return int(value)
        return None


@dataclass(slots=True, kw_only=True)
class Section:
    """One m-section. `port` 0 means rejected, or withdrawn."""

    kind: str
    port: int
    protocol: str
    mid: str = ""
    direction: str = "sendrecv"
    codecs: dict[int, Codec] = field(default_factory=dict[int, Codec])
    extensions: dict[int, str] = field(default_factory=dict[int, str])
    ssrcs: list[int] = field(default_factory=list[int])
    retransmission_of: dict[int, int] = field(default_factory=dict[int, int])
    ice_ufrag: str = ""
    ice_password: str = ""
    fingerprints: list[Fingerprint] = field(default_factory=list[Fingerprint])
    setup: str = ""
    multiplexed: bool = False

    @property
    def sends(self) -> bool:
        """Whether the describing side sends here."""
        return self.port != 0 and self.direction in ("sendrecv", "sendonly")

    def codec(self, name: str) -> Codec | None:
        """Return the first codec of that name, as lower case."""
        return next((codec for codec in self.codecs.values() if codec.name == name), None)

    def retransmission_for(self, payload_type: int) -> Codec | None:
        """Return the RTX codec that repeats this payload type."""
        return next(
            (c for c in self.codecs.values() if c.name == "rtx" and c.associated == payload_type), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A whole offer or answer."""

    sections: tuple[Section, ...]
    bundle: tuple[str, ...]

    def section(self, mid: str) -> Section | None:
        """Return the section with that media identification tag."""
        return next((section for section in self.sections if section.mid == mid), None)

    def bundled(self) -> Section:
        """Return the section that speaks for the one transport all share: the first that is bundled.

        Raises:
            SdpError: nothing usable is bundled, or it lacks credentials, a fingerprint or rtcp-mux.
        """
        for section in self.sections:
            if section.mid in self.bundle and section.kind in ("audio", "video"):
                if not (section.ice_ufrag and section.ice_password):
                    raise SdpError("ice credentials")
                if not section.fingerprints:
                    raise SdpError("fingerprint")
                if not section.multiplexed:
                    raise SdpError("rtcp-mux")
                return section
        raise SdpError("bundle")


def parse(text: str) -> Description:
    """Read a description.

    Raises:
        SdpError: it's no SDP, or larger than any browser writes.
    """
    if len(text) > LONGEST_CHARACTERS or not text.startswith("v=0"):
        raise SdpError("sdp")
    session = Section(kind="session", port=9, protocol="")
    sections: list[Section] = []
    bundle: tuple[str, ...] = ()
    for line in text.splitlines():
        letter, _, value = line.partition("=")
        if letter == "m":
            sections.append(_open_section(value, session))
            if len(sections) > MOST_SECTIONS:
                raise SdpError("too many sections")
        elif letter == "a":
            name, _, rest = value.partition(":")
            if name == "group" and rest.startswith("BUNDLE"):
                bundle = tuple(rest.split()[1:])
            else:
                _read_attribute(sections[-1] if sections else session, name, rest)
    mids = [section.mid for section in sections if section.mid]
    if len(set(mids)) != len(mids):
        raise SdpError("mid")
    return Description(sections=tuple(sections), bundle=bundle)


def _open_section(value: str, session: Section) -> Section:
    """Read an m-line: media, port, protocol, formats. What the session level says holds until overruled."""
    words = value.split()
    if len(words) < 3:
        raise SdpError("m-line")
    section = Section(
        kind=words[0],
        port=_number(words[1].partition("/")[0], 65_535),
        protocol=words[2],
        ice_ufrag=session.ice_ufrag,
        ice_password=session.ice_password,
        fingerprints=list(session.fingerprints),
        setup=session.setup,
        direction=session.direction,
    )
    if section.kind in ("audio", "video"):
        for word in words[3:]:
            payload_type = _number(word, 127)
            section.codecs[payload_type] = Codec(payload_type=payload_type)
    return section


def _read_attribute(section: Section, name: str, rest: str) -> None:
    match name:
        case "mid":
            section.mid = rest.strip()
            if not 0 < len(section.mid) <= 16 or not section.mid.isascii() or not section.mid.isprintable():
                raise SdpError("mid")
        case "ice-ufrag":
            section.ice_ufrag = rest.strip()
        case "ice-pwd":
            section.ice_password = rest.strip()
        case "fingerprint":
            _read_fingerprint(section, rest)
        case "setup":
            section.setup = rest.strip()
        case "rtcp-mux":
            section.multiplexed = True
        case "extmap":
            _read_extension(section, rest)
        case "ssrc" | "ssrc-group":
            _read_source(section, name, rest)
        case "rtpmap" | "fmtp" | "rtcp-fb":
            _read_format(section, name, rest)
        case _ if name in _DIRECTIONS:
            section.direction = name
        case _:
            pass


def _read_fingerprint(section: Section, rest: str) -> None:
    words = rest.split()
    if len(words) != 2:
        raise SdpError("fingerprint")
    promised = Fingerprint(words[0].lower(), words[1].upper())
    if promised not in section.fingerprints:
        section.fingerprints.append(promised)


def _read_extension(section: Section, rest: str) -> None:
    words = rest.split()
    if len(words) < 2:
        raise SdpError("extmap")
    section.extensions[_number(words[0].partition("/")[0], 255)] = words[1]


def _read_source(section: Section, name: str, rest: str) -> None:
    words = rest.split()
    if name == "ssrc" and words:
        ssrc = _number(words[0], 0xFFFFFFFF)
        if ssrc not in section.ssrcs:
            section.ssrcs.append(ssrc)
    elif len(words) == 3 and words[0] == "FID":
        section.retransmission_of[_number(words[2], 0xFFFFFFFF)] = _number(words[1], 0xFFFFFFFF)


def _read_format(section: Section, name: str, rest: str) -> None:
    word, _, value = rest.partition(" ")
    if name == "rtcp-fb" and word == "*":
        for codec in section.codecs.values():
            codec.feedback.append(value.strip())
        return
    codec = section.codecs.get(_number(word, 127))
    if codec is None:
        return
    if name == "fmtp":
        codec.parameters = value.strip()
    elif name == "rtcp-fb":
        codec.feedback.append(value.strip())
    else:
        parts = value.strip().split("/")
        if len(parts) < 2:
            raise SdpError("rtpmap")
        codec.name = parts[0].lower()
        codec.clock_rate = _number(parts[1], 1_000_000)
        codec.channels = _number(parts[2], 255) if len(parts) > 2 else 1


def _number(word: str, highest: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) <= 10) or int(word) > highest:
        raise SdpError("number")
    return int(word)
