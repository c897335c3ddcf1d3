"""What a form in the page of a partner carries: we gave it, for this partner, not long ago.

No cookie is asked for, since browsers keep those of a framed page away. It stands for nobody: it
only says that a form of ours is sent, once, and not for ever.
"""

import secrets
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from core import clock
from core.refusals import Refused
from core.settings import Settings
from expertise.partners.models import Partner

SALT = "partner-form"
LASTS = timedelta(hours=12)


def give(settings: Settings, partner: Partner) -> str:
    """A proof for one form of this partner."""
    made = int(clock.now().timestamp())
    return str(_signer(settings).dumps([partner.id, secrets.token_urlsafe(12), made]))


def read(settings: Settings, partner: Partner, given: str) -> str:
    """What this one form is known by. Raises Refused("form-expired") for one that is not ours.

    A form that is sent twice is known by the same word.
    """
    try:
        partner_id, word, made = _signer(settings).loads(given)
        age = clock.now().timestamp() - made
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("form-expired") from error
    if partner_id != partner.id or age > LASTS.total_seconds():
        raise Refused("form-expired")
    return str(word)


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt=SALT)
