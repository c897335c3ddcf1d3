"""One-click unsubscribing: a signed address that stops one kind of mail (RFC 8058)."""

from itsdangerous import BadSignature, URLSafeSerializer

from core.refusals import Refused
from core.settings import Settings
from notifications.models import Kind


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="unsubscribe")


def token(settings: Settings, member_id: int, kind: Kind) -> str:
    """The proof, in a mail, that its reader may stop this kind."""
    return str(_signer(settings).dumps([member_id, kind.value]))


def read(settings: Settings, given: str) -> tuple[int, Kind]:
    """Whose and which. Raises Refused("link-over") for a token that is not ours."""
    try:
        member_id, kind = _signer(settings).loads(given)
        return int(member_id), Kind(kind)
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error
