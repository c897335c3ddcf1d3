"""How pictures and sounds go: between browsers or by Janus, and by which TURN."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from core.settings import Settings

MOST_BY_MESH = 6
MOST_BY_JANUS = 40
TURN_LASTS = timedelta(hours=8)
TOKEN_LASTS = timedelta(hours=8)
VIDEOROOM = "janus.plugin.videoroom"


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a meeting, as the way must know it."""

    meeting_id: int
    presence_id: int


def by_janus(settings: Settings) -> bool:
    """Whether a server mixes; else browsers speak to each other."""
    return settings.rooms_url.startswith("janus+")


def most(settings: Settings) -> int:
    """How many a meeting holds."""
    return MOST_BY_JANUS if by_janus(settings) else MOST_BY_MESH


def janus_address(settings: Settings) -> str:
    """Where Janus listens, for browsers as for us: wss://host/path."""
    return settings.rooms_url.removeprefix("janus+")


def ice_servers(settings: Settings, place: Place, present: datetime) -> list[dict[str, Any]]:
    """The servers that help through routers, with a name and a password that end by themselves.

    As the TURN REST API says it, and coturn's `use-auth-secret` reads it: the name holds the hour
    at which it ends, the password is its HMAC-SHA1.
    """
    if not settings.turn_urls:
        return []
    name = f"{int((present + TURN_LASTS).timestamp())}:{place.presence_id}"
    proof = hmac.digest(settings.turn_secret.encode(), name.encode(), "sha1")
    return [
        {
            "urls": list(settings.turn_urls),
            "username": name,
            "credential": base64.b64encode(proof).decode(),
        }
    ]


def janus_token(settings: Settings, present: datetime) -> str:
    """What opens the door of Janus, for its video rooms alone (its `token_auth_secret`)."""
    said = f"{int((present + TOKEN_LASTS).timestamp())},janus,{VIDEOROOM}"
    proof = hmac.digest(settings.rooms_secret.encode(), said.encode(), "sha1")
    return f"{said}:{base64.b64encode(proof).decode()}"


def pass_of(settings: Settings, place: Place) -> str:
    """What opens one meeting to one presence: Janus is told of it, and told when it ends."""
    said = f"pass:{place.meeting_id}:{place.presence_id}"
    return hmac.new(settings.rooms_secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def meeting_secret(settings: Settings, meeting_id: int) -> str:
    """With which we alone govern a meeting of Janus."""
    said = f"meeting:{meeting_id}"
    return hmac.new(settings.rooms_secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def admin_key(settings: Settings) -> str:
    """With which we alone make meetings: the `admin_key` of its video rooms."""
    return hmac.new(settings.rooms_secret.encode(), b"admin-key", hashlib.sha256).hexdigest()


def way(settings: Settings, place: Place, present: datetime) -> dict[str, Any]:
    """What a browser needs to send and receive."""
    said: dict[str, Any] = {"kind": "mesh", "ice": ice_servers(settings, place, present)}
    if by_janus(settings):
        said |= {
            "kind": "janus",
            "url": janus_address(settings),
            "token": janus_token(settings, present),
            "room": place.meeting_id,
            "pass": pass_of(settings, place),
        }
    return said


# --- the link of guests ----------------------------------------------------------------------


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="room-guests")


def guest_token(settings: Settings, room_id: int, link: int) -> str:
    """What stands in the link of guests; it opens nothing once the room has another."""
    return str(_signer(settings).dumps([room_id, link]))


def read_guest_token(settings: Settings, token: str) -> tuple[int, int] | None:
    """The room and the number of a link; None when we did not write it."""
    try:
        room_id, link = _signer(settings).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return (room_id, link) if type(room_id) is int and type(link) is int else None
