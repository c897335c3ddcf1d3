"""To whom a need goes once it is validated."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock, working_days
from core.facts import record
from expertise.experts.models import Expert
from expertise.matching import best_for
from expertise.matching.ranking import MOST_SENT
from expertise.needs.facts import NeedAsked, NeedMoved
from expertise.needs.life import Act as NeedAct
from expertise.needs.life import State as NeedState
from expertise.needs.models import Hiding, Need
from expertise.positions import life
from expertise.positions.facts import PositionMoved
from expertise.positions.life import Act, State
from expertise.positions.models import By, Position, PositionStep
from expertise.positions.whom import unattended
from expertise.programmes import queries as programmes
from expertise.programmes.models import Institution, Way

Whom = Expert | Institution


def on_asked(session: Session, fact: NeedAsked) -> None:
    """A programme that reviews nothing sends at once."""
    if fact.need.state is NeedState.OPEN:
        send_out(session, fact.need)


def on_moved(session: Session, fact: NeedMoved) -> None:
    """A need that was validated is sent."""
    if fact.act is NeedAct.VALIDATE:
        send_out(session, fact.need)


def send_out(session: Session, need: Need) -> None:
    """To all those who may answer it; whom the team took it back from is not asked again.

    Who held it while it was read again has their whole delay anew.
    """
    held = select(Position).where(Position.need_id == need.id, Position.state == State.RESERVED)
    for position in session.scalars(held):
        position.due_at = working_days.after(clock.now(), need.programme.reservation_days)
    for one in to_whom(session, need):
        known = position_of(session, need, one)
        if known is None or known.state in {State.DECLINED, State.DONE}:
            send(session, need, one, by=By.HOUSE)


def to_whom(session: Session, need: Need) -> list[Whom]:
    """Those who may answer a need that is validated.

    Where several take charge: the best expert of each institution, ten of them at most. Where one
    reserves it: all the institutions, whose affair it is which of their people answers
    (seeds/000 §4.2); where none of them would hear of it, their best expert instead.
    """
    if need.way is Way.COOPERATIVE:
        return [*_best(session, need, MOST_SENT).values()]
    houses = session.scalars(
        programmes.institutions(need.programme).where(
            ~exists().where(Hiding.need_id == need.id, Hiding.institution_id == Institution.id)
        )
    ).all()
    alone = unattended(session, need, [one.id for one in houses])
    best = _best(session, need, len(houses)) if alone else {}
    return [best.get(one.id, one) if one.id in alone else one for one in houses]


def _best(session: Session, need: Need, most: int) -> dict[int, Expert]:
    """Institution → its best expert, the best first."""
    best = [one.expert_id for one in best_for(session, need, most=most)]
    found = {one.id: one for one in session.scalars(select(Expert).where(Expert.id.in_(best)))}
    return {found[number].institution_id: found[number] for number in best}


def position_of(session: Session, need: Need, whom: Whom) -> Position | None:
    """What was sent to them before."""
    found = select(Position).where(Position.need_id == need.id)
    if isinstance(whom, Expert):
        found = found.where(Position.expert_id == whom.id)
    else:
        found = found.where(Position.institution_id == whom.id, Position.expert_id.is_(None))
    return session.scalar(found)


def send(
    session: Session,
    need: Need,
    whom: Whom,
    *,
    by: By,
    member_id: int | None = None,
    words: str = "",
) -> Position:
    """Send a need to somebody, or send it again. Raises Refused("position-elsewhere")."""
    position = position_of(session, need, whom)
    present = clock.now()
    if position is None:
        position = Position(
            need=need,
            institution_id=whom.institution_id if isinstance(whom, Expert) else whom.id,
            expert_id=whom.id if isinstance(whom, Expert) else None,
            state=State.WAITING,
            sent_at=present,
        )
        session.add(position)
    else:
        position.state = life.after(position.state, Act.SEND)
        position.sent_at, position.answered_at, position.told_at = present, None, None
        position.reminded_at, position.outcome, position.extended = None, None, False
        position.company_agrees = position.institution_agrees = False
    session.flush()
    tell(session, position, Act.SEND, by, words, member_id=member_id)
    return position


def tell(
    session: Session,
    position: Position,
    act: Act,
    by: By,
    words: str = "",
    *,
    member_id: int | None = None,
) -> None:
    """Write down what happened to a position, and tell it."""
    session.add(
        PositionStep(
            position_id=position.id,
            act=act,
            by=by,
            member_id=member_id,
            words=words,
            at=clock.now(),
        )
    )
    record(session, PositionMoved(position, act, by, words))
