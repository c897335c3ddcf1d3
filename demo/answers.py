"""What institutions and experts of the demonstration answer to the needs that were validated."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import working_days
from demo.calendar import Month
from expertise.experts.models import DeskSeat, Expert
from expertise.needs.life import State as NeedState
from expertise.needs.models import Need
from expertise.positions.life import Act, State
from expertise.positions.models import By, Note, NoteKind, Position, PositionStep
from expertise.positions.sending import to_whom
from expertise.programmes.models import Way


def answers(session: Session, month: Month) -> None:
    """Each is sent; the first of every programme is reserved, or taken charge of."""
    session.flush()
    begun: set[int] = set()
    for need in session.scalars(
        select(Need)
        .where(Need.state == NeedState.OPEN)
        .options(joinedload(Need.programme), selectinload(Need.subjects))
        .order_by(Need.id)
    ).all():
        sent_at = need.opened_at or month.ago(1)
        sent = _sent(session, need, sent_at)
        if sent and need.programme_id not in begun:
            begun.add(need.programme_id)
            _answered(session, need, sent[0], max(sent_at, month.ago(1)) + timedelta(hours=2))
    session.flush()


def _sent(session: Session, need: Need, at: datetime) -> list[Position]:
    """To those who may answer it."""
    sent = [
        Position(
            need_id=need.id,
            institution_id=one.institution_id if isinstance(one, Expert) else one.id,
            expert_id=one.id if isinstance(one, Expert) else None,
            sent_at=at,
            told_at=at,
        )
        for one in to_whom(session, need)
    ]
    session.add_all(sent)
    session.flush()
    session.add_all(
        PositionStep(position_id=one.id, act=Act.SEND, by=By.HOUSE, words="", at=at) for one in sent
    )
    return sent


def _answered(session: Session, need: Need, one: Position, at: datetime) -> None:
    exclusive = need.way is Way.EXCLUSIVE
    act = Act.RESERVE if exclusive else Act.TAKE
    one.state, one.answered_at = State.RESERVED if exclusive else State.TAKEN, at
    if exclusive:
        one.due_at = working_days.after(at, need.programme.reservation_days)
    who = session.scalar(
        select(DeskSeat.member_id).where(
            DeskSeat.institution_id == one.institution_id, DeskSeat.expert_id == one.expert_id
        )
    )
    session.add(
        PositionStep(position_id=one.id, act=act, by=By.EXPERT, member_id=who, words="", at=at)
    )
    if not exclusive:
        session.add(
            Note(
                need_id=need.id,
                institution_id=one.institution_id,
                member_id=who,
                kind=NoteKind.NOTE,
                words="J’appelle l’entreprise demain matin et je vous dis ce qu’il en est.",
                at=at,
            )
        )
