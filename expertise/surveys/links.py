"""The link of a survey: it opens one survey, for one address, sixty days."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core.refusals import Refused
from core.settings import Settings
from expertise.needs.models import Need
from expertise.positions import links as positions
from expertise.positions.models import Position
from expertise.surveys.models import Survey

SALT = "survey-answer"
LASTS = 60 * 24 * 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says."""

    survey_id: int
    epoch: int
    """That of the tracking link of the need, or of the links of the position."""
    address: str


def token(settings: Settings, survey: Survey, address: str) -> str:
    """The proof, in a mail to this address, that its reader is asked."""
    of = survey.position or survey.need
    signer = URLSafeTimedSerializer(settings.secret_key, salt=SALT)
    return str(signer.dumps([survey.id, of.link_epoch, address]))


def opened(settings: Settings, given: str) -> Opened:
    """Read a link. Raises Refused("link-over") for one that is not ours, or too old."""
    try:
        signer = URLSafeTimedSerializer(settings.secret_key, salt=SALT)
        survey_id, epoch, address = signer.loads(given, max_age=LASTS)
    except (BadData, ValueError, TypeError) as error:
        raise Refused("link-over") from error
    return Opened(survey_id, epoch, address)


def answered(session: Session, link: Opened) -> Survey | None:
    """The survey that it opens, while needs still go to whom it was sent to."""
    survey = session.scalar(
        select(Survey)
        .where(Survey.id == link.survey_id)
        .options(
            joinedload(Survey.programme),
            joinedload(Survey.need).joinedload(Need.programme),
            joinedload(Survey.position).joinedload(Position.institution),
        )
    )
    if survey is None:
        return None
    if survey.position_id is None:
        still = (survey.need.link_epoch, survey.need.email) == (link.epoch, link.address)
        return survey if still else None
    return survey if session.scalar(still_asked(survey.position_id, link)) else None


def still_asked(position_id: int, link: Opened) -> Select[Position]:
    """The position of a survey, as the link of a need would open it."""
    return positions.answered(positions.Opened(position_id, link.epoch, link.address))


def member_of(session: Session, link: Opened, survey: Survey) -> int | None:
    """Whose account answers from this address, when one does."""
    if survey.position is None:
        return None
    as_answering = positions.Opened(survey.position.id, link.epoch, link.address)
    return positions.member_of(session, as_answering, survey.position)
