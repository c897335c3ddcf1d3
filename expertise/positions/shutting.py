"""What becomes of what an institution has of a need, once its company hides it from them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import clock
from expertise.needs.facts import NeedHidden
from expertise.needs.models import Need
from expertise.positions import answering, life
from expertise.positions.life import HELD, Act
from expertise.positions.models import By, Position
from expertise.positions.sending import tell


def on_hidden(session: Session, fact: NeedHidden) -> None:
    """It is taken back at once, without a word to them; who waits for it comes next."""
    session.flush()
    freed = False
    for position in session.scalars(
        select(Position)
        .where(Position.need_id == fact.need.id, Position.institution_id.in_(fact.institution_ids))
        .options(joinedload(Position.need).joinedload(Need.programme))
        .order_by(Position.id)
    ).all():
        answering.hold(session, position)
        if life.may(position.state, Act.REMOVE):
            freed = freed or position.state in HELD
            answering.settle(position, Act.REMOVE, clock.now())
            tell(session, position, Act.REMOVE, By.HOUSE)
    session.flush()
    if freed:
        answering.promote(session, fact.need)
