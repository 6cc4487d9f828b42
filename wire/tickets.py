"""What a join ticket says. It is an ES256 JSON Web Token (RFC 7519), valid for a minute and once."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

JOIN_AUDIENCE = "signaling"
JOIN_LIFETIME_S = 60

RoomRole = Literal["requester", "specialist", "coordinator", "observer", "guest"]


class JoinTicket(BaseModel):
    """The claims: who may enter which room as what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    aud: Literal["signaling"]
    sub: str
    name: str
    room: str
    role: RoomRole
    jti: str
    iat: int
    exp: int
