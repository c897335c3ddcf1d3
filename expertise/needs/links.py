"""The personal link of a company: it names one need, and opens its tracking page alone."""

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from core.refusals import Refused
from core.settings import Settings
from expertise.needs.models import Need
from expertise.needs.queries import with_subjects

SALT = "need-track"


def token(settings: Settings, need: Need) -> str:
    """The proof, in a mail, that its reader asked this."""
    return str(URLSafeSerializer(settings.secret_key, salt=SALT).dumps([need.id, need.link_epoch]))


def followed(settings: Settings, given: str) -> Select[Need]:
    """The need that a link opens. Raises Refused("link-over") for one that is not ours."""
    try:
        need_id, epoch = URLSafeSerializer(settings.secret_key, salt=SALT).loads(given)
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused("link-over") from error
    return (
        with_subjects(select(Need))
        .where(Need.id == need_id, Need.link_epoch == epoch)
        .options(joinedload(Need.programme), joinedload(Need.commune))
        .options(contains_eager(Need.subjects))
    )
