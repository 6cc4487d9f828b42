"""What an operator may choose about signalling."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalingSettings:
    """The service's settings; `server/settings.py` fills them from the environment.

    Attributes:
        allowed_origins: origins (`https://host[:port]`) that may open a socket beside the page's own host.
        turn_urls: TURN servers (`turns:host:443`) that clients may use, for sites that let only TCP out.
        turn_secret: the secret shared with them, from which short-lived credentials are made.
        keys_timeout_s: how long the clinical service may take to name the keys of the tickets.
        opening_timeout_s: how long a new socket may wait with its first message.
        silence_timeout_s: after how long without any message a line counts as dead.
        relay_timeout_s: how long the relay may take for an answer.
        relay_watch_s: how often a room asks whether its relay worker still lives.
        relay_watch_timeout_s: how long the worker may take to say so.
    """

    allowed_origins: frozenset[str] = frozenset()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = ""
    keys_timeout_s: float = 5.0
    opening_timeout_s: float = 10.0
    silence_timeout_s: float = 30.0
    relay_timeout_s: float = 5.0
    relay_watch_s: float = 3.0
    relay_watch_timeout_s: float = 2.0
