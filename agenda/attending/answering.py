"""Saying whether one comes without the page: by one's calendar, or by the link of a mail."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agenda.attending import actions, queries
from agenda.attending.models import Registration, Standing
from agenda.ics.invitations import Invited
from agenda.ics.replies import Answer
from agenda.models import Occurrence
from agenda.queries import dates_of
from core import clock
from core.refusals import Refused


def date_of(session: Session, who: Invited) -> Occurrence | None:
    """The date that somebody is invited to; None for a whole series."""
    if who.occurrence is not None or who.event.recurrence:
        return who.occurrence
    return session.scalars(dates_of(who.viewer, who.event.id).limit(1)).one_or_none()


def answer(session: Session, who: Invited, said: Answer, *, by_calendar: bool = False) -> None:
    """Come, or not, as somebody says. "Perhaps" keeps their place, and gives them none.

    What was said already changes nothing. `by_calendar`: their calendar said so itself, and needs
    not be told. Raises Refused("which-date") for who comes to a whole
    series at once, and as actions.register and actions.decline.
    """
    if said is Answer.TENTATIVE:
        return
    date = date_of(session, who)
    if date is not None:
        _say(session, who, date.id, said, by_calendar)
    elif said is Answer.DECLINED:
        for occurrence_id in session.scalars(_held(who)).all():
            _say(session, who, occurrence_id, said, by_calendar)
    else:
        raise Refused("which-date")


def _say(
    session: Session, who: Invited, occurrence_id: int, said: Answer, by_calendar: bool
) -> None:
    mine = queries.registration_of(session, occurrence_id, who.member.id)
    standing = mine.standing if mine else None
    if said is Answer.DECLINED and standing is not Standing.DECLINED:
        actions.decline(session, occurrence_id, member_id=who.member.id, calendar_knows=by_calendar)
    elif said is Answer.ACCEPTED and standing in (None, Standing.DECLINED):
        known = queries.answers_of(session, mine)
        actions.register(session, occurrence_id, member=who.viewer, answers=known)


def _held(who: Invited) -> Select[int]:
    """The dates to come of a series at which they have a place, or wait for one."""
    return (
        select(Registration.occurrence_id)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .where(
            Occurrence.event_id == who.event.id,
            Occurrence.starts_at > clock.now(),
            Registration.member_id == who.member.id,
            Registration.standing != Standing.DECLINED,
        )
        .order_by(Registration.occurrence_id)
    )
