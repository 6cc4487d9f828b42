"""The TURN servers that a client may use, with credentials good for half a day.

The credentials follow coturn's `use-auth-secret`: the user name begins with the time it expires, the password is
the HMAC-SHA-1 of the user name under the shared secret.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from signaling.settings import SignalingSettings
from wire.signaling import IceServer

LIFETIME = timedelta(hours=12)


def ice_servers(settings: SignalingSettings, participant_id: str, now: datetime) -> tuple[IceServer, ...]:
    """Return what belongs into `RTCConfiguration.iceServers`; nothing where no TURN server is set up."""
    if not settings.turn_urls:
        return ()
    username = f"{int((now + LIFETIME).timestamp())}:{participant_id}"
    digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    return (IceServer(urls=settings.turn_urls, username=username, credential=credential),)
