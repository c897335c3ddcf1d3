"""The link of a mail to those who answer: it opens one sheet, for one address, thirty days."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts import queries as accounts
from accounts.models import Member
from core import clock
from core.refusals import Refused
from core.settings import Settings
from expertise import rule
from expertise.desk import CONDUCT
from expertise.experts.models import ConductAcceptance, DeskSeat, Expert, InstitutionAddress
from expertise.needs.models import Need
from expertise.needs.queries import with_subjects
from expertise.positions.life import State
from expertise.positions.models import Position

SALT = "position-answer"
LASTS = 30 * 24 * 3600
"""Seconds."""


def token(settings: Settings, position: Position, address: str) -> str:
    """The proof, in a mail to this address, that its reader was asked."""
    signer = URLSafeTimedSerializer(settings.secret_key, salt=SALT)
    return str(signer.dumps([position.id, position.link_epoch, address]))


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says."""

    position_id: int
    epoch: int
    address: str
    """Whom it was sent to: the page says so, in case the mail was forwarded."""


def opened(settings: Settings, given: str) -> Opened:
    """Read a link. Raises Refused("link-over") for one that is not ours, or too old."""
    try:
        signer = URLSafeTimedSerializer(settings.secret_key, salt=SALT)
        position_id, epoch, address = signer.loads(given, max_age=LASTS)
    except (BadData, ValueError, TypeError) as error:
        raise Refused("link-over") from error
    return Opened(position_id, epoch, address)


def answered(link: Opened) -> Select[Position]:
    """The position that it opens: as the rule of the desk would, for whom it was sent to."""
    of_need = contains_eager(Position.need)
    return (
        with_subjects(select(Position).join(Position.need))
        .where(
            Position.id == link.position_id,
            Position.link_epoch == link.epoch,
            Position.state != State.REMOVED,
            rule.open_to(),
            asked_at(link.address),
        )
        .options(
            of_need.joinedload(Need.programme),
            of_need.joinedload(Need.commune),
            of_need.contains_eager(Need.subjects),
            joinedload(Position.institution),
            joinedload(Position.expert),
        )
    )


def asked_at(address: str) -> ColumnElement[bool]:
    """Whether needs still go to this address: nothing opens to whom the rules do not bind.

    Needs and positions must be in the query around.
    """
    bound = exists().where(
        ConductAcceptance.member_id == DeskSeat.member_id,
        ConductAcceptance.version == CONDUCT,
        Member.id == DeskSeat.member_id,
        accounts.active(clock.now()),
    )
    seat = exists().where(
        DeskSeat.institution_id == Position.institution_id,
        or_(DeskSeat.expert_id.is_(None), DeskSeat.expert_id == Position.expert_id),
        DeskSeat.email == address,
        bound,
    )
    shared = exists().where(
        Expert.id == Position.expert_id,
        Expert.email == address,
        Expert.left_at.is_(None),
        Expert.approved_at.is_not(None),
        DeskSeat.expert_id == Expert.id,
        bound,
    )
    listed = exists().where(
        InstitutionAddress.programme_id == Need.programme_id,
        InstitutionAddress.institution_id == Position.institution_id,
        InstitutionAddress.email == address,
        Position.expert_id.is_(None),
        is_not_of_the_suspended(),
    )
    return or_(and_(seat, _not_gone()), shared, listed)


def is_not_of_the_suspended() -> ColumnElement[bool]:
    """Whether an address of a list is not that of an account which an administrator closed.

    The list must be in the query around.
    """
    return ~exists().where(
        Member.email == InstitutionAddress.email, accounts.suspended(clock.now())
    ).correlate(InstitutionAddress)


def _not_gone() -> ColumnElement[bool]:
    gone = exists().where(
        Expert.id == Position.expert_id,
        or_(Expert.left_at.is_not(None), Expert.approved_at.is_(None)),
    )
    return or_(Position.expert_id.is_(None), ~gone)


def member_of(session: Session, link: Opened, position: Position) -> int | None:
    """Whose account answers from this address, when one does."""
    return session.scalar(
        select(DeskSeat.member_id)
        .where(DeskSeat.institution_id == position.institution_id, DeskSeat.email == link.address)
        .limit(1)
    )
