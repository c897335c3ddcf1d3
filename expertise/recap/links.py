"""One-click unsubscribing from the weekly mail: its signed link names an address (RFC 8058)."""

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from core import clock
from core.refusals import Refused
from core.settings import Settings
from expertise.recap.models import RecapStop

SALT = "recap-stop"


def token(settings: Settings, address: str) -> str:
    """The proof, in a mail, that its reader may stop it."""
    return str(URLSafeSerializer(settings.secret_key, salt=SALT).dumps([address.lower()]))


def read(settings: Settings, given: str) -> str:
    """Whose address it names. Raises Refused("link-over") for a link that is not ours."""
    try:
        [address] = URLSafeSerializer(settings.secret_key, salt=SALT).loads(given)
        return str(address)
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error


def stop(session: Session, address: str) -> None:
    """This address receives it no more. Asked twice, it is once."""
    session.merge(RecapStop(email=address, at=clock.now()))


def resume(session: Session, address: str) -> None:
    """This address receives it again."""
    stopped = session.get(RecapStop, address)
    if stopped is not None:
        session.delete(stopped)


def has_stopped(session: Session, address: str) -> bool:
    """Whether this address wants it no more."""
    return session.get(RecapStop, address) is not None
