"""What a date holds about those who take part: given to them, and let go with them."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.facts import MemberLeft
from agenda.attending import actions, organising
from agenda.attending.models import (
    Answer,
    Message,
    Registration,
    Reminder,
    Standing,
)
from agenda.models import Occurrence
from core import clock
from core.portable import Held, rows_of


def its_data_of(session: Session, member_id: int) -> Held:
    """Where they registered, what they answered, what they were reminded of, what they wrote."""
    mine = Registration.member_id == member_id
    theirs = select(Registration.id).where(mine)
    return Held(
        {
            "registration": rows_of(session, Registration, mine),
            "registration_answer": rows_of(session, Answer, Answer.registration_id.in_(theirs)),
            "registration_reminder": rows_of(
                session, Reminder, Reminder.registration_id.in_(theirs)
            ),
            "registration_message": rows_of(session, Message, Message.author_id == member_id),
        }
    )


def forget(session: Session, fact: MemberLeft) -> None:
    """Their places are given to those who wait; what they answered and wrote goes at once."""
    coming = (
        select(Registration.occurrence_id)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .where(
            Registration.member_id == fact.member_id,
            Registration.standing == Standing.COMING,
            Occurrence.starts_at > clock.now(),
        )
        .order_by(Registration.occurrence_id)
    )
    freed = [actions.hold(session, one) for one in session.scalars(coming).all()]
    for model, theirs in (
        (Registration, Registration.member_id == fact.member_id),
        (Message, Message.author_id == fact.member_id),
    ):
        session.execute(delete(model).where(theirs).execution_options(synchronize_session=False))
    for occurrence in freed:
        actions.promote(session, occurrence)


def merged(session: Session, member_id: int) -> None:
    """Two accounts had two places at one date: the one that is free is given."""
    theirs = select(Registration.occurrence_id).where(Registration.member_id == member_id)
    awaited = organising.awaited().where(Occurrence.id.in_(theirs))
    for occurrence_id in session.scalars(awaited).all():
        actions.promote(session, actions.hold(session, occurrence_id))
