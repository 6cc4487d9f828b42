"""Each service's own settings, filled from the process's."""

from consult_api.settings import ConsultApiSettings
from imaging.settings import ImagingSettings
from media.settings import MediaSettings
from server.settings import Settings
from signaling.settings import SignalingSettings
from wire.identifiers import new_id


def consult_api_settings(settings: Settings) -> ConsultApiSettings:
    """The clinical core's settings."""
    return ConsultApiSettings(
        allowed_origins=settings.origins,
        county=settings.county,
        record_url=settings.record_url,
        record_token=settings.record_token,
    )


def imaging_settings(settings: Settings) -> ImagingSettings:
    """The imaging service's settings."""
    return ImagingSettings(
        dicom_host=settings.dicom_host, dicom_port=settings.dicom_port, ae_title=settings.dicom_ae_title
    )


def media_settings(settings: Settings) -> MediaSettings:
    """The relay's settings."""
    return MediaSettings(
        port=settings.media_port, addresses=settings.candidate_addresses, worker_id=f"media-{new_id()}"
    )


def signaling_settings(settings: Settings) -> SignalingSettings:
    """The signalling service's settings."""
    return SignalingSettings(
        allowed_origins=settings.origins,
        turn_urls=tuple(settings.turn_urls.split()),
        turn_secret=settings.turn_secret,
    )
