"""From the call to the end: who calls, whether it is the right person, what came of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import addresses, clock
from core.refusals import Refused
from directory.actions import telephone
from directory.entries import one_line
from expertise.desk import Desk
from expertise.needs import actions as needs
from expertise.needs.life import Act as NeedAct
from expertise.needs.models import By as NeedBy
from expertise.needs.models import Need
from expertise.positions import answering, policy
from expertise.positions.life import Act, Outcome, State
from expertise.positions.models import By, Position
from expertise.positions.sending import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who will call, as it was typed. The house needs no account of theirs (seeds/000 §4.3)."""

    name: str
    job: str = ""
    phone: str = ""
    email: str = ""


def introduce(
    session: Session, desk: Desk, position: Position, who: Caller, words: str = ""
) -> None:
    """ "Confirmer": the expert is found; the company is told who will call it.

    Raises Refused: "not-asked", "position-elsewhere", "name-empty", "name-too-long",
    "phone-unknown", "email-unknown", "body-too-long".
    """
    _needs_answerer(desk, position)
    name = one_line(who.name, "name-too-long")
    if not name:
        raise Refused("name-empty")
    words = answering.said(position, Act.INTRODUCE, words)
    phone = telephone(who.phone)
    email = addresses.mail(who.email) if who.email.strip() else None
    _held(session, position, Act.INTRODUCE)
    position.named, position.named_job = name, one_line(who.job, "name-too-long")
    position.named_phone, position.named_email = phone, email
    answering.settle(position, Act.INTRODUCE, clock.now())
    tell(session, position, Act.INTRODUCE, By.EXPERT, words, member_id=desk.member_id)
    answering.will_call(session, position)


def agree(session: Session, desk: Desk, position: Position) -> None:
    """The institution says: this is the right person.

    Raises Refused: "not-asked", "position-elsewhere".
    """
    _needs_answerer(desk, position)
    _held(session, position, Act.AGREE)
    position.institution_agrees = True
    _agreed(session, position, By.EXPERT, desk.member_id)


def part(session: Session, desk: Desk, position: Position, words: str) -> None:
    """The institution says: it is not; the consultation goes on (seeds/000 §3.4).

    Raises Refused: "not-asked", "position-elsewhere", "words-missing", "body-too-long".
    """
    _needs_answerer(desk, position)
    words = answering.said(position, Act.PART, words)
    _held(session, position, Act.PART)
    needs.move(session, position.need, NeedAct.PART, NeedBy.INSTITUTION, "")
    _parted(session, position, By.EXPERT, words, desk.member_id)


def company_agrees(session: Session, need: Need) -> None:
    """The company says so, by its link or from its account. Raises Refused("need-elsewhere")."""
    needs.hold(session, need)
    position = _introduced(session, need)
    if position.company_agrees:
        raise Refused("need-elsewhere")
    position.company_agrees = True
    needs.move(session, need, NeedAct.AGREE, NeedBy.COMPANY, "")
    _agreed(session, position, By.COMPANY, None)


def company_parts(session: Session, need: Need, words: str) -> None:
    """The company says that it is not the right person, and why.

    Raises Refused: "need-elsewhere", "words-missing", "body-too-long".
    """
    needs.hold(session, need)
    position = _introduced(session, need)
    words = answering.said(position, Act.PART, words)
    needs.move(session, need, NeedAct.PART, NeedBy.COMPANY, words)
    _parted(session, position, By.COMPANY, words, None)


def finish(
    session: Session, desk: Desk, position: Position, outcome: Outcome, words: str = ""
) -> None:
    """What came of it; once nobody is at it any more, the need is closed: see `closing`.

    Raises Refused: "not-asked", "position-elsewhere", "body-too-long".
    """
    _needs_answerer(desk, position)
    words = answering.said(position, Act.FINISH, words)
    _held(session, position, Act.FINISH)
    position.outcome = outcome
    answering.settle(position, Act.FINISH, clock.now())
    tell(session, position, Act.FINISH, By.EXPERT, words, member_id=desk.member_id)


def _needs_answerer(desk: Desk, position: Position) -> None:
    if not policy.answers_for(desk, position):
        raise Refused("not-asked")


def _held(session: Session, position: Position, act: Act) -> None:
    answering.hold(session, position)
    if not policy.may(position, act, policy.Around()):
        raise Refused("position-elsewhere")


def _introduced(session: Session, need: Need) -> Position:
    found = session.scalar(
        select(Position).where(Position.need_id == need.id, Position.state == State.INTRODUCED)
    )
    if found is None:
        raise Refused("need-elsewhere")
    return found


def _agreed(session: Session, position: Position, by: By, member_id: int | None) -> None:
    tell(session, position, Act.AGREE, by, member_id=member_id)
    if position.company_agrees and position.institution_agrees:
        answering.settle(position, Act.ENGAGE, clock.now())
        tell(session, position, Act.ENGAGE, By.HOUSE)
        session.flush()


def _parted(
    session: Session, position: Position, by: By, words: str, member_id: int | None
) -> None:
    answering.settle(position, Act.PART, clock.now())
    tell(session, position, Act.PART, by, words, member_id=member_id)
    session.flush()
    answering.promote(session, position.need)
