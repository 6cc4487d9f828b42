"""Credentials for the county's TURN server."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from signaling.ice_servers import ice_servers
from signaling.settings import SignalingSettings

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_without_a_turn_server_there_is_none() -> None:
    assert ice_servers(SignalingSettings(), "doctor", NOW) == ()


def test_credentials_are_those_that_coturn_computes_from_the_shared_secret() -> None:
    settings = SignalingSettings(turn_urls=("turns:turn.example:443",), turn_secret="s3cret")
    (server,) = ice_servers(settings, "doctor", NOW)
    assert server.urls == ("turns:turn.example:443",)
    assert server.username == f"{int(NOW.timestamp()) + 12 * 3600}:doctor"
    expected = hmac.new(b"s3cret", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential or "") == expected
