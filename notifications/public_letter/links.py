"""The signed links of the public letter: they name a subscription, and what it may do to it."""

from itsdangerous import BadSignature, URLSafeSerializer

from core.refusals import Refused
from core.settings import Settings

CONFIRM, STOP = "confirm", "stop"


def token(settings: Settings, act: str, subscriber_id: int) -> str:
    """The proof, in a mail, that its reader may do this."""
    signer = URLSafeSerializer(settings.secret_key, salt=f"public-letter-{act}")
    return str(signer.dumps(subscriber_id))


def read(settings: Settings, act: str, given: str) -> int:
    """Whose subscription. Raises Refused("link-over") for a token that is not ours."""
    signer = URLSafeSerializer(settings.secret_key, salt=f"public-letter-{act}")
    try:
        return int(signer.loads(given))
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error
