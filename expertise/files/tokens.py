"""A file that came with a form which was refused: its signed name brings it again, for a while."""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from core.refusals import Refused
from core.settings import Settings
from files.actions import Arrived
from files.models import StoredFile

SALT = "need-file-sent"
LASTS = 12 * 60 * 60
"""Seconds: less than a content is kept to which nothing refers (files.personal.UNUSED_DAYS)."""


def token(settings: Settings, one: Arrived) -> str:
    """The proof that who sends a form again had sent this file with it."""
    return str(_signer(settings).dumps([one.file.id, one.name]))


def read(session: Session, settings: Settings, given: str) -> Arrived:
    """The file. Raises Refused("upload-lost") when it must be chosen again."""
    try:
        number, name = _signer(settings).loads(given, max_age=LASTS)
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("upload-lost") from error
    file = session.get(StoredFile, number)
    if file is None:
        raise Refused("upload-lost")
    return Arrived(name, file)


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key, salt=SALT)
