"""One-click unsubscribing: a signed address that stops the kinds of one mail (RFC 8058)."""

from collections.abc import Iterable

from itsdangerous import BadSignature, URLSafeSerializer

from core.refusals import Refused
from core.settings import Settings
from notifications.models import Kind


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="unsubscribe")


def token(settings: Settings, member_id: int, kinds: Iterable[Kind]) -> str:
    """The proof, in a mail, that its reader may stop these kinds."""
    return str(_signer(settings).dumps([member_id, *sorted(kind.value for kind in kinds)]))


def read(settings: Settings, given: str) -> tuple[int, list[Kind]]:
    """Whose and which. Raises Refused("link-over") for a token that is not ours."""
    try:
        member_id, *kinds = _signer(settings).loads(given)
        return int(member_id), [Kind(kind) for kind in kinds]
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error
