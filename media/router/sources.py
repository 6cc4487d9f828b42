"""Which publication a received SSRC belongs to: as the offer says, or as its MID says (RFC 9143 §9.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from media import errors
from media.router.publication import Publication, SourceIds
from media.rtp import extensions
from media.rtp.packet import RtpPacket
from media.transport import description
from media.transport.sdp import Description, Section
from wire.media import PublishedTrack

_SSRCS_AT_MOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a received SSRC is."""

    publication: Publication
    primary_ssrc: int
    is_rtx: bool


@dataclass(slots=True, kw_only=True)
class Track:
    """What was negotiated for one m-section; `ssrc` is None until it is known."""

    publication: Publication
    payload_type: int
    rtx_payload_type: int | None
    ssrc: int | None
    nack: bool
    pli: bool


def sending_section(offer: Description, track: PublishedTrack) -> Section:
    """Return the m-section that a named track is sent in.

    Raises:
        Problem: there is none of its kind, or none with a codec that is forwarded.
    """
    section = offer.section(track.mid)
    if section is None or not section.sends or section.kind != track.kind or track.mid not in offer.bundle:
        raise errors.track_unknown(track.mid)
    if description.forwarded_codec(section) is None:
        raise errors.sdp_unsupported(section.kind)
    return section


def negotiated_track(section: Section, publication: Publication, numbers: Mapping[str, int]) -> Track:
    """Read what the section offers for its publication; `numbers` are the header extensions' ids.

    Raises:
        Problem: no codec that is forwarded.
    """
    codec = description.forwarded_codec(section)
    if codec is None:
        raise errors.sdp_unsupported(section.kind)
    publication.negotiated(
        SourceIds(
            audio_level=numbers.get(extensions.AUDIO_LEVEL, 0),
            video_orientation=numbers.get(extensions.VIDEO_ORIENTATION, 0),
        )
    )
    rtx_codec = section.retransmission_for(codec.payload_type)
    return Track(
        publication=publication,
        payload_type=codec.payload_type,
        rtx_payload_type=rtx_codec.payload_type if rtx_codec else None,
        ssrc=next((one for one in section.ssrcs if one not in section.retransmission_of), None),
        nack="nack" in codec.feedback,
        pli="nack pli" in codec.feedback,
    )


class SourceTable:
    """One connection's tracks by MID, and its SSRCs."""

    def __init__(self) -> None:
        self._tracks: dict[str, Track] = {}
        self._sources: dict[int, Source] = {}

    def __iter__(self) -> Iterator[Track]:
        return iter(self._tracks.values())

    def track(self, mid: str) -> Track | None:
        """Return what was negotiated for a MID."""
        return self._tracks.get(mid)

    def source(self, ssrc: int) -> Source | None:
        """Return what an SSRC is, as far as is known."""
        return self._sources.get(ssrc)

    def any_ssrc(self) -> int:
        """Return one of the SSRCs, 0 without any."""
        return next(iter(self._sources), 0)

    def replace(self, tracks: Mapping[str, Track], offer: Description) -> None:
        """Take what a new offer says; a publication that gets another SSRC begins a new stream."""
        before = {id(track.publication): track.ssrc for track in self}
        self._tracks = dict(tracks)
        self._sources = {}
        for mid, track in self._tracks.items():
            section = offer.section(mid)
            known = before.get(id(track.publication))
            if section is None or track.ssrc is None:
                continue
            if known is not None and known != track.ssrc:
                track.publication.source_replaced()
            self._add(track, track.ssrc)
            for repeating, primary in section.retransmission_of.items():
                if primary == track.ssrc:
                    self._add_rtx(track, repeating)

    def identify(self, received: RtpPacket, mid: str) -> Source | None:
        """Find out what an unannounced SSRC is, by its MID and payload type, and remember it."""
        track = self._tracks.get(mid)
        if track is None or len(self._sources) >= _SSRCS_AT_MOST:
            return None
        if received.payload_type == track.payload_type:
            if track.ssrc is not None:
                track.publication.source_replaced()
                self._sources.pop(track.ssrc, None)
            self._add(track, received.ssrc)
        elif received.payload_type == track.rtx_payload_type:
            self._add_rtx(track, received.ssrc)
        return self._sources.get(received.ssrc)

    def _add(self, track: Track, ssrc: int) -> None:
        track.ssrc = ssrc
        self._sources[ssrc] = Source(publication=track.publication, primary_ssrc=ssrc, is_rtx=False)

    def _add_rtx(self, track: Track, ssrc: int) -> None:
        if track.ssrc is not None:
            self._sources[ssrc] = Source(publication=track.publication, primary_ssrc=track.ssrc, is_rtx=True)
